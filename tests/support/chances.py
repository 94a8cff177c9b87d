"""Seeded chance as test histories need it: words, amounts, days."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

_WORDS = ("Đàm phán", "máy in", "licence", "Huế", "crane", "gói 5", "x1", "Ω", "nhà-máy", "MSFT")
T = TypeVar("T")


class Chance:
    """Draws what a history is made of."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of several."""
        return self._random.choice(choices)

    def weighted(self, choices: Sequence[tuple[int, T]]) -> T:
        """Draw one of several, each with its weight."""
        weights = [weight for weight, _ in choices]
        return self._random.choices([choice for _, choice in choices], weights)[0]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """Draw an order."""
        return self._random.sample(choices, len(choices))

    def below(self, end: int) -> int:
        """Draw a number from 0 to before `end`."""
        return self._random.randrange(end)

    def happens(self, likelihood: float) -> bool:
        """Say whether something happens."""
        return self._random.random() < likelihood

    def text(self) -> str:
        """Draw one to three words."""
        return " ".join(self._random.choices(_WORDS, k=1 + self.below(3)))

    def amount(self) -> int | None:
        """Draw an amount, small or as large as there are, or none."""
        return self.pick([None, 0, 1, 125_000, self.below(9_007_199_254_740_991)])

    def day(self) -> date:
        """Draw a day of the year."""
        return date(2026, 1, 1) + timedelta(days=self.below(300))
