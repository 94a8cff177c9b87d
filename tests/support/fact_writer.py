"""Plants facts in a real log without deciding them: through log.append, as command-api does.

`FactWriter(connection, master_key)` keeps versions, hashes, keys and decision state itself, so
that a test says only which facts there are. What it writes verifies.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from command_api.domain.streams import State, encode_state, evolve
from opportunity_events import v1
from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC
from opportunity_events.envelope import ZERO_HASH, Cause, Fact, Stream
from opportunity_events.personal import Sealed
from opportunity_events.wire_types import WIRE_NAMES
from service_runtime.ids import new_id
from service_runtime.vault import MasterKey, new_key, seal
from support.planted import Planted

_PLACES = ", ".join(f"${place}" for place in range(1, 42))
_APPEND = f"select outcome, position from log.append({_PLACES})"  # noqa: S608 - only placeholders


class _Columns:
    """Rows of one group of arguments of log.append, handed over as columns."""

    def __init__(self, width: int) -> None:
        self._width = width
        self.rows: list[tuple[Any, ...]] = []

    def columns(self) -> list[Any]:
        return list(zip(*self.rows, strict=True)) if self.rows else [()] * self._width


class FactWriter:
    """One writer of a log; a second one beside it would meet `moved`."""

    def __init__(self, connection: asyncpg.Connection, master_key: MasterKey) -> None:
        self._connection = connection
        self._master_key = master_key
        self._versions: dict[Stream, tuple[int, bytes]] = {}
        self._states: dict[Stream, State] = {}
        self._keys: dict[tuple[UUID, str], tuple[UUID, bytes]] = {}
        self._new_keys: list[tuple[UUID, UUID, str, bytes]] = []

    async def register(self, org: UUID) -> None:
        """Give an organization its lane."""
        await self._connection.execute("select log.register_organization($1)", org)

    def seal(self, org: UUID, subject: str, field: str, text: str) -> Sealed:
        """Seal a value; a new key is stored with the next facts."""
        known = self._keys.get((org, subject))
        if known is None:
            known = self._keys[org, subject] = (new_id(), new_key())
            wrapped = self._master_key.wrap(known[1], org=org, subject=subject)
            self._new_keys.append((org, known[0], subject, wrapped))
        key_id, key = known
        return seal(key, key_id, text, org=org, subject=subject, field=field)

    async def append(self, facts: Sequence[Planted], lane: int = 0) -> list[int]:
        """Append facts in one group, in order; return each organization's last position."""
        orgs = list(dict.fromkeys(planted.stream.org for planted in facts))
        commands = {org: place for place, org in enumerate(orgs, start=1)}
        c, s, links, f = _Columns(5), _Columns(4), _Columns(2), _Columns(9)
        k, d = _Columns(4), _Columns(2)
        c.rows = [(org, None, None, None, b"") for org in orgs]
        places: dict[Stream, int] = {}
        for planted in facts:
            stream = planted.stream
            if stream not in places:
                places[stream] = len(places) + 1
                version, _ = self._versions.get(stream, (0, ZERO_HASH))
                s.rows.append((stream.org, stream.kind, stream.id, version))
                links.rows.append((commands[stream.org], places[stream]))
            f.rows.append((commands[stream.org], places[stream], *self._fact(planted)))
            if isinstance(planted.data, v1.UserErased | v1.CustomerErased | v1.ContactErased):
                d.rows.append((commands[stream.org], planted.data.key))
        k.rows = [(commands[org], *key) for org, *key in self._new_keys]
        t = self._state_columns(facts, commands, places)
        arguments = [c, s, links, f, t, _Columns(3), _Columns(2), k, d]
        columns = [column for group in arguments for column in group.columns()]
        rows = await self._connection.fetch(_APPEND, lane, *columns)
        if any(row["outcome"] != "done" for row in rows):
            raise AssertionError(f"the log did not take the facts: {rows}")
        self._new_keys.clear()
        return [row["position"] for row in rows]

    async def append_in_groups(self, facts: Sequence[Planted], size: int = 500) -> None:
        """Append many facts in groups of so many."""
        for first in range(0, len(facts), size):
            await self.append(facts[first : first + size])

    def _fact(self, planted: Planted) -> tuple[Any, ...]:
        stream = planted.stream
        version, previous = self._versions.get(stream, (0, ZERO_HASH))
        command = new_id()
        cause = Cause("system", "cli", command, command, str(command))
        fact = Fact(stream, version + 1, cause, planted.data, planted.occurred_at)
        canonical = CODEC.encode(fact)
        made = chain_hash(previous, canonical)
        self._versions[stream] = (version + 1, made)
        self._states[stream] = evolve(self._states.get(stream), planted.data, version + 1)
        name = WIRE_NAMES[type(planted.data)]
        occurred_at: datetime | None = planted.occurred_at
        return (version + 1, name, fact.event_id, occurred_at, canonical, previous, made)

    def _state_columns(
        self, facts: Sequence[Planted], commands: dict[UUID, int], places: dict[Stream, int]
    ) -> _Columns:
        columns = _Columns(9)
        for stream, planted in {planted.stream: planted for planted in facts}.items():
            version, made = self._versions[stream]
            board, status = _standing(planted.data)
            state = encode_state(self._states[stream])
            columns.rows.append(
                (
                    commands[stream.org],
                    places[stream],
                    version,
                    made,
                    planted.occurred_at,
                    "system",
                    board,
                    status,
                    state,
                )
            )
        return columns


def _standing(data: v1.FactData) -> tuple[UUID | None, UUID | None]:
    after = getattr(data, "after", None)
    if not isinstance(after, v1.Cell) or after.deleted:
        return None, None
    return getattr(data, "board_id", None), after.status.id
