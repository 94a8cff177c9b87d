"""What a job keeps of its file: pieces and refused rows, sealed under a key of the job's own."""

from collections.abc import AsyncIterator, Sequence
from typing import Final, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from command_api.application.jobs.ports import Expired
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, seal_bytes, unseal_bytes

JOB_SQL: Final = "command_api.adapters.job_sql"
_KEY_SQL: Final = "command_api.adapters.sql"
PIECE_BYTES: Final = 1024 * 1024

T = TypeVar("T")


def job_subject(job_id: UUID) -> str:
    """Name whose key seals what a job keeps."""
    return f"job/{job_id}"


class JobSeal:
    """Seals and opens pieces of one job; each is bound to its place."""

    def __init__(self, org: UUID, job_id: UUID, key: bytes) -> None:
        self._org = org
        self._subject = job_subject(job_id)
        self._key = key

    def piece(self, ordinal: int, raw: bytes) -> bytes:
        """Seal a piece of the file."""
        return seal_bytes(
            self._key, raw, org=self._org, subject=self._subject, place=f"upload/{ordinal}"
        )

    def open_piece(self, ordinal: int, sealed: bytes) -> bytes:
        """Open a piece of the file."""
        return unseal_bytes(
            self._key, sealed, org=self._org, subject=self._subject, place=f"upload/{ordinal}"
        )

    def refusals(self, begin: int, rows: Sequence[object]) -> bytes:
        """Seal what a batch refused."""
        raw = msgspec.json.encode(rows)
        return seal_bytes(
            self._key, raw, org=self._org, subject=self._subject, place=f"refused/{begin}"
        )

    def open_refusals(self, begin: int, sealed: bytes, kind: type[T]) -> list[T]:
        """Open what a batch refused."""
        raw = unseal_bytes(
            self._key, sealed, org=self._org, subject=self._subject, place=f"refused/{begin}"
        )
        return msgspec.json.decode(raw, type=list[kind])


class SealedPieces:
    """Reads what jobs keep."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._master_key = master_key

    async def seal_of(self, org: UUID, job_id: UUID) -> JobSeal | None:
        """Return a job's seal, None where its key is gone."""
        subject = job_subject(job_id)
        row = await self._pool.fetchrow(load_sql(_KEY_SQL, "load_keys"), [org], [subject])
        if row is None:
            return None
        return JobSeal(
            org, job_id, self._master_key.unwrap(row["wrapped"], org=org, subject=subject)
        )

    async def file(self, org: UUID, job_id: UUID) -> bytes | None:
        """Return the uploaded file, None where it is gone."""
        seal = await self.seal_of(org, job_id)
        if seal is None:
            return None
        raw = bytearray()
        ordinal = 0
        while sealed := await self._pool.fetchval(
            load_sql(JOB_SQL, "upload"), org, job_id, ordinal
        ):
            raw += seal.open_piece(ordinal, sealed)
            ordinal += 1
        return bytes(raw) if ordinal else None

    async def refused(self, org: UUID, job_id: UUID, kind: type[T]) -> AsyncIterator[list[T]]:
        """Yield what a job refused, a batch at a time; raises Expired after a day."""
        seal = await self.seal_of(org, job_id)
        if seal is None:
            raise Expired
        after = -1
        while row := await self._pool.fetchrow(
            load_sql(JOB_SQL, "job_refusals"), org, job_id, after
        ):
            after = row["ordinal"]
            yield seal.open_refusals(after, row["sealed"], kind)
