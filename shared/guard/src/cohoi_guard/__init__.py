"""Proof for consumers of facts: every one, once, in order."""

from cohoi_guard.guard import Guard, NewEpoch, TooManyWaiting, WrongLane
from cohoi_guard.lane_facts import lane_facts

__all__ = ["Guard", "NewEpoch", "TooManyWaiting", "WrongLane", "lane_facts"]
