"""Reading facts as they were written: an organization's feed, and a lane for operators."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from opportunity_events.envelope import instant
from opportunity_filters.parameters import Values
from query_api.application.answers import LaneEpoch
from query_api.application.arrival import WAIT_S, arrived
from query_api.application.ports import FactLog, Vault
from query_api.application.results import Result
from query_api.application.telling import ReadFact, opened_forms, read_fact, sealed_form
from query_api.domain.refusals import NotFound, ReadModelBehind
from query_api.domain.requests import read_limit, read_position
from query_api.domain.scope import Scope, Viewer
from query_api.domain.visibility import may_be_told
from query_api.domain.windows import DEFAULT_FACTS, MAX_FACTS

MAX_LOOKED_THROUGH: Final = 1_000
_FEWEST_READ: Final = 100


class EventReads:
    """The use cases of reading facts."""

    def __init__(self, log: FactLog, vault: Vault, *, wait_s: float = WAIT_S) -> None:
        self._log = log
        self._vault = vault
        self._wait_s = wait_s

    async def feed(self, viewer: Viewer, values: Values) -> Result:
        """Answer the facts after a position that the reader may see, personal fields opened.

        `position` is how far was looked: one question looks through 1,000 facts at most, however
        few of them the reader may see.
        """
        least = read_position(values, "min_position")
        after = read_position(values, "after")
        limit = read_limit(values, "limit", DEFAULT_FACTS, MAX_FACTS)
        head = await arrived(
            partial(self._log.head, viewer.scope.org),
            {"min_position": least, "after": after},
            within_s=self._wait_s,
        )
        if head is None:
            raise ReadModelBehind
        facts, position = await self._visible(viewer.scope, after, limit)
        forms = await opened_forms(self._vault, facts)
        return Result(position, {"items": forms, "position": position, "epoch": head.epoch})

    async def _visible(self, scope: Scope, after: int, limit: int) -> tuple[list[ReadFact], int]:
        """Look through facts until there are enough; return them, and up to where it looked."""
        found: list[ReadFact] = []
        looked, wanted = 0, limit
        while looked < MAX_LOOKED_THROUGH:
            facts = await self._log.organization_facts(scope.org, after, wanted)
            for stored in facts:
                fact = read_fact(stored)
                after = fact.position
                if may_be_told(fact.owners, scope.owners):
                    found.append(fact)
                if len(found) == limit:
                    return found, after
            if len(facts) < wanted:
                break
            looked += wanted
            wanted = min(max(limit - len(found), _FEWEST_READ), MAX_LOOKED_THROUGH - looked)
        return found, after

    async def lane(self, lane: int, values: Values) -> Result:
        """Answer a lane's facts after a lane position, as the topic carries them."""
        after = read_position(values, "after")
        limit = read_limit(values, "limit", DEFAULT_FACTS, MAX_FACTS)
        ask = partial(self._log.lane_head, lane)
        head = await arrived(ask, {"after": after}, within_s=self._wait_s)
        if head is None:
            raise NotFound
        epochs = await self._log.lane_epochs(lane)
        facts = await self._log.lane_facts(lane, after, limit)
        forms = [
            {
                **sealed_form(read_fact(fact)),
                "lane": fact.lane,
                "laneposition": fact.lane_position,
                "laneepoch": _epoch_at(fact.lane_position, epochs),
            }
            for fact in facts
        ]
        position = facts[-1].lane_position if facts else after
        return Result(position, {"items": forms, "position": position, "epoch": head.epoch})

    async def epochs(self, lane: int) -> Result:
        """Answer where each epoch of a lane begins: a consumer that meets a new one asks."""
        head = await self._log.lane_head(lane)
        if head is None:
            raise NotFound
        items = [
            {
                "epoch": one.epoch,
                "begins_at": one.begins_at,
                "declared_at": instant(one.declared_at),
            }
            for one in await self._log.lane_epochs(lane)
        ]
        return Result(head.head, {"items": items, "position": head.head, "epoch": head.epoch})


def _epoch_at(lane_position: int, epochs: Sequence[LaneEpoch]) -> int:
    """Return in which epoch a fact was published: the latest that reaches so far back."""
    return max(one.epoch for one in epochs if one.begins_at <= lane_position)
