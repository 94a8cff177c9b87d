"""`cohoi import` as a process of its own, beside a database with a projector."""

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.import_room import ImportRoom
from support.job_process import JobProcess

ROWS = 8_000


@dataclass
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """Return what it put on stdout with --json."""
        return json.loads(self.out)


@dataclass
class Shell:
    """Runs `cohoi import` for one organization."""

    room: ImportRoom
    database: str
    folder: Path

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the command."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "cohoi.entrypoints.main", "import", *arguments),
            *("--org", str(self.room.office.org), "--data-dir", str(self.folder)),
            env={
                "PATH": os.defpath,
                "DATABASE_URL": self.database,
                "COHOI_MASTER_KEY_FILE": str(self.folder / "master.key"),
                "COHOI_JWKS": str(self.folder / "jwks.json"),
                "COHOI_JOBS_DEAD_AFTER_S": "1",
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str) -> Said:
        """Run the command to its end."""
        return await ended(await self.start(*arguments))

    def file(self, text: str, name: str = "deals.csv") -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


async def ended(process: asyncio.subprocess.Process) -> Said:
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


@pytest.fixture
def shell(room: ImportRoom, database: str, tmp_path: Path) -> Shell:
    """Open a shell over the test's database."""
    return Shell(room, database, tmp_path)


def many(rows: int = ROWS) -> str:
    lines = (f"D{n},Deal {n},Customer {n % 30},S{n % 3},{n}\n" for n in range(rows))
    return "deal id,deal name,account,stage,amount\n" + "".join(lines)


async def until_rows_are_in(shell: Shell) -> None:
    """Wait until the command has settled some rows, but not all."""
    deadline = time.monotonic() + 60
    while True:
        jobs = await shell.room.side.desk.page(shell.room.office.org, None, 1)
        if jobs and jobs[0].handled:
            assert jobs[0].handled < ROWS
            return
        if time.monotonic() > deadline:
            pytest.fail("the import did not begin")
        await asyncio.sleep(0.01)


async def test_it_makes_the_board_of_the_files_statuses_and_says_what_it_did(shell: Shell) -> None:
    file = shell.file(
        "Deal,Client,Phase,Worth\nOne,An Phat,Talks,10\nTwo,,Talks,x\nThree,An Phat,Won,30\n"
    )
    mapping = shell.file('{"Phase": "status", "Worth": "amount"}', "mapping.json")
    refused = shell.folder / "refused.csv"
    said = await shell.run(
        *(file, "--board", "Sales", "--currency", "usd", "--mapping", mapping),
        *("--refused", str(refused), "--json"),
    )
    assert said.code == 0, said.err
    assert "Deal → title (synonym)" in said.err
    assert "Phase → status (given)" in said.err
    result = said.result
    assert (result["total"], result["done"], result["refused"]) == (3, 2, 1)
    assert result["made"] == {"customers": 1, "users": 0, "statuses": 2}
    assert {"text": "No owner: given to whoever imports", "rows": 2} in result["assumptions"]
    first, second = refused.read_text(encoding="utf-8-sig").splitlines()
    assert first == "line,reason,Deal,Client,Phase,Worth"
    assert second.startswith('3,"“Worth” is not a number.')
    (board,) = [f["data"] for f in await shell.room.facts() if f["type"] == "board_created.v1"]
    named = [(status["name"], status["type"]) for status in board["statuses"]]
    assert named == [("Talks", "active"), ("Won", "won"), ("Thất bại", "lost")]
    again = await shell.run(file, "--board", "sales", "--currency", "USD", "--mapping", mapping)
    assert again.code == 0
    assert "3 rows: 0 went in, 2 were there already, 1 were refused" in again.out
    assert "--refused FILE" in again.out


async def test_a_dry_run_makes_nothing_not_even_the_board(shell: Shell) -> None:
    head = await shell.room.head()
    said = await shell.run(shell.file(many(500)), "--board", "Sales", "--dry-run", "--json")
    assert said.code == 0, said.err
    assert (said.result["dry_run"], said.result["done"]) == (True, 500)
    assert said.result["made"] == {"customers": 30, "users": 0, "statuses": 3}
    assert await shell.room.head() == head


async def test_interrupted_it_is_cancelled_and_the_next_run_goes_on(shell: Shell) -> None:
    file = shell.file(many())
    process = await shell.start(file, "--board", "Sales")
    await until_rows_are_in(shell)
    process.send_signal(signal.SIGINT)
    said = await ended(process)
    assert said.code == 1
    assert "run it again to go on" in said.err
    (job,) = await shell.room.side.desk.page(shell.room.office.org, None, 5)
    assert job.state == "cancelled"
    again = await shell.run(file, "--board", "Sales", "--json")
    assert again.code == 0, again.err
    assert (again.result["done"], again.result["unchanged"]) == (ROWS - job.done, job.done)
    kinds = Counter(fact["type"] for fact in await shell.room.facts())
    assert kinds["opportunity_created.v1"] == ROWS
    assert kinds["board_created.v1"] == 1


async def test_killed_it_is_taken_over_by_the_jobs_process(shell: Shell) -> None:
    process = await shell.start(shell.file(many()), "--board", "Sales")
    await until_rows_are_in(shell)
    process.kill()
    await ended(process)
    with JobProcess(shell.database, shell.folder):
        deadline = time.monotonic() + 60
        while True:
            (job,) = await shell.room.side.desk.page(shell.room.office.org, None, 5)
            if job.state == "done":
                break
            assert time.monotonic() < deadline, job
            await asyncio.sleep(0.05)
    assert (job.done, job.unchanged, job.refused) == (ROWS, 0, 0)


async def test_what_cannot_be_read_or_found_is_one_sentence_and_exit_1(shell: Shell) -> None:
    good = shell.file("deal name\nOne\n")
    for arguments, sentence in (
        ((str(shell.folder / "nowhere.csv"),), "cannot be read: No such file"),
        ((shell.file("", "empty.csv"),), "The file has no lines"),
        ((shell.file("PK\x03\x04", "book.xlsx"),), "Excel"),
        ((good, "--owner", "Nobody"), "There is no user 'Nobody'"),
        ((good, "--mapping", shell.file("[]", "list.json")), "must hold one object"),
        ((good, "--mapping", shell.file('{"x": "title"}', "x.json")), "x"),
    ):
        said = await shell.run(*arguments, "--board", "Sales")
        assert said.code == 1, arguments
        assert said.out == ""
        assert sentence in said.err
        assert "Traceback" not in said.err
    assert (await shell.run(good, "--board", "Sales", "--currency", "XXY")).code == 2
    nothing_in = shell.file("deal name,amount\nOne,x\n", "bad.csv")
    assert (await shell.run(nothing_in, "--board", "Sales")).code == 1
