"""Facts with the numbers that a log would give them, without a log; and a seal without secrets."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC
from opportunity_events.envelope import ZERO_HASH, Cause, Fact, Recorded, Stream
from opportunity_events.personal import Sealed
from support.planted import Planted

_FIRST_INSTANT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
_CAUSE = Cause("system", "cli", UUID(int=1), UUID(int=1), "1")


def plain_seal(org: UUID, subject: str, field: str, text: str) -> Sealed:
    """Write a text down as if it were sealed; a subject has one key."""
    words = base64.b64encode(text.encode()).decode()
    return Sealed(uuid5(org, subject), base64.b64encode(field.encode()).decode(), words)


class PlainKeyring:
    """Opens what `plain_seal` made, but for the keys that are gone."""

    def __init__(self, gone: Iterable[UUID] = ()) -> None:
        self._gone = frozenset(gone)

    def open(self, org: UUID, field: str, sealed: Sealed) -> str | None:
        """Read the text back."""
        del org, field
        return None if sealed.key in self._gone else base64.b64decode(sealed.ciphertext).decode()


class Recorder:
    """Gives facts their versions, positions, instants and hashes, in one lane."""

    def __init__(self) -> None:
        self._lane_position = 0
        self._positions: dict[UUID, int] = {}
        self._streams: dict[Stream, tuple[int, bytes]] = {}

    def record(self, facts: Iterable[Planted]) -> list[Recorded]:
        """Record facts in order, a second apart."""
        return [self._one(planted) for planted in facts]

    def _one(self, planted: Planted) -> Recorded:
        stream = planted.stream
        version, previous = self._streams.get(stream, (0, ZERO_HASH))
        fact = Fact(stream, version + 1, _CAUSE, planted.data, planted.occurred_at)
        made = chain_hash(previous, CODEC.encode(fact))
        self._streams[stream] = (version + 1, made)
        self._lane_position += 1
        self._positions[stream.org] = self._positions.get(stream.org, 0) + 1
        recorded_at = _FIRST_INSTANT + timedelta(seconds=self._lane_position)
        return Recorded(
            fact=fact,
            lane=0,
            lane_position=self._lane_position,
            position=self._positions[stream.org],
            recorded_at=recorded_at,
            occurred_at=planted.occurred_at or recorded_at,
            prev_hash=previous,
            hash=made,
        )
