"""What the log itself can tell beside a refusal: what is there, since when, and what came after."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import asyncpg
import msgspec

from command_api.adapters.opener import Opener
from command_api.application.ports import Evidence, Owners, Told
from command_api.domain.board.state import Board
from command_api.domain.customer.state import Customer
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.organization.state import Organization
from command_api.domain.shapes import (
    Beside,
    Timed,
    board_shape,
    contact_shape,
    customer_shape,
    opportunity_shape,
    organization_shape,
    status_shape,
    team_shape,
    user_shape,
)
from command_api.domain.streams import State, decode_state
from command_api.domain.team.state import Team
from command_api.domain.user.state import User
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream, StreamKind
from opportunity_history.entries import Entry, mentioned_in
from opportunity_history.items import entry_of, history_item, plain_item
from opportunity_history.names import Names
from service_runtime.clock import utc_now
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_SQL: Final = "command_api.adapters.sql"
_TIMEOUT_S: Final = 5.0
MAX_EVENTS: Final = 50
MAX_FACTS: Final = 5_000


class LogExplainer:
    """Explains refusals from decision state and facts, personal values opened."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._opener = Opener(pool, master_key)

    async def exists(self, stream: Stream, part: UUID | None, owners: Owners) -> bool:
        """Say whether the stream is there for a caller, and in it a status or a contact."""
        states = await self._states([stream])
        if stream not in states or not _seen(states[stream], owners):
            return False
        if part is None:
            return True
        match states[stream]:
            case Board() as board:
                return board.knows(part)
            case Customer() as customer:
                return part in customer.contacts
            case _:
                return False

    async def recorded_at(self, stream: Stream, version: int) -> datetime:
        """Return when the fact of this version was recorded."""
        rows = await self._facts(stream, version - 1, 1)
        moment: datetime = rows[0]["recorded_at"]
        return moment

    async def evidence(
        self, stream: Stream, part: UUID | None, since: int, told: Told
    ) -> Evidence | None:
        """Return the resource as it is now, and its newest facts after version `since`."""
        stands = await self._stands(stream)
        rows = await self._facts(stream, max(0, stands["version"] - MAX_FACTS), MAX_FACTS)
        entries = [_entry(row) for row in rows]
        after = [entry for entry in reversed(entries) if entry.version > since][:MAX_EVENTS]
        organization = Stream(stream.org, "organization", stream.org)
        states = await self._states([stream, organization])
        state = states[stream]
        if not _seen(state, told.owners):
            return None  # it was given to somebody else since the decision
        board = await self._board(stream.org, state)
        names = await self._names(stream.org, state, after)
        opened = await self._opener.opened(stream.org, _sealed_in(state))
        await self._opener.open_data(stream.org, [entry.data for entry in after])
        zone = cast("Organization", states[organization]).time_zone
        beside = Beside(
            stream.id,
            rows[-1]["version"],
            stands["created_at"],
            [_timed(row) for row in rows],
            {**names.users, **names.customers},
            opened,
            utc_now(),
            zone,
        )
        tell = history_item if stream.kind == "opportunity" else plain_item
        return Evidence(
            current=msgspec.to_builtins(_shape(state, part, board, beside)),
            events_since=[
                msgspec.to_builtins(tell(entry, names, told.language)) for entry in after
            ],
        )

    async def _states(self, streams: Sequence[Stream]) -> dict[Stream, State]:
        rows = await self._pool.fetch(
            load_sql(_SQL, "load_streams"),
            [stream.org for stream in streams],
            [stream.kind for stream in streams],
            [stream.id for stream in streams],
            timeout=_TIMEOUT_S,
        )
        found = ((streams[row["n"] - 1], row["state"]) for row in rows)
        return {stream: decode_state(stream.kind, written) for stream, written in found}

    async def _stands(self, stream: Stream) -> Any:  # noqa: ANN401 - a record of asyncpg
        return await self._pool.fetchrow(
            load_sql(_SQL, "load_streams"),
            [stream.org],
            [stream.kind],
            [stream.id],
            timeout=_TIMEOUT_S,
        )

    async def _board(self, org: UUID, state: State) -> Board | None:
        if not isinstance(state, Opportunity):
            return None
        stream = Stream(org, "board", state.board_id)
        return cast("Board", (await self._states([stream]))[stream])

    async def _names(self, org: UUID, state: State, entries: Iterable[Entry]) -> Names:
        """Open the names of everybody that the shape and the sentences speak of."""
        users: set[UUID] = set()
        customers: set[UUID] = set()
        keys: set[UUID] = set()
        if isinstance(state, Opportunity):
            users.add(state.cell.owner_id)
            customers.add(state.cell.customer_id)
        for entry in entries:
            mentioned = mentioned_in(entry.cause.actor, entry.data)
            users |= mentioned.users
            customers |= mentioned.customers
            keys |= mentioned.keys
        return Names(
            await self._named(org, "user", users),
            await self._key_names(org, keys),
            await self._named(org, "customer", customers),
        )

    async def _named(self, org: UUID, kind: StreamKind, ids: set[UUID]) -> dict[UUID, str | None]:
        streams = [Stream(org, kind, one) for one in sorted(ids)]
        if not streams:
            return {}
        states = await self._states(streams)
        sealed = {
            stream.id: state.name
            for stream, state in states.items()
            if isinstance(state, User | Customer)
        }
        opened = await self._opener.opened(org, [("name", value) for value in sealed.values()])
        return {one: opened.get(value) for one, value in sealed.items()}

    async def _key_names(self, org: UUID, keys: set[UUID]) -> dict[UUID, str | None]:
        if not keys:
            return {}
        rows = await self._pool.fetch(
            load_sql(_SQL, "key_names"), org, list(keys), timeout=_TIMEOUT_S
        )
        return {row["key_uuid"]: row["name"] for row in rows}

    async def _facts(self, stream: Stream, after: int, limit: int) -> list[Any]:
        return await self._pool.fetch(
            load_sql(_SQL, "stream_times"),
            stream.org,
            stream.kind,
            stream.id,
            after,
            limit,
            timeout=_TIMEOUT_S,
        )


def _seen(state: State, owners: Owners) -> bool:
    """Say whether a caller sees it: of opportunities what these own, and all of anything else."""
    return owners is None or not isinstance(state, Opportunity) or state.cell.owner_id in owners


def _shape(state: State, part: UUID | None, board: Board | None, beside: Beside) -> dict[str, Any]:
    match state:
        case Opportunity() if board is not None:
            return opportunity_shape(state, board, beside)
        case Board():
            status = None if part is None else state.shown(part)
            return (
                board_shape(state, beside)
                if status is None
                else {**status_shape(status), "version": beside.version}
            )
        case Customer():
            contact = None if part is None else state.contacts.get(part)
            return (
                customer_shape(state, beside)
                if part is None or contact is None
                else {**contact_shape(part, contact, beside), "version": beside.version}
            )
        case User():
            return user_shape(state, beside)
        case Team():
            return team_shape(state, beside)
        case Organization():
            return organization_shape(state, beside)
        case _:
            raise TypeError("an opportunity stands on a board")


def _sealed_in(state: State) -> list[tuple[str, Any]]:
    match state:
        case Opportunity():
            return [("note", state.note)]
        case User():
            return [("name", state.name), ("email", state.email)]
        case Customer():
            return [("name", state.name)] + [
                (field, getattr(contact, field))
                for contact in state.contacts.values()
                for field in ("name", "email", "phone", "title")
            ]
        case _:
            return []


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a record of asyncpg
    return entry_of(
        row["bytes"],
        stored_type=None,
        position=row["position"],
        recorded_at=row["recorded_at"],
        occurred_at=row["occurred_at"],
    )


def _timed(row: Any) -> Timed:  # noqa: ANN401 - a record of asyncpg
    return Timed(CODEC.decode(row["bytes"]), row["recorded_at"], row["occurred_at"])
