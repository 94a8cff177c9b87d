"""A fact of an opportunity, decoded and opened, as its history shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opportunity_events.envelope import Cause

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """What one fact says: its envelope, its name and its data as plain JSON, opened."""

    event_id: UUID
    type: str
    """The wire type, as stored."""
    kind: str
    """What it is today, without the version: `opportunity_moved`."""
    version: int
    position: int
    recorded_at: datetime
    occurred_at: datetime
    cause: Cause
    data: Json


@dataclass(frozen=True)
class Mentioned:
    """Whom and what entries speak of, by id."""

    users: frozenset[UUID]
    keys: frozenset[UUID]
    customers: frozenset[UUID]


def mentioned_in(actor: str, data: Json) -> Mentioned:
    """Say whose names a sentence about this fact may need."""
    kind, _, actor_id = actor.partition("/")
    cells = [cell for cell in (data.get("before"), data.get("after")) if cell is not None]
    owners = {UUID(cell["owner_id"]) for cell in cells}
    return Mentioned(
        users=frozenset(owners | ({UUID(actor_id)} if kind == "user" else set())),
        keys=frozenset({UUID(actor_id)} if kind == "key" else set()),
        customers=frozenset(UUID(cell["customer_id"]) for cell in cells),
    )
