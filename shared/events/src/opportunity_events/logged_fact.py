"""A fact as the log holds it, before it is read: its bytes, and the columns beside them."""

from datetime import datetime
from uuid import UUID

import msgspec

from opportunity_events.envelope import Fact, Recorded


class LoggedFact(msgspec.Struct, frozen=True, gc=False):
    """Canonical bytes, and what the log knows of them."""

    lane: int
    lane_position: int
    org: UUID
    position: int
    stream_kind: str
    stream_id: UUID
    version: int
    event_id: UUID
    type: str
    recorded_at: datetime
    occurred_at: datetime
    canonical: bytes
    prev_hash: bytes
    hash: bytes

    def recorded(self, fact: Fact) -> Recorded:
        """Return the fact that the bytes say, with the numbers beside them."""
        return Recorded(
            fact=fact,
            lane=self.lane,
            lane_position=self.lane_position,
            position=self.position,
            recorded_at=self.recorded_at,
            occurred_at=self.occurred_at,
            prev_hash=self.prev_hash,
            hash=self.hash,
        )
