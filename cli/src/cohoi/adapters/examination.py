"""What `cohoi doctor` looks at, one function a thing; none of them changes anything."""

import os
import platform
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from cohoi.adapters.data_directory import NEEDED_BYTES, is_locked
from cohoi.adapters.health_report import examine_health
from cohoi.adapters.installation_keys import InstallationKeys
from cohoi.adapters.postgres_binaries import PostgresBinaries, choose_postgres_binaries
from cohoi.adapters.postgres_home import ELSEWHERE, PostgresHome, abandoned_homes
from cohoi.adapters.postgres_server import SOCKET_NAME, cluster_major
from cohoi.adapters.redis_binaries import RedisBinary
from cohoi.adapters.run_record import RunRecord
from cohoi.adapters.socket_directory import LONGEST_SOCKET_PATH
from cohoi.adapters.web_port import claim_port, is_web_ready
from cohoi.application.refusal import Refused
from cohoi.domain.finding import Finding, Level

_MEGABYTE = 1024**2


def examine_machine() -> Iterator[Finding]:
    """Say what we run on."""
    yield Finding(Level.OK, "machine", f"{platform.platform()}, Python {platform.python_version()}")


def examine_postgres(
    found: Sequence[PostgresBinaries], home: PostgresHome | None, named_by: str | None
) -> Iterator[Finding]:
    """Say which PostgreSQL there is, which one is used, and why."""
    if named_by is not None:
        yield Finding(Level.OK, "postgres", f"named by {named_by}; none is started")
        return
    try:
        major = None if home is None else cluster_major(home.cluster)
        chosen = choose_postgres_binaries(major, list(found))
    except Refused as refused:
        yield Finding(Level.PROBLEM, "postgres", str(refused))
        return
    why = "the newest" if major is None else f"the newest {major}, which wrote the data"
    for one in found:
        verdict = f"used: {why}" if one is chosen else "not used"
        yield Finding(
            Level.OK, "postgres", f"{one.version} ({one.source}) in {one.directory}: {verdict}"
        )
    if chosen.lacks_security_fixes:
        yield Finding(
            Level.WARNING,
            "postgres",
            f"{chosen.version} lacks security fixes of later {chosen.major} releases",
            "It listens on a private socket alone. Install a newer minor release when you can; "
            "Cohoi takes the newest that it finds.",
        )


def examine_redis(found: Sequence[RedisBinary], redis_url: str | None) -> Iterator[Finding]:
    """Say which Valkey or Redis there is, and which one is used."""
    if redis_url is not None:
        yield Finding(Level.OK, "redis", "REDIS_URL names a server; none is started")
        return
    if not found:
        yield Finding(
            Level.PROBLEM,
            "redis",
            "no Valkey and no Redis 6.2 or newer was found",
            "Install one (on Debian: `apt install redis-server`), or set REDIS_URL.",
        )
    for position, one in enumerate(found):
        verdict = "not used" if position else "used: Valkey before Redis, then the newest"
        yield Finding(
            Level.OK, "redis", f"{one.kind} {one.version} ({one.source}) {one.program}: {verdict}"
        )


def examine_account(home: PostgresHome | None, directory: Path) -> Iterator[Finding]:
    """Say who runs what, where PostgreSQL's part lies, and what nobody needs any more."""
    for abandoned in abandoned_homes():
        yield Finding(
            Level.WARNING,
            "data directory",
            f"the data in {abandoned} belong to a data directory that is gone",
            f"If nobody moved that directory, remove {abandoned}.",
        )
    if home is None or home.account is None:
        yield Finding(Level.OK, "user", f"everything runs as the user {os.geteuid()}")
        return
    account = home.account
    yield Finding(
        Level.OK,
        "user",
        f"we are root; PostgreSQL runs as {account.name} ({account.uid}) in {home.directory}",
    )
    nearest = next(one for one in (directory, *directory.parents) if one.exists())
    if home.directory == directory and not account.can_enter(nearest):
        yield Finding(
            Level.OK,
            "data directory",
            f"{account.name} cannot enter {nearest}: PostgreSQL's data will go to {ELSEWHERE}",
            "Name a directory that every user can enter with --data-dir to keep all in one place.",
        )
    if home.directory != directory:
        yield Finding(
            Level.OK,
            "data directory",
            f"{account.name} cannot enter {directory}: PostgreSQL's data are in {home.directory}",
            "Whoever copies or removes the data directory has to think of both.",
        )


def examine_directory(directory: Path) -> Iterator[Finding]:
    """Say whether the data directory can be used, and how much room its disk has."""
    parent = next(one for one in (directory, *directory.parents) if one.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        yield Finding(
            Level.PROBLEM,
            "data directory",
            f"{directory} cannot be written",
            "Start Cohoi as the user who owns it, or name another one with --data-dir.",
        )
    else:
        state = "is there" if parent == directory else "will be made by `cohoi up`"
        yield Finding(Level.OK, "data directory", f"{directory} {state}")
    free = shutil.disk_usage(parent).free
    level = Level.OK if free >= NEEDED_BYTES else Level.PROBLEM
    advice = "" if level is Level.OK else "Make room: Cohoi does not start on a full disk."
    yield Finding(level, "disk", f"{free // _MEGABYTE} MB are free for {directory}", advice)


def examine_sockets(home: Path, temporary: Path) -> Iterator[Finding]:
    """Say where the sockets stand: a long path sends them to a temporary directory."""
    preferred = home / "postgres.socket" / SOCKET_NAME
    length = len(os.fsencode(preferred))
    if length <= LONGEST_SOCKET_PATH:
        yield Finding(Level.OK, "sockets", f"in {home}")
    else:
        yield Finding(
            Level.OK,
            "sockets",
            f"in {temporary}: {preferred} has {length} bytes, and the kernel takes "
            f"{LONGEST_SOCKET_PATH}",
        )


def examine_keys(keys: InstallationKeys) -> Iterator[Finding]:
    """Say where the keys lie, and whether others can read them."""
    secret = [keys.master_key, *([keys.signing_key] if keys.signing_key else [])]
    for path in secret:
        if not path.exists():
            yield Finding(Level.OK, "keys", f"{path} will be made by `cohoi up`")
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(
                Level.WARNING, "keys", f"others can read {path}", f"Run: chmod 600 {path}"
            )
        else:
            yield Finding(Level.OK, "keys", f"{path}; back it up apart from the data")


def examine_running(directory: Path, record: RunRecord | None, port: int) -> Iterator[Finding]:
    """Say whether the product runs here and is ready, or else whether its port is free."""
    if record is not None and is_locked(directory):
        ready = is_web_ready(record.port)
        yield Finding(
            Level.OK if ready else Level.WARNING,
            "product",
            f"runs at {record.address} as process {record.pid}, "
            + ("and is ready" if ready else "and is not ready"),
            "" if ready else f"Look into the logs in {directory / 'logs'}.",
        )
        yield from examine_health(record.address)
        return
    yield Finding(Level.OK, "product", f"does not run in {directory}", "Start it: make run")
    try:
        claim_port(port)
    except Refused as refused:
        yield Finding(Level.PROBLEM, "port", str(refused))
    else:
        yield Finding(Level.OK, "port", f"{port} is free")
