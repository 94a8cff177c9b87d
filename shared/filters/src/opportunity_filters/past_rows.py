"""Reads of the past: the same statements, with the rows of then in the place of the rows of now.

Wherever a statement names a table of the present, the versions that stood at the moment take its
place, under the same alias and with the same columns. So conditions, orders, names and shapes are
written once, and what is shown of the past is what would have been shown then.

The alias says what the rows are for. `o` are the rows that are listed: of customers and boards
those that were there, or that an opportunity of then refers to. `known` is left as it is: whether
an id is one at all is asked of the present. All others name what opportunities refer to; what was
made later is among them as it first was.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from opportunity_filters.moments import Axes, Moment
from service_runtime.fragments import Statement, fill, load_fragments

_PACKAGE: Final = "opportunity_filters.sql"
_TABLE: Final = re.compile(
    r"\bread\.(?:searched_)?(opportunities|customers|contacts|users|boards|statuses|organizations)"
    r"\s+(?!known\b)([a-z]+)\b"
)
_LISTED: Final = "o"
_STATUSES: Final = "statuses_then"


def as_of(statement: Statement, moment: Moment | None) -> Statement:
    """Return a statement as of a moment; without one it stays as it is."""
    if moment is None:
        return statement
    return Statement(
        past_text(statement.text, moment.axes), {**statement.values, **moment_values(moment)}
    )


def moment_values(moment: Moment) -> dict[str, Any]:
    """Return the parameters of a moment."""
    values = {"moment_position": moment.position, "moment_instant": moment.instant}
    return {name: value for name, value in values.items() if value is not None}


@lru_cache(maxsize=1024)
def past_text(text: str, axes: Axes) -> str:
    """Return a statement's text with the rows of then."""
    past = _TABLE.sub(lambda found: f"{_rows(found[1], found[2], axes)} {found[2]}", text)
    if _STATUSES not in past:
        return past
    return f"with {_STATUSES} as materialized ({_piece('statuses', axes)}) {past}"


def _rows(table: str, alias: str, axes: Axes) -> str:
    if table == "statuses":
        return _STATUSES
    listed = f"{table}.listed"
    name = listed if alias == _LISTED and listed in _pieces() else table
    return f"({_piece(name, axes)})"


def _piece(name: str, axes: Axes) -> str:
    pieces = _pieces()
    holes = {
        f"{what}_{alias}": fill(pieces[f"{axes}.{what}"], v=alias)
        for what in ("stands", "later", "added")
        for alias in ("v", "w")
    }
    columns = {f"{table}_columns": pieces[f"{table}.columns"] for table in ("customers", "boards")}
    return fill(pieces[name], **holes, **columns)


def _pieces() -> Mapping[str, str]:
    return load_fragments(_PACKAGE, "past_rows")
