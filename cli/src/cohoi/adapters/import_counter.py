"""An import from the command line: found what is named, ordered as a job, run in this process."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final
from uuid import UUID

from cohoi.adapters.command_side import Counter, open_counter
from cohoi.application.naming import the_board, the_organization, the_user
from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from command_api.application.administration import SYSTEM
from command_api.application.imports.order import ImportOptions
from command_api.application.imports.ports import RefusedRow
from command_api.application.imports.refused_file import heading, lines
from command_api.application.jobs.job import Job
from command_api.application.jobs.ordering import NewJob, QueueFull
from command_api.bootstrap import JobSide, import_identifiers, open_job_side
from command_api.domain.commands import Asker
from command_api.domain.organization.state import Organization
from command_api.domain.text import normalize_name
from command_api.settings import Settings
from opportunity_events.envelope import Cause
from opportunity_events.v1 import Language
from service_runtime.ids import new_id

_PIECE_BYTES: Final = 1024 * 1024
_MOST_GENERATIONS: Final = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """What was asked for, by the names that people type."""

    raw: bytes
    org: str
    board: str
    currency: str | None
    mapping: dict[str, str | None]
    dry_run: bool
    owner: str | None


@dataclass(frozen=True)
class Place:
    """Where a file goes: the organization, and the board, which may have to be made."""

    org: UUID
    organization: Organization
    options: ImportOptions


@dataclass(frozen=True)
class ImportCounter:
    """Where imports of the command line are served."""

    counter: Counter
    jobs: JobSide

    async def place(self, wanted: Wanted) -> Place:
        """Find what is named; a board that is not there will be made by the import itself."""
        registry = self.counter.registry
        org = the_organization(wanted.org, await registry.organizations()).org
        organization = await self.jobs.desk.organization(org)
        if organization is None:
            raise Refused("The organization has no settings: run `cohoi verify`.")
        board = the_board(wanted.board, await registry.boards(org))
        name = normalize_name(wanted.board)
        options = ImportOptions(
            board_id=board.board_id if board else await self._vacant_board(org, name),
            currency=wanted.currency or organization.currency,
            mapping=wanted.mapping,
            dry_run=wanted.dry_run,
            owner_id=await self._owner(org, wanted.owner),
            new_board=None if board else name,
        )
        return Place(org, organization, options)

    async def _owner(self, org: UUID, named: str | None) -> UUID | None:
        if named is None:
            return None
        found = the_user(named, await self.counter.registry.users(org))
        if found is None:
            raise Refused(f"There is no user {named!r}: make one with `cohoi token`.")
        return found.user_id

    async def _vacant_board(self, org: UUID, name: str) -> UUID:
        """Return the id of the board to be made: the same one, should two make it at once."""
        ids = import_identifiers(self.counter.side.master_key, org)
        for generation in range(1, _MOST_GENERATIONS):
            board_id = ids.board(name, generation)
            board = await self.jobs.desk.board(org, board_id)
            if board is None or (board.name == name and not board.archived):
                return board_id
        raise Refused(f"The board name {name!r} was used too often: choose another one.")

    async def run(self, raw: bytes, place: Place, progress: Progress) -> Job:
        """Make the job, run it to its end, and return it; interrupted, it is cancelled.

        Were this process killed, the product's own jobs process would take it over.
        """
        job_id = new_id()
        new = NewJob(
            id=job_id,
            org=place.org,
            options=place.options,
            asker=Asker(place.org, SYSTEM, None, "admin"),
            cause=Cause(SYSTEM, "cli", job_id, job_id, str(job_id)),
            holder=self.jobs.owner,
        )
        try:
            await self.jobs.desk.order(new, _pieces(raw))
        except QueueFull as full:
            raise Refused(
                "The organization has as many open jobs as it may have: wait until one ends."
            ) from full
        try:
            await self.jobs.runner.run(await self._job(new), progress)
        except asyncio.CancelledError:
            await self.jobs.desk.cancel(place.org, job_id)
            raise
        return await self._job(new)

    async def _job(self, new: NewJob) -> Job:
        job = await self.jobs.desk.job(new.org, new.id)
        if job is None:
            raise Refused("The import was removed while it ran: run it again.")
        return job

    async def write_refused(self, job: Job, file: BinaryIO, language: Language) -> None:
        """Write the rows that did not go in, with line and reason."""
        file.write(heading(job.columns, language))
        async for rows in self.jobs.pieces.refused(job.org, job.id, RefusedRow):
            file.write(lines(rows, language))


async def _pieces(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), _PIECE_BYTES):
        yield raw[start : start + _PIECE_BYTES]


@asynccontextmanager
async def open_import_counter(running: Running) -> AsyncGenerator[ImportCounter]:
    """Open what an import needs beside the running product."""
    settings = Settings(
        log_dsn=running.addresses.log,
        read_dsn=running.addresses.read,
        master_key_file=running.master_key_file,
        jwks=running.jwks,
    )
    async with open_counter(running) as counter, open_job_side(settings) as jobs:
        yield ImportCounter(counter, jobs)
