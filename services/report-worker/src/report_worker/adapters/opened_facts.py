"""Opening what facts say of people, a batch at a time; what was erased is null and says so."""

from collections.abc import Iterable
from typing import Any, Final, cast
from uuid import UUID

import msgspec
import psycopg

from opportunity_events.personal import Sealed, sealed_places
from report_worker.adapters.connections import translated
from service_runtime.vault import MasterKey, unseal

ERASED: Final = "erased"
_Key = tuple[str, bytes]


class FactOpener:
    """Opens sealed values with keys fetched for each batch and kept no longer."""

    def __init__(self, connection: psycopg.Connection, statement: bytes, master: MasterKey) -> None:
        self._connection = connection
        self._statement = statement
        self._master = master

    def open_all(self, org: UUID, data: Iterable[Any]) -> None:
        """Open every sealed value in facts' plain JSON, in place."""
        places = [
            (cast("dict[str | int, Any]", holder), place, field)
            for one in data
            for holder, place, field in sealed_places(one)
        ]
        keys = self._keys(org, {UUID(holder[place]["key"]) for holder, place, _ in places})
        for holder, place, field in places:
            key = keys.get(UUID(holder[place]["key"]))
            if key is None:
                holder[place] = None
                holder[ERASED] = True
            else:
                sealed = msgspec.convert(holder[place], Sealed)
                subject, opening = key
                holder[place] = unseal(opening, sealed, org=org, subject=subject, field=field)

    def _keys(self, org: UUID, wanted: set[UUID]) -> dict[UUID, _Key]:
        if not wanted:
            return {}
        with translated(), self._connection.cursor() as cursor:
            cursor.execute(self._statement, {"keys": list(wanted)})
            rows = cursor.fetchall()
        return {
            key_id: (subject, self._master.unwrap(bytes(wrapped), org=org, subject=subject))
            for key_id, owner, subject, wrapped in rows
            if owner == org
        }
