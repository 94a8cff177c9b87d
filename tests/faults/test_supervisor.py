"""The supervisor under faults: nothing is left running, nothing is lost, all is said plainly."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from support.deadlines import eventually
from support.product_process import ProductProcess
from support.unprivileged import Interpreter, nobodys_interpreter, our_interpreter

_AS = ["root", "nobody"] if os.geteuid() == 0 else ["ourselves"]


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """Give a short path that every user can enter."""
    directory = Path(tempfile.mkdtemp(prefix="cohoi-faults-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module", params=_AS)
def interpreter(request: pytest.FixtureRequest, scratch: Path) -> Interpreter:
    """Be root and be somebody else, or only who we are."""
    return nobodys_interpreter(scratch) if request.param == "nobody" else our_interpreter()


@pytest.fixture
def data_dir(scratch: Path, interpreter: Interpreter) -> Iterator[Path]:
    """Give a data directory that is not there yet, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    folder.chmod(0o755)
    if interpreter.account is not None:
        os.chown(folder, interpreter.account.uid, interpreter.account.gid)
    yield folder / "data"
    shutil.rmtree(folder)


def _write(dsn: str, word: str) -> None:
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def _read(dsn: str, table: str) -> list[str]:
    with psycopg.connect(dsn, connect_timeout=10) as connection:
        rows = connection.execute(
            sql.SQL("SELECT word FROM {} ORDER BY word").format(sql.Identifier(table))
        ).fetchall()
    return [str(row[0]) for row in rows]


def _connects(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def test_killing_the_supervisor_leaves_no_orphan_and_loses_nothing(
    data_dir: Path, interpreter: Interpreter
) -> None:
    with ProductProcess.tiny(data_dir, interpreter=interpreter) as product:
        product.wait_until_ready()
        assert len(product.descendants()) > len(("postgres", "redis", "worker", "deaf", "web"))
        _write(product.dsn, "acknowledged")
        product.process.send_signal(signal.SIGKILL)
        assert product.ended() == -signal.SIGKILL
        with ProductProcess.tiny(data_dir, interpreter=interpreter) as second:  # at once
            second.wait_until_ready()
            assert _read(second.dsn, "kept") == ["acknowledged"]
        eventually(lambda: not product.orphans(), "no orphan of the killed supervisor")
        eventually(lambda: not second.orphans(), "no orphan of the second supervisor")


def test_asked_to_stop_it_ends_all_and_the_database_last(
    data_dir: Path, interpreter: Interpreter
) -> None:
    _start_and_stop(data_dir, interpreter, signal.SIGTERM)
    _start_and_stop(data_dir, interpreter, signal.SIGINT)
    with ProductProcess.tiny(data_dir, interpreter=interpreter) as product:
        product.wait_until_ready()
        assert _read(product.dsn, "last_words") == ["the database outlived me"] * 2


def _start_and_stop(data_dir: Path, interpreter: Interpreter, request: signal.Signals) -> None:
    with ProductProcess.tiny(data_dir, interpreter=interpreter) as product:
        product.wait_until_ready()
        pid = product.record["pid"]
        eventually(lambda: f"listening under {pid}" in product.log("worker"), "the worker listens")
        product.process.send_signal(request)
        assert product.ended(within_s=30) == 0
        assert not product.orphans()
        assert not (data_dir / "run.json").exists()


def test_a_child_that_dies_is_started_again(data_dir: Path, interpreter: Interpreter) -> None:
    with ProductProcess.tiny(data_dir, interpreter=interpreter) as product:
        product.wait_until_ready()
        _write(product.dsn, "before")
        first = int(product.get("/pid"))
        os.kill(first, signal.SIGKILL)
        eventually(lambda: _other_pid(product, first), "another web")
        postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        eventually(lambda: not _connects(product.dsn), "the database is gone")
        eventually(lambda: _connects(product.dsn), "the database is back")
        assert _read(product.dsn, "kept") == ["before"]
        assert "web ended (by SIGKILL); starting it again" in product.said


def _other_pid(product: ProductProcess, first: int) -> bool:
    try:
        return int(product.get("/pid")) != first
    except OSError:
        return False


def test_what_cannot_be_is_refused_in_one_sentence(
    data_dir: Path, interpreter: Interpreter
) -> None:
    with ProductProcess.tiny(data_dir, interpreter=interpreter) as product:
        product.wait_until_ready()
        port = int(product.record["port"])
        with ProductProcess.tiny(data_dir, interpreter=interpreter) as second:
            assert second.ended() == 1
            assert f"is in use by process {product.process.pid}" in second.sentence
        beside = data_dir.with_name("beside")
        with ProductProcess.tiny(beside, port=port, interpreter=interpreter) as second:
            assert second.ended() == 1
            assert f"Port {port} is taken by another program" in second.sentence
        assert product.get("/readyz")  # the first one did not even notice
