"""How the lanes stand, from the databases of the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from cohoi.application.refusal import Refused
from service_runtime.addresses import Addresses
from service_runtime.sql import load_sql

_SQL: Final = "cohoi.adapters.lane_sql"
_CONNECT_TIMEOUT_S: Final = 10


@dataclass(frozen=True)
class Lane:
    """A lane: its head in the log, how far it is published, and how far it is projected."""

    lane: int
    epoch: int
    head: int
    refusal: str | None
    """Why the lane takes no facts: log and topic differ."""
    published: int
    relay: str | None
    """Who publishes it now."""
    relay_waits_s: float
    """Since when its oldest unpublished fact waits."""
    states_published: int | None
    """How far its states are published; none where that is not wanted."""
    projected: int = 0
    projector: str | None = None
    """Who projects it now."""
    stopped_position: int | None = None
    """The fact that the read models cannot go beyond."""
    stopped_event: UUID | None = None
    stopped_reason: str | None = None


def lane_standings(addresses: Addresses) -> Sequence[Lane]:
    """Return every lane; raise Refused where a database does not answer."""
    try:
        # first how far it is projected, so that the log is never behind that
        projected = {row["lane"]: row for row in _rows(addresses.read, "projections")}
        logged = _rows(addresses.log, "standings")
    except psycopg.Error as error:
        raise Refused(f"The lanes cannot be read: {error}") from error
    return [Lane(**row, **_without_lane(projected.get(row["lane"], {}))) for row in logged]


def _rows(dsn: str, name: str) -> list[dict[str, Any]]:
    with (
        psycopg.connect(dsn, connect_timeout=_CONNECT_TIMEOUT_S) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        return cursor.execute(load_sql(_SQL, name).encode()).fetchall()


def _without_lane(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "lane"}
