"""Whether two sets of changed fields touch: what merging and conflicts are decided by.

A field is `name`; of a sub-resource `<id>.name`; `<id>.*` is all of a sub-resource, `*` everything.
"""

from typing import Final

EVERYTHING: Final = frozenset({"*"})


def overlap(wanted: frozenset[str], changed: frozenset[str]) -> tuple[str, ...]:
    """Return the fields in which a wish meets what was changed, without their sub-resource's id."""
    if "*" in wanted:
        touched = changed
    elif "*" in changed:
        touched = wanted
    else:
        touched = frozenset(one for one in wanted for other in changed if _meet(one, other))
    return tuple(sorted({field.rpartition(".")[2] for field in touched}))


def _meet(one: str, other: str) -> bool:
    if one == other:
        return True
    whole, _, field = one.rpartition(".")
    other_whole, _, other_field = other.rpartition(".")
    return whole == other_whole and whole != "" and "*" in {field, other_field}
