"""How the lanes stand, from the database of the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from cohoi.application.refusal import Refused
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
    projected: int
    projector: str | None
    """Who projects it now."""
    stopped_position: int | None
    """The fact that the read models cannot go beyond."""
    stopped_event: UUID | None
    stopped_reason: str | None


def lane_standings(dsn: str) -> Sequence[Lane]:
    """Return every lane; raise Refused where the database does not answer."""
    try:
        with (
            psycopg.connect(dsn, connect_timeout=_CONNECT_TIMEOUT_S) as connection,
            connection.cursor(row_factory=class_row(Lane)) as cursor,
        ):
            return cursor.execute(load_sql(_SQL, "standings").encode()).fetchall()
    except psycopg.Error as error:
        raise Refused(f"The lanes cannot be read: {error}") from error
