"""What a supervisor finds when it starts: it mends what it can, and says the rest plainly."""

import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cohoi.adapters.account import postgres_account
from support.databases import PostgresCluster
from support.product_process import ProductProcess


@pytest.fixture(scope="module")
def stopped() -> Iterator[Path]:
    """Give a data directory on which the product ran once."""
    folder = Path(tempfile.mkdtemp(prefix="cohoi-faults-"))
    folder.chmod(0o755)
    directory = folder / "data"
    with ProductProcess.tiny(directory) as product:
        product.wait_until_ready()
        product.process.send_signal(signal.SIGTERM)
        assert product.ended() == 0
    yield directory
    shutil.rmtree(folder)


def test_a_redis_file_that_cannot_be_read_is_set_aside(stopped: Path) -> None:
    for file in (stopped / "redis" / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"this is no command of Redis\r\n" * 10)
    with ProductProcess.tiny(stopped) as product:
        product.wait_until_ready()
        assert "redis cannot read its file: it was moved to" in product.said
    assert list(stopped.glob("redis.unreadable-1/appendonlydir/*.incr.aof"))


def test_the_pid_file_of_a_dead_database_may_name_a_living_stranger(stopped: Path) -> None:
    account = postgres_account(stopped / "postgres")
    stranger = subprocess.Popen(  # of the same user, else PostgreSQL itself sees through it
        ["sleep", "600"],  # noqa: S607 - wherever the system has it
        user=None if account is None else account.uid,
    )
    try:
        pid_file = stopped / "postgres" / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{stopped / 'postgres'}\n", encoding="utf-8")
        with ProductProcess.tiny(stopped) as product:
            product.wait_until_ready()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_service_that_never_starts_ends_the_start_with_its_reason(stopped: Path) -> None:
    with ProductProcess.tiny(stopped, "broken") as product:
        assert product.ended() == 1
        assert product.sentence.startswith("web does not start: ValueError: this web has no luck. ")
        assert not product.orphans()


def test_data_without_their_master_key_are_refused(stopped: Path) -> None:
    key = stopped / "master.key"
    kept = key.rename(key.with_suffix(".kept"))
    try:
        with ProductProcess.tiny(stopped) as product:
            assert product.ended() == 1
            assert product.sentence.startswith(f"The master key {key} is missing")
        assert not key.exists()
    finally:
        kept.rename(key)


def test_data_of_another_major_version_are_refused(stopped: Path) -> None:
    version = stopped / "postgres" / "PG_VERSION"
    written = version.read_text(encoding="ascii")
    version.write_text("14\n", encoding="ascii")
    try:
        with ProductProcess.tiny(stopped) as product:
            assert product.ended() == 1
            assert product.sentence.startswith("The data were written by PostgreSQL 14")
    finally:
        version.write_text(written, encoding="ascii")


def test_a_port_that_is_taken_is_said(stopped: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with ProductProcess.tiny(stopped, port=port) as product:
            assert product.ended() == 1
            assert product.sentence.startswith(f"Port {port} is taken by another program.")


def test_a_database_and_a_redis_of_others_are_used_and_left_alone(
    postgres_cluster: PostgresCluster, empty_database: str, redis_url: str, tmp_path: Path
) -> None:
    others = {"DATABASE_URL": empty_database, "REDIS_URL": redis_url}
    with ProductProcess.tiny(tmp_path / "data", environment=others) as product:
        product.wait_until_ready()
        assert product.dsn == empty_database
        assert not (tmp_path / "data" / "postgres").exists()
        assert not (tmp_path / "data" / "redis").exists()
        product.process.send_signal(signal.SIGTERM)
        assert product.ended() == 0
    assert postgres_cluster.dsn("postgres")
    missing = {"DATABASE_URL": postgres_cluster.dsn("no_such_database"), "REDIS_URL": redis_url}
    with ProductProcess.tiny(tmp_path / "data", environment=missing) as product:
        assert product.ended() == 1
        assert product.sentence.startswith("The database that DATABASE_URL names does not answer")
    silent = {"DATABASE_URL": empty_database, "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}
    with ProductProcess.tiny(tmp_path / "data", environment=silent) as product:
        assert product.ended() == 1
        assert product.sentence.startswith("The server that REDIS_URL names does not answer")
