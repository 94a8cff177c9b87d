"""Jobs over a real log: run by a job process's own parts, and looked at afterwards."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from command_api.application.jobs.job import ENDED, Job
from command_api.bootstrap import JobSide, open_job_side
from command_api.domain import commands as c
from command_api.entrypoints.http.problems import words_of
from service_runtime.ids import new_id
from support.office import Office
from support.real_command_door import write_settings

_AT_ONCE = 1_000


@dataclass
class JobRoom:
    """Runs jobs of one organization, and looks at what they did."""

    office: Office
    side: JobSide

    @classmethod
    @asynccontextmanager
    async def opened(cls, database: str, office: Office, folder: Path) -> AsyncGenerator["JobRoom"]:
        """Open what a job process has, beside an organization."""
        async with open_job_side(write_settings(database, folder), words_of) as side:
            yield cls(office, side)

    async def fill(self, board: UUID, customer: UUID, status: UUID, count: int) -> list[UUID]:
        """Put so many opportunities into a status."""
        ids = [new_id() for _ in range(count)]
        for begin in range(0, count, _AT_ONCE):
            await asyncio.gather(
                *(
                    self.office.ask(
                        c.CreateOpportunity(one, "Deal", customer, board_id=board, status_id=status)
                    )
                    for one in ids[begin : begin + _AT_ONCE]
                )
            )
        return ids

    async def run_next(self) -> None:
        """Claim the next job and run it to its end."""
        job = await self.side.book.claim("tests")
        assert job is not None
        await self.side.runner.run(job)

    async def job(self, job_id: UUID | str) -> Job:
        """Return a job as it is now."""
        found = await self.side.desk.job(self.office.org, UUID(str(job_id)))
        assert found is not None
        return found

    async def until(self, job_id: UUID | str, *, handled: int | None = None) -> Job:
        """Wait until a job has so much behind it, or has ended."""
        deadline = time.monotonic() + 120
        while True:
            job = await self.job(job_id)
            if job.state in ENDED or (handled is not None and job.handled >= handled):
                return job
            if time.monotonic() > deadline:
                pytest.fail(f"the job stands at {job.handled} of {job.total}, {job.state}")
            await asyncio.sleep(0.01)

    async def facts(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the facts of the organization behind a position as they stand in the log."""
        rows = await self.office.pool.fetch(
            "select bytes from log.organization_facts($1, $2, 1000000)", self.office.org, after
        )
        return [msgspec.json.decode(row["bytes"]) for row in rows]

    async def head(self) -> int:
        """Return how many facts the organization has."""
        return await self.side.desk.position(self.office.org)

    async def standing(self, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """Return the present cell of opportunities, by the log alone."""
        wanted = {f"opportunity/{one}": one for one in ids}
        return {
            wanted[fact["subject"]]: fact["data"]["after"]
            for fact in await self.facts()
            if fact["subject"] in wanted
        }
