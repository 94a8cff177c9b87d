"""What a bulk by filter needs from outside: whom its filter finds, and how a refusal is said."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import msgspec

from command_api.domain.refusal import Refusal
from service_runtime.languages import Words

Explain = Callable[[Refusal], Words]
"""Say a refusal in both languages."""


def say_slug(refused: Refusal) -> Words:
    """Say no more of a refusal than what it is: for those who run no bulk."""
    return Words(refused.slug, refused.slug)


class RefusedOne(msgspec.Struct, frozen=True):
    """An opportunity on which the command was refused, and why, in both languages."""

    id: UUID
    slug: str
    vi: str
    en: str

    @classmethod
    def of(cls, opportunity_id: UUID, refused: Refusal, explain: Explain) -> "RefusedOne":
        """Keep a refusal."""
        words = explain(refused)
        return cls(opportunity_id, refused.slug, words.vi, words.en)


class Selection(Protocol):
    """The opportunities that a filter found at one position, by id."""

    async def count(self) -> int:
        """Return how many there are."""
        ...

    async def page(self, after: UUID, limit: int) -> list[UUID]:
        """Return the next ones behind an id, in order."""
        ...
