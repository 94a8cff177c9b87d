"""Conditions as SQL on an opportunity `o`: named pieces as text, values as parameters beside it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from opportunity_filters.conditions import Conditions
from service_runtime.fragments import fill, load_fragments, rename

_PACKAGE: Final = "opportunity_filters.sql"
Shape = tuple[tuple[str, ...], tuple[int, ...]]
"""What a text depends on of some conditions: their names, and how many words each search has."""


def shape_of(conditions: Conditions) -> Shape:
    """Return what the text of these conditions depends on."""
    names = tuple(condition.name for condition in conditions.all_of)
    return names, tuple(len(search) for search in conditions.searches)


def values_of(conditions: Conditions) -> dict[str, Any]:
    """Return the parameters of these conditions."""
    values = {one.name: one.value for one in conditions.all_of if one.value is not None}
    for number, search in enumerate(conditions.searches):
        beginnings = [f"'{word}':*" for word in search]
        values |= {f"word_{number}_{index}": one for index, one in enumerate(beginnings)}
        if len(search) > 1:
            values[f"all_words_{number}"] = " & ".join(beginnings)
            values[f"any_word_{number}"] = " | ".join(beginnings)
    return values


@lru_cache(maxsize=512)
def opportunity_conditions(shape: Shape) -> str:
    """Return the conditions on an opportunity `o` of schema read, joined by AND."""
    return joined(load_fragments(_PACKAGE, "conditions"), shape)


def joined(pieces: Mapping[str, str], shape: Shape) -> str:
    """Return conditions joined by AND, each a piece; `word` is that of a search."""
    names, searches = shape
    all_of = [pieces[name] for name in names]
    if searches:
        any_of = [_search(pieces, number, words) for number, words in enumerate(searches)]
        all_of.append("(" + " or ".join(f"({one})" for one in any_of) + ")")
    return " and ".join(all_of) or "true"


def _search(pieces: Mapping[str, str], number: int, words: int) -> str:
    each = " and ".join(
        rename(pieces["word"], "word", f"word_{number}_{index}") for index in range(words)
    )
    if words == 1 or "words" not in pieces:
        return each
    together = fill(pieces["words"], each=each)
    for name in ("all_words", "any_word"):
        together = rename(together, name, f"{name}_{number}")
    return together
