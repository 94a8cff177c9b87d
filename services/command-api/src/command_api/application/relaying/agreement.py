"""Whether what a topic ends with is what the log says, and where publishing goes on."""

from collections.abc import Sequence

import msgspec

from command_api.application.relaying.ports import LaneEpoch, Lanes
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.topic import Place


class Disagreement(msgspec.Struct, frozen=True):
    """Log and topic tell different stories; the sentence says at which lane position, and how."""

    reason: str


def newest_of_epoch(tail: Sequence[Place], epoch: int) -> Place | None:
    """Return the furthest record of an epoch among the newest of a lane.

    The last one need not be it: a relay that was thought dead may write what stands there
    already. Nothing before it is missing: whoever writes a place has seen the one before it.
    """
    of_epoch = [place for place in tail if place.epoch == epoch]
    return max(of_epoch, key=lambda place: place.lane_position, default=None)


def later_epoch(tail: Sequence[Place], lane: LaneEpoch) -> Disagreement | None:
    """Say where the topic knows a later epoch than the log: the log is of an earlier time."""
    epoch = max((place.epoch for place in tail), default=lane.epoch)
    if epoch <= lane.epoch:
        return None
    return Disagreement(
        f"the topic is in epoch {epoch} and the log in {lane.epoch}: the log was restored from "
        "before that"
    )


def agreement(newest: Place, lane: LaneEpoch, logged: LoggedFact | None) -> Disagreement | None:
    """Compare the furthest record with the fact that the log has at its place."""
    place = newest.lane_position
    if place > lane.head or logged is None:
        return Disagreement(
            f"the topic has lane position {place}, and the log ends at {lane.head}: the log was "
            "restored from before that"
        )
    if not newest.is_of(logged):
        return Disagreement(
            f"at lane position {place} the topic has fact {newest.event_id} of another time or "
            f"content than the log's {logged.event_id}: the log was restored, and went on"
        )
    return None


async def logged_at(lanes: Lanes, lane: int, place: int) -> LoggedFact | None:
    """Return the fact that the log has at a place of a lane; none where it has none."""
    facts = await lanes.facts(lane, place - 1, 1)
    return facts[0] if facts and facts[0].lane_position == place else None
