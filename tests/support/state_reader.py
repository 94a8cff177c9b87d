"""What the topic of present states says of a lane, and what the log makes of its opportunities."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from aiokafka import ConsumerRecord

from command_api.domain.opportunity import state
from opportunity_events import v1
from opportunity_events.codec import CODEC
from opportunity_events.opportunity_states import (
    STATE_CONTENT_TYPE,
    OpportunityState,
    StateChange,
    opportunity_of,
)
from support.topic_reader import read_topic

_VALUE: Final = msgspec.json.Decoder(StateChange)
_FACTS: Final = """
select org, stream_id, version, bytes from log.facts
where stream_kind = 'opportunity' and lane = $1 order by lane_position"""

Opportunity = tuple[UUID, UUID]
Said = tuple[Opportunity, StateChange | None]


async def read_states(bootstrap: str, topic: str, lane: int = 0) -> list[Said]:
    """Return every record of a lane that a relay wrote: of which opportunity, and the change.

    None stands for a tombstone.
    """
    return [
        (opportunity_of(record.key or b""), _VALUE.decode(record.value) if record.value else None)
        for record in await read_topic(bootstrap, topic, lane)
        if _is_ours(record)
    ]


def _is_ours(record: ConsumerRecord[Any, Any]) -> bool:
    return ("content-type", STATE_CONTENT_TYPE) in record.headers


def newest(said: Sequence[Said]) -> dict[Opportunity, OpportunityState]:
    """Return what stands after compaction: the last record of each key, tombstones left out."""
    last = dict(said)
    return {
        one: change.after
        for one, change in last.items()
        if change is not None and change.after is not None
    }


async def logged_states(
    connection: asyncpg.Connection, lane: int = 0
) -> dict[Opportunity, tuple[int, state.Opportunity]]:
    """Return the live opportunities of a lane as decisions fold them, each with its version."""
    found: dict[Opportunity, tuple[int, state.Opportunity]] = {}
    for org, opportunity, version, canonical in await connection.fetch(_FACTS, lane):
        data = CODEC.decode(canonical).data
        assert isinstance(data, v1.OpportunityFact)
        before = found.get((org, opportunity))
        after = state.evolve(before[1] if before else None, data, version)
        found[org, opportunity] = (version, after)
    return {one: known for one, known in found.items() if not known[1].cell.deleted}


def stands_as_logged(said: OpportunityState, version: int, logged: state.Opportunity) -> bool:
    """Say whether a row of the topic is an opportunity of the log, in every column."""
    cell = logged.cell
    return (
        said.version,
        said.board_id,
        (said.status_id, said.status_name, said.status_type),
        (said.owner_id, said.customer_id, said.title, said.external_ref),
        (said.amount_minor, said.currency, said.period),
        (said.confidence, said.confidence_source),
        (said.expected_close_date, said.closed_on, said.lost_reason),
        (said.contact_ids, said.note),
    ) == (
        version,
        logged.board_id,
        (cell.status.id, cell.status.name, cell.status.type),
        (cell.owner_id, cell.customer_id, logged.title, logged.external_ref),
        (cell.amount_minor, cell.currency, cell.period),
        (cell.confidence, cell.confidence_source),
        (cell.expected_close_date, cell.closed_on, cell.lost_reason),
        (logged.contact_ids, logged.note),
    )


async def assert_states_are_the_log(
    connection: asyncpg.Connection, bootstrap: str, topic: str, lane: int = 0
) -> list[Said]:
    """Compare what stands in the topic with the log, opportunity by opportunity."""
    said = await read_states(bootstrap, topic, lane)
    standing, logged = newest(said), await logged_states(connection, lane)
    assert standing.keys() == logged.keys()
    differing = [one for one in logged if not stands_as_logged(standing[one], *logged[one])]
    assert differing == []
    return said
