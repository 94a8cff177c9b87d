"""Telling facts: their wire form, whose they are, and personal fields opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from opportunity_events.codec import CODEC, wire_form
from opportunity_events.envelope import Recorded
from query_api.application.answers import StoredFact
from query_api.application.opening import open_all
from query_api.application.ports import Vault
from query_api.domain.visibility import Owners, owners_of

Form = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadFact:
    """A fact out of the log, with whose opportunity it speaks of (None: of nobody's)."""

    stored: StoredFact
    recorded: Recorded
    owners: Owners | None

    @property
    def position(self) -> int:
        """Return its position in its organization."""
        return self.recorded.position


def read_fact(stored: StoredFact) -> ReadFact:
    """Decode a fact; an unknown or damaged one is loud."""
    fact = CODEC.decode(stored.canonical)
    recorded = Recorded(
        fact=fact,
        lane=stored.lane,
        lane_position=stored.lane_position,
        position=stored.position,
        recorded_at=stored.recorded_at,
        occurred_at=stored.occurred_at,
        prev_hash=stored.prev_hash,
        hash=stored.hash,
    )
    return ReadFact(stored, recorded, owners_of(fact.data))


def sealed_form(fact: ReadFact) -> Form:
    """Return a fact as the topic carries it."""
    return wire_form(fact.stored.canonical, fact.recorded)


async def opened_forms(vault: Vault, facts: Sequence[ReadFact]) -> list[Form]:
    """Return facts as the feed gives them: what was erased is null, and says so."""
    forms = [sealed_form(fact) for fact in facts]
    await open_all(vault, _data_of(facts, forms))
    return forms


def _data_of(facts: Sequence[ReadFact], forms: Sequence[Form]) -> list[tuple[UUID, Any]]:
    return [(fact.stored.org, form["data"]) for fact, form in zip(facts, forms, strict=True)]
