"""A Valkey or Redis of our own: on a socket only, with an append-only file, never evicting."""

import signal
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import redis

from cohoi.adapters.redis_binaries import RedisBinary
from cohoi.adapters.socket_directory import socket_directory
from cohoi.application.refusal import Refused

STOP_SIGNAL = signal.SIGTERM  # it writes out its append-only file and ends
_SOCKET_NAME = "redis.sock"
_CONNECT_TIMEOUT_S = 5


@dataclass(frozen=True)
class RedisServer:
    """Which program runs, where it keeps its file, and where its socket stands."""

    home: Path
    sockets: Path
    binary: RedisBinary

    @property
    def socket(self) -> Path:
        """The one way to reach it."""
        return self.sockets / _SOCKET_NAME

    @property
    def url(self) -> str:
        """Its address as redis-py reads it."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def command(self, *, durable: bool = True) -> list[str]:
        """Return the command that runs the server in the foreground."""
        return [
            str(self.binary.program),
            *("--port", "0"),
            *("--unixsocket", str(self.socket)),
            *("--unixsocketperm", "700"),
            *("--dir", str(self.home)),
            *("--appendonly", "yes" if durable else "no"),
            *("--appendfsync", "everysec"),
            *("--save", ""),  # the append-only file is enough
            *("--maxmemory-policy", "noeviction"),
            *("--daemonize", "no"),
            *("--protected-mode", "yes"),
        ]

    def set_aside(self) -> Path:
        """Move a file that cannot be read out of the way: PostgreSQL knows all that was in it."""
        numbers = range(1, 1_000)
        aside = next(
            path
            for path in (self.home.with_name(f"{self.home.name}.unreadable-{n}") for n in numbers)
            if not path.exists()
        )
        self.home.rename(aside)
        self.home.mkdir(mode=0o700)
        return aside


def redis_server(data_dir: Path, binary: RedisBinary, temporary: Path) -> RedisServer:
    """Return the server of a data directory, and make the directories that it needs."""
    home = data_dir / "redis"
    home.mkdir(mode=0o700, exist_ok=True)
    sockets = socket_directory(data_dir / "redis.socket", _SOCKET_NAME, temporary)
    return RedisServer(home, sockets, binary)


def celery_broker_url(url: str) -> str:
    """Return an address in the form that Celery's transport reads."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host=0"


def redis_answers(url: str) -> bool:
    """Say whether the server answers right now."""
    try:
        with closing(
            redis.Redis.from_url(
                url, socket_connect_timeout=_CONNECT_TIMEOUT_S, socket_timeout=_CONNECT_TIMEOUT_S
            )
        ) as client:
            return bool(client.ping())
    except ValueError as error:
        raise Refused(
            "REDIS_URL is no address of a Redis server: write it as "
            "redis://[user:password@]host:port/number."
        ) from error
    except redis.RedisError:
        return False
