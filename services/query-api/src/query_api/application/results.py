"""What a use case hands to the door: a body, and what the headers say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from query_api.application.answers import Answer, Last
from query_api.domain.cursors import write_cursor
from query_api.domain.refusals import NotFound, ReadModelBehind, UnknownIds
from query_api.domain.scope import Viewer
from query_api.domain.sorting import Sort

T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """A body as JSON values (or JSON already written), and the position at which it is true."""

    position: int
    body: Any
    version: int | None = None


def binding(viewer: Viewer, rows: str, chosen: Mapping[str, Any], sort: Sort) -> dict[str, Any]:
    """Return what a cursor of this list is bound to."""
    moment = viewer.scope.moment
    return {
        "org": str(viewer.scope.org),
        **({} if moment is None else {"as_of": moment.normalized()}),
        "list": rows,
        "filter": dict(chosen),
        **sort.normalized(),
    }


def next_cursor(last: Last | None, bound: Mapping[str, Any]) -> str | None:
    """Return the cursor of the next page; None where there is none."""
    if last is None:
        return None
    return write_cursor(last.keys, last.id, empty=last.empty, binding=bound)


def position_of(answer: Answer[Any]) -> int:
    """Return where an answer is true."""
    if answer.standing.position is None:
        raise ReadModelBehind
    return answer.standing.position


def known(answer: Answer[T | None]) -> T:
    """Return what was found: what is not there goes before what the filter names wrongly."""
    if answer.found is None:
        raise NotFound
    if answer.standing.unknown:
        raise UnknownIds(answer.standing.unknown)
    return answer.found
