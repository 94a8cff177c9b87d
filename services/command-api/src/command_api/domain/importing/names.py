"""Finding customers and users by the names that a file gives them (domain.md, rule 27)."""

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
        self._buckets.setdefault(_folded(name), []).append((status_key(name), value))

    def find(self, name: str) -> tuple[T, ...]:
        """Return what has the name: nothing, one, or several between which somebody must choose."""
        key, bare = status_key(name), _folded(name)
        bucket = self._buckets.get(bare, [])
        same = tuple(value for known, value in bucket if known == key)
        if same:
            return same
        return tuple(
            value for known, value in bucket if _is_bare(known, bare) or _is_bare(key, bare)
        )


def _folded(name: str) -> str:
    """Fold a name; one of signs alone (`***`) folds to nothing and stands for itself."""
    return fold_name(name) or status_key(name)


def _is_bare(key: str, folded: str) -> bool:
    """Whether a name is written without accents: apart from punctuation it is its own folding."""
    return key.isascii() or key == folded
