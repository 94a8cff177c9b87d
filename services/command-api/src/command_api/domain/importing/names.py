"""Finding customers and users by the names that a file gives them (domain.md, rule 27)."""

import unicodedata
from typing import Generic, TypeVar

from command_api.domain.text import fold_name, status_key

T = TypeVar("T")


class NameIndex(Generic[T]):
    """Finds what is known by a name, for the length of one import.

    A name is found by its folded form, so `cong ty an phat` finds `Công ty An Phát`. But accents
    tell people apart: `Trần Hùng` and `Trần Hưng` fold to the same and are two. So folding counts
    only where one of the two is written without accents, and a name written the same goes first.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, list[tuple[str, T]]] = {}

    def add(self, name: str, value: T) -> None:
        """Make a value findable by a name; several may have the same."""
        self._buckets.setdefault(folded_name(name), []).append((spelling(name), value))

    def find(self, name: str) -> tuple[T, ...]:
        """Return what has the name: nothing, one, or several between which somebody must choose."""
        written, folded = spelling(name), folded_name(name)
        bucket = self._buckets.get(folded, [])
        same = tuple(value for known, value in bucket if known == written)
        if same or written == folded:
            return same or tuple(value for _, value in bucket)
        return tuple(value for known, value in bucket if known == folded)


def folded_name(name: str) -> str:
    """Fold a name; one of signs alone (`***`) folds to nothing and stands for itself."""
    return fold_name(name) or status_key(name)


def spelling(name: str) -> str:
    """Return a name with its accents, without case and punctuation; bare, it is its own folding."""
    key = status_key(name)
    words = "".join(letter if _in_word(letter) else " " for letter in key)
    return " ".join(words.split()) or key


def _in_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")
