"""What facts say of a person under its key, now and before."""

from typing import Any, Final, cast
from uuid import UUID

import asyncpg
import msgspec

from command_api.application.views.naming import PersonTexts
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream
from opportunity_events.personal import Sealed, sealed_places
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, unseal

_SQL: Final = "command_api.adapters.sql"
_TIMEOUT_S: Final = 10.0
_PAGE: Final = 500


class LoggedPeople:
    """Reads the facts of a stream, and opens what one key of them seals."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._master_key = master_key

    async def texts(self, stream: Stream, subject: str) -> PersonTexts:
        """Return all that the facts of a stream say of a subject, now and before."""
        row = await self._pool.fetchrow(
            load_sql(_SQL, "load_keys"), [stream.org], [subject], timeout=_TIMEOUT_S
        )
        found: dict[str, list[str]] = {"name": [], "email": [], "phone": []}
        if row is not None:
            key = self._master_key.unwrap(row["wrapped"], org=stream.org, subject=subject)
            await self._collect(stream, subject, (row["key_id"], key), found)
        return PersonTexts(found["name"], found["email"], found["phone"])

    async def _collect(
        self, stream: Stream, subject: str, opening: tuple[UUID, bytes], found: dict[str, list[str]]
    ) -> None:
        key_id, key = opening
        after = 0
        while rows := await self._pool.fetch(
            load_sql(_SQL, "stream_facts"),
            stream.org,
            stream.kind,
            stream.id,
            after,
            _PAGE,
            timeout=_TIMEOUT_S,
        ):
            for row in rows:
                fact = CODEC.decode(row["bytes"])
                after = fact.version
                data = msgspec.to_builtins(fact.data)
                for holder, place, field in sealed_places(data):
                    sealed = cast("dict[Any, Any]", holder)[place]
                    if field in found and UUID(sealed["key"]) == key_id:
                        value = msgspec.convert(sealed, Sealed)
                        text = unseal(key, value, org=stream.org, subject=subject, field=field)
                        found[field].append(text)
