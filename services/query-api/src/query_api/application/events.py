"""Reading facts as they were written: an organization's feed, and a lane for operators."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from opportunity_events.codec import CODEC, wire_form
from opportunity_events.envelope import Recorded
from opportunity_filters.parameters import Values
from query_api.application.answers import StoredFact
from query_api.application.opening import open_all
from query_api.application.ports import FactLog, Vault
from query_api.application.results import Result
from query_api.domain.refusals import BadPosition, NotFound, ReadModelBehind
from query_api.domain.requests import read_limit, read_position
from query_api.domain.scope import Viewer
from query_api.domain.windows import DEFAULT_FACTS, MAX_FACTS

Form = dict[str, Any]


class EventReads:
    """The use cases of reading facts."""

    def __init__(self, log: FactLog, vault: Vault) -> None:
        self._log = log
        self._vault = vault

    async def feed(self, viewer: Viewer, values: Values) -> Result:
        """Answer the organization's facts after a position, personal fields opened."""
        least = read_position(values, "min_position")
        after = read_position(values, "after")
        limit = read_limit(values, "limit", DEFAULT_FACTS, MAX_FACTS)
        org = viewer.scope.org
        head = await self._log.head(org)
        if head is None:
            raise ReadModelBehind
        if least > head.head:
            raise BadPosition("min_position")
        if after > head.head:
            raise BadPosition("after")
        facts = await self._log.organization_facts(org, after, limit)
        forms = [_wire(fact) for fact in facts]
        await open_all(self._vault, _data_of(facts, forms))
        position = facts[-1].position if facts else after
        return Result(position, {"items": forms, "position": position, "epoch": head.epoch})

    async def lane(self, lane: int, values: Values) -> Result:
        """Answer a lane's facts after a lane position, as the topic carries them."""
        after = read_position(values, "after")
        limit = read_limit(values, "limit", DEFAULT_FACTS, MAX_FACTS)
        head = await self._log.lane_head(lane)
        if head is None:
            raise NotFound
        if after > head.head:
            raise BadPosition("after")
        facts = await self._log.lane_facts(lane, after, limit)
        forms = [
            {
                **_wire(fact),
                "lane": fact.lane,
                "laneposition": fact.lane_position,
                "laneepoch": head.epoch,
            }
            for fact in facts
        ]
        position = facts[-1].lane_position if facts else after
        return Result(position, {"items": forms, "position": position, "epoch": head.epoch})


def _wire(fact: StoredFact) -> Form:
    recorded = Recorded(
        fact=CODEC.decode(fact.canonical),
        lane=fact.lane,
        lane_position=fact.lane_position,
        position=fact.position,
        recorded_at=fact.recorded_at,
        occurred_at=fact.occurred_at,
        prev_hash=fact.prev_hash,
        hash=fact.hash,
    )
    return wire_form(fact.canonical, recorded)


def _data_of(facts: Sequence[StoredFact], forms: Sequence[Form]) -> list[tuple[UUID, Any]]:
    return [(fact.org, form["data"]) for fact, form in zip(facts, forms, strict=True)]
