"""The samples of facts as a log would hold them, the same for ever."""

from datetime import UTC, datetime
from typing import Final

from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC
from opportunity_events.envelope import ZERO_HASH, Fact
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.wire_types import WIRE_NAMES

RECORDED_AT: Final = datetime(2026, 11, 28, 3, 4, 5, 123456, tzinfo=UTC)


def wire_name(fact: Fact) -> str:
    return WIRE_NAMES[type(fact.data)]


def logged(fact: Fact) -> LoggedFact:
    """Return a fact as the first of its stream, far on in a lane."""
    canonical = CODEC.encode(fact)
    return LoggedFact(
        lane=3,
        lane_position=90_001,
        org=fact.stream.org,
        position=48_112,
        stream_kind=fact.stream.kind,
        stream_id=fact.stream.id,
        version=fact.version,
        event_id=fact.event_id,
        type=wire_name(fact),
        recorded_at=RECORDED_AT,
        occurred_at=fact.occurred_at or RECORDED_AT,
        canonical=canonical,
        prev_hash=ZERO_HASH,
        hash=chain_hash(ZERO_HASH, canonical),
    )
