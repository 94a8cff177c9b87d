"""Imports over a real log: ordered, run by a job process's own parts, and looked at afterwards."""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from command_api.application.imports.order import ImportOptions
from command_api.application.imports.ports import RefusedRow
from command_api.application.jobs.job import Job
from command_api.application.jobs.ordering import NewJob
from command_api.bootstrap import JobSide, open_job_side
from command_api.domain.commands import Asker
from opportunity_events.envelope import Cause
from opportunity_events.v1 import RoleName
from service_runtime.ids import new_id
from support.office import SYSTEM, Office
from support.real_command_door import write_settings


async def whole(raw: bytes) -> AsyncIterator[bytes]:
    """Give a file in one piece."""
    yield raw


@dataclass
class ImportRoom:
    """Orders and runs imports of one organization."""

    office: Office
    side: JobSide

    def system(self) -> Asker:
        """Return who asks when the command line does."""
        return Asker(self.office.org, SYSTEM, None, "admin")

    def user(self, user_id: UUID, role: RoleName) -> Asker:
        """Return a user who asks."""
        return Asker(self.office.org, f"user/{user_id}", user_id, role)

    async def order(
        self,
        file: str | bytes,
        board: UUID,
        *,
        asker: Asker | None = None,
        holder: str | None = None,
        **options: Any,
    ) -> UUID:
        """Order an import and return its job's id."""
        job_id, by = new_id(), asker or self.system()
        chosen = ImportOptions(board, options.pop("currency", "USD"), **options)
        cause = Cause(by.actor, "api", job_id, job_id, str(job_id))
        new = NewJob(job_id, self.office.org, chosen, by, cause, holder=holder)
        raw = file.encode() if isinstance(file, str) else file
        await self.side.desk.order(new, whole(raw))
        return job_id

    async def run_next(self) -> None:
        """Claim the next job and run it to its end."""
        job = await self.side.book.claim("tests")
        assert job is not None
        await self.side.runner.run(job)

    async def imported(self, file: str | bytes, board: UUID, **options: Any) -> Job:
        """Order an import, run it, and return its job."""
        job_id = await self.order(file, board, **options)
        await self.run_next()
        return await self.job(job_id)

    async def job(self, job_id: UUID) -> Job:
        """Return a job as it is now."""
        found = await self.side.desk.job(self.office.org, job_id)
        assert found is not None
        return found

    async def refused(self, job: Job) -> list[RefusedRow]:
        """Return the refused rows of a job."""
        kept = self.side.pieces.refused(job.org, job.id, RefusedRow)
        return [row async for rows in kept for row in rows]

    async def reasons(self, job: Job) -> dict[int, str]:
        """Return why each line was refused."""
        return {row.line: row.reason.code for row in await self.refused(job)}

    async def head(self) -> int:
        """Return how many facts the organization has."""
        return await self.side.desk.position(self.office.org)

    async def facts(self) -> list[dict[str, Any]]:
        """Return all facts of the organization as they stand in the log."""
        rows = await self.office.pool.fetch(
            "select bytes from log.organization_facts($1, 0, 1000000)", self.office.org
        )
        return [msgspec.json.decode(row["bytes"]) for row in rows]

    async def cells(self) -> dict[str, dict[str, Any]]:
        """Fold the facts by hand: the last cell of every opportunity, with its title."""
        cells: dict[str, dict[str, Any]] = {}
        for fact in await self.facts():
            if fact["subject"].startswith("opportunity/"):
                cells[fact["subject"]] = fact["data"]["after"]
        return cells

    async def counted(self) -> Counter[str]:
        """Count opportunities by the name of their status."""
        return Counter(cell["status"]["name"] for cell in (await self.cells()).values())


@asynccontextmanager
async def open_room(database: str, office: Office, folder: Path) -> AsyncGenerator[ImportRoom]:
    """Open what a job process has, beside an organization."""
    async with open_job_side(write_settings(database, folder)) as side:
        yield ImportRoom(office, side)
