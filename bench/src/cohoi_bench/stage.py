"""What a measurement stands on: a migrated database, an organization, tokens, served processes."""

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import msgspec

from cohoi.adapters.installation_keys import (
    InstallationKeys,
    installation_keys,
    make_missing_keys,
    read_signing_key,
)
from cohoi.bootstrap import bring_up_to_date
from cohoi_bench.cluster import Cluster
from cohoi_bench.load import Plan, Report
from command_api.application.submission import Submission
from command_api.bootstrap import CommandSide, open_command_side
from command_api.domain import commands as c
from command_api.settings import Settings
from opportunity_events import v1
from opportunity_events.envelope import Cause
from opportunity_events.v1 import RoleName
from service_runtime.addresses import Addresses
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.tokens import access_claims, sign_token

_READY_WITHIN_S: Final = 60.0
_LOAD_GRACE_S: Final = 60.0
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Board:
    """A board: four active statuses, a won and a lost one."""

    id: UUID
    active: tuple[v1.StatusRef, ...]
    won: v1.StatusRef
    lost: v1.StatusRef


@dataclass(frozen=True)
class Office:
    """An organization with two boards and a customer, and an admin who acts in it."""

    org: UUID
    admin: UUID
    boards: tuple[Board, Board]
    customer: UUID
    token: str

    @property
    def board(self) -> Board:
        """The first board."""
        return self.boards[0]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the admin's requests."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Stage:
    """A database with everything that runs on it."""

    cluster: Cluster
    database: str
    directory: Path

    @property
    def dsn(self) -> str:
        """The superuser's address of the database."""
        return self.cluster.dsn(self.database)

    @property
    def keys(self) -> InstallationKeys:
        """The keys of this installation, the same for all of the bench's databases."""
        return installation_keys(self.directory)

    @property
    def environment(self) -> dict[str, str]:
        """What the services read."""
        return {
            **os.environ,  # noqa: TID251 - what a shell would give
            "COHOI_LOG_DSN": self.dsn,
            "COHOI_READ_DSN": self.dsn,
            "COHOI_REPORTS_DSN": self.dsn,
            "COHOI_REDIS_URL": "redis://127.0.0.1:1/0",  # no report is ordered over HTTP here
            "COHOI_MASTER_KEY_FILE": str(self.keys.master_key),
            "COHOI_JWKS": str(self.keys.key_set),
            "COHOI_REPORTS_DIR": str(self.directory / "reports"),
            "COHOI_DATA_DIR": str(self.directory),
            "PYTHONUNBUFFERED": "1",
            "TZ": "UTC",
        }

    def token(self, org: UUID, user: UUID, role: RoleName) -> str:
        """Return a token of a user."""
        claims = access_claims(
            org=org,
            user=user,
            role=Role(role),
            issued_at=utc_now(),
            lifetime=timedelta(days=30),
        )
        return sign_token(read_signing_key(self.keys), claims)

    @asynccontextmanager
    async def command_side(self) -> AsyncGenerator[CommandSide]:
        """Open the command side inside this process."""
        settings = Settings(
            log_dsn=self.dsn,
            read_dsn=self.dsn,
            master_key_file=self.keys.master_key,
            jwks=self.keys.key_set,
        )
        async with open_command_side(settings) as side:
            yield side

    async def open_office(self, name: str = "Bench") -> Office:
        """Begin an organization with all that opportunities need."""
        async with self.command_side() as side:
            return await _begin(self, side, name)

    async def add_customers(self, office: Office, count: int) -> tuple[UUID, ...]:
        """Add customers to an organization."""
        ids = tuple(new_id() for _ in range(count))
        async with self.command_side() as side:
            for begin in range(0, count, _AT_ONCE):
                some = enumerate(ids[begin : begin + _AT_ONCE], begin)
                await asyncio.gather(*(
                    side.committer.submit(
                        submission(
                            office.org,
                            office.admin,
                            c.AddCustomer(one, f"Công ty {number}", None, person=False),
                        )
                    )
                    for number, one in some
                ))  # fmt: skip
        return ids


def fresh_stage(cluster: Cluster, directory: Path, database: str) -> Stage:
    """Make a database of the product's, anew."""
    cluster.drop(database)
    dsn = cluster.create(database)
    stage = Stage(cluster, database, directory)
    make_missing_keys(stage.keys, directory, has_data=False)
    asyncio.run(
        bring_up_to_date(Addresses.one(dsn), stage.keys.master_key, lambda _done, _all: None)
    )
    (directory / "reports").mkdir(exist_ok=True)
    return stage


def submission(org: UUID, user: UUID | None, command: c.Command) -> Submission:
    """Return a command as the door would send it."""
    actor = "system" if user is None else f"user/{user}"
    command_id = new_id()
    return Submission(
        asker=c.Asker(org, actor, user, "admin"),
        command=command,
        cause=Cause(actor, "api", command_id, command_id, str(command_id)),
    )


async def _begin(stage: Stage, side: CommandSide, name: str) -> Office:
    org, admin, customer = new_id(), new_id(), new_id()
    await side.log_pool.fetchval("select log.register_organization($1)", org)
    submit = side.committer.submit
    await submit(
        submission(org, None, c.CreateOrganization(org, name, "VND", "Asia/Ho_Chi_Minh", "vi"))
    )
    await submit(submission(org, None, c.AddUser(admin, "Lan", None, "admin", None)))
    boards = (await _add_board(side, org, admin), await _add_board(side, org, admin))
    await submit(submission(org, admin, c.AddCustomer(customer, "An Phát", None, person=False)))
    return Office(
        org=org,
        admin=admin,
        boards=boards,
        customer=customer,
        token=stage.token(org, admin, "admin"),
    )


async def _add_board(side: CommandSide, org: UUID, admin: UUID) -> Board:
    kinds: tuple[v1.StatusType, ...] = ("active", "active", "active", "active", "won", "lost")
    refs = [v1.StatusRef(new_id(), f"Status {n}", kind) for n, kind in enumerate(kinds)]
    statuses = tuple(c.NewStatus(ref.id, ref.name, ref.type, None, None) for ref in refs)
    board, ids = new_id(), (new_id(), new_id(), new_id())
    command = c.CreateBoard(board, "Sales", statuses, ids)
    await side.committer.submit(submission(org, admin, command))
    return Board(board, tuple(refs[:4]), refs[4], refs[5])


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Served:
    """A process that answers HTTP."""

    pid: int
    port: int


@contextmanager
def served(what: str, environment: Mapping[str, str], log: Path) -> Generator[Served]:
    """Serve one application in a process of its own until the end of the block."""
    port = free_port()
    ready = "/empty" if what == "empty" else "/readyz"
    with (
        log.open("ab") as output,
        running(
            [sys.executable, "-m", "cohoi_bench.serve", what, str(port)], environment, output
        ) as process,
    ):
        _wait_until_answers(process, port, ready, log)
        yield Served(process.pid, port)


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], output: IO[bytes]
) -> Generator[subprocess.Popen[bytes]]:
    """Run a program of ours until the end of the block."""
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=15)


def _wait_until_answers(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: see {log}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"the server did not answer: see {log}")


def send_load(plan: Plan) -> Report:
    """Carry out a plan of load from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "cohoi_bench.load"],
        input=msgspec.json.encode(plan),
        stdout=subprocess.PIPE,
        timeout=plan.seconds + _LOAD_GRACE_S,
        check=True,
    )
    return msgspec.convert(json.loads(done.stdout), Report)
