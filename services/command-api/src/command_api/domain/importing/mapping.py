"""Which column is which field: guessed by name, shown, and overridden by who knows better."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal

import msgspec

from command_api.domain.importing.columns import Column
from command_api.domain.importing.fields import (
    FIELDS,
    Field,
    compact,
    known_names,
    known_phrases,
)
from command_api.domain.importing.reasons import FileRefused, Reason
from command_api.domain.text import fold_name, normalize_name

LEAST_LIKENESS: Final = 0.85
# In a shorter word one letter is another word and no slip: `tiền` (money) is no `tên` (name).
SHORTEST_ALIKE: Final = 6
How = Literal["exact", "synonym", "similar", "given"]


class Mapped(msgspec.Struct, frozen=True):
    """What became of a column: its field and how that was found, or null where it is not read."""

    column: str
    field: Field | None
    how: How | None


class _Guess(msgspec.Struct, frozen=True):
    rank: float
    column: Column
    field: Field
    how: How


def map_columns(
    columns: Sequence[Column], given: Mapping[str, str | None] | None = None
) -> tuple[Mapped, ...]:
    """Map every column; what is given (null: do not read it) comes first, the rest is guessed."""
    fixed = _validated(columns, given or {})
    taken = {field for field in fixed.values() if field}
    guesses = sorted(
        (
            guess
            for column in columns
            if column.index not in fixed
            for guess in _guesses(column)
            if guess.field not in taken
        ),
        key=lambda guess: (guess.rank, guess.column.index),
    )
    found: dict[int, _Guess] = {}
    for guess in guesses:
        if guess.field not in taken and guess.column.index not in found:
            found[guess.column.index] = guess
            taken.add(guess.field)
    return tuple(_mapped(column, fixed, found) for column in columns)


def _mapped(column: Column, fixed: dict[int, Field | None], found: dict[int, _Guess]) -> Mapped:
    if column.index in fixed:
        return Mapped(column.name, fixed[column.index], "given")
    if guess := found.get(column.index):
        return Mapped(column.name, guess.field, guess.how)
    return Mapped(column.name, None, None)


def _validated(
    columns: Sequence[Column], given: Mapping[str, str | None]
) -> dict[int, Field | None]:
    """Find the columns and fields of a given mapping, or say everything that is wrong with it."""
    reasons: list[Reason] = []
    fixed: dict[int, Field | None] = {}
    holder: dict[Field, Column] = {}
    for name, wanted in given.items():
        column = _named(columns, name)
        if column is None:
            names = ", ".join(column.name for column in columns)
            reasons.append(Reason("unknown-column", {"column": name, "columns": names}))
            continue
        field: Field | None = next((known for known in FIELDS if known == wanted), None)
        if field is None and wanted is not None:
            fields = ", ".join(FIELDS)
            reasons.append(Reason("unknown-field", {"field": wanted, "fields": fields}))
        elif field and field in holder:
            params = {"field": field, "first": holder[field].name, "second": column.name}
            reasons.append(Reason("field-twice", {**params}))
        elif field:
            holder[field] = column
        fixed[column.index] = field
    if reasons:
        raise FileRefused(*reasons)
    return fixed


def _named(columns: Sequence[Column], name: str) -> Column | None:
    """Find a column by its name, else by its folded name where only one has it."""
    wanted = normalize_name(name)
    for column in columns:
        if column.name == wanted:
            return column
    folded = [column for column in columns if fold_name(column.name) == fold_name(wanted) != ""]
    return folded[0] if len(folded) == 1 else None


def _guesses(column: Column) -> list[_Guess]:
    """Rate what a column may be: known names by their rank, then likeness, the best first."""
    name = compact(column.phrase)
    if not name:
        return []
    if known := known_names().get(name):
        field, rank = known
        return [_Guess(rank, column, field, "synonym" if rank else "exact")]
    words = len(fold_name(column.phrase).split())
    best: dict[Field, float] = {}
    for phrase, phrase_words, field in known_phrases():
        # Another count of words is another thing, not a slip: `customer id` is no customer.
        if phrase_words == words and (likeness := _likeness(name, phrase)):
            best[field] = max(best.get(field, 0.0), likeness)
    return [_Guess(1000 - likeness, column, field, "similar") for field, likeness in best.items()]


def _likeness(name: str, phrase: str) -> float:
    if min(len(name), len(phrase)) < SHORTEST_ALIKE:
        return 0.0
    matcher = SequenceMatcher(None, name, phrase, autojunk=False)
    if matcher.real_quick_ratio() < LEAST_LIKENESS or matcher.quick_ratio() < LEAST_LIKENESS:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= LEAST_LIKENESS else 0.0
