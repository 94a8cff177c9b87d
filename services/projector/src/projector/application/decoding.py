"""Canonical bytes to facts, with the doubt that what the log says beside them deserves."""

from collections.abc import Sequence

from opportunity_events.codec import CODEC, Codec, MalformedFactError, UnknownFactError
from opportunity_events.envelope import Recorded
from opportunity_events.logged_fact import LoggedFact
from projector.application.poison import PoisonFactError


def decode(logged: LoggedFact, codec: Codec = CODEC) -> Recorded:
    """Read one fact; raise PoisonFactError where that is impossible."""
    try:
        fact = codec.decode(logged.canonical)
    except (UnknownFactError, MalformedFactError) as error:
        raise _poison(logged, f"{type(error).__name__}: {error}") from error
    stream = fact.stream
    if (stream.org, stream.kind, stream.id, fact.version) != (
        logged.org,
        logged.stream_kind,
        logged.stream_id,
        logged.version,
    ):
        raise _poison(logged, "its bytes speak of another stream or version than its columns")
    return logged.recorded(fact)


def decode_prefix(
    after: int, batch: Sequence[LoggedFact]
) -> tuple[list[Recorded], PoisonFactError | None]:
    """Read facts up to the first that is poison or that does not follow the one before."""
    facts: list[Recorded] = []
    for place, logged in enumerate(batch, start=after + 1):
        if logged.lane_position != place:
            reason = f"the source jumped to lane position {logged.lane_position}"
            return facts, PoisonFactError(logged.lane, place, None, reason)
        try:
            facts.append(decode(logged))
        except PoisonFactError as poison:
            return facts, poison
    return facts, None


def _poison(logged: LoggedFact, reason: str) -> PoisonFactError:
    return PoisonFactError(logged.lane, logged.lane_position, logged.event_id, reason)
