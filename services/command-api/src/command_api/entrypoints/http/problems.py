"""Refusals as problem documents: one table, a row for each class of refusal."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from command_api.domain import refusal as r
from command_api.entrypoints.http import refusal_words as words
from command_api.entrypoints.http.fault_words import FAULT_WORDS, OTHER
from opportunity_events.v1 import StatusType
from service_runtime.languages import Language, Words
from service_runtime.problems import InputError, Problem, invalid

R = TypeVar("R", bound=r.Refusal)
Row = Callable[[Any], Problem]
Rows = Mapping[type[r.Refusal], Row]


def problem_of(refusal: r.Refusal) -> Problem:
    """Return the problem for a refusal, by what the refusal itself carries."""
    return TABLE[type(refusal)](refusal)


def with_data(problem: Problem, **data: object) -> Problem:
    """Return the problem with further members, which had to be looked up."""
    return Problem(
        problem.slug, problem.detail, data={**problem.data, **data}, headers=problem.headers
    )


def describe_part(refusal: r.Refusal, language: Language) -> dict[str, Any]:
    """Return the problem document of one part of a bulk; pointers lead into the bulk's body."""
    if isinstance(refusal, r.Invalid):
        faults = (f if f.where.startswith("?") else _within_params(f) for f in refusal.faults)
        refusal = r.Invalid(*faults)
    return problem_of(refusal).document(language)


def words_of(refusal: r.Refusal) -> Words:
    """Say a refusal in a sentence or a few, where there is no document to put its parts into."""
    if isinstance(refusal, r.Invalid):
        said = [FAULT_WORDS.get(fault.code, OTHER) for fault in refusal.faults]
        return Words(" ".join(one.vi for one in said), " ".join(one.en for one in said))
    detail = problem_of(refusal).detail
    return detail if isinstance(detail, Words) else Words(detail, detail)


def _within_params(fault: r.Fault) -> r.Fault:
    return r.Fault(f"/params{fault.where}", fault.code)


def _of(cls: type[R], row: Callable[[R], Problem]) -> tuple[type[r.Refusal], Row]:
    """Pair a class with its row; the table finds by the exact class, so the cast holds."""
    return cls, cast("Row", row)


def _invalid(refusal: r.Invalid) -> Problem:
    return invalid(
        [
            InputError(
                fault.where.removeprefix("?"),
                fault.code,
                FAULT_WORDS.get(fault.code, OTHER),
                in_query=fault.where.startswith("?"),
            )
            for fault in refusal.faults
        ]
    )


def _conflict(refusal: r.VersionConflict) -> Problem:
    ahead = refusal.since > refusal.version
    return Problem(
        refusal.slug,
        words.VERSION_AHEAD if ahead else words.VERSION_CONFLICT,
        data={"version": refusal.version, "fields": list(refusal.fields)},
    )


def _status_in_use(refusal: r.StatusInUse) -> Problem:
    detail = words.STATUS_RECEIVING if refusal.receiving else words.status_in_use(refusal.count)
    return Problem(refusal.slug, detail, data={"count": refusal.count})


def _type_change(refusal: r.TypeChange) -> Problem:
    return Problem(
        refusal.slug,
        words.type_change(_type(refusal.before), _type(refusal.after), refusal.count),
        data={"from": refusal.before, "to": refusal.after, "count": refusal.count},
    )


def _type(name: str) -> StatusType:
    return cast("StatusType", name)


def _status_gone(refusal: r.StatusGone) -> Problem:
    to = refusal.replacement
    return Problem(
        refusal.slug,
        words.status_gone(replaced=to is not None),
        data={
            "status_id": str(refusal.status_id),
            "replacement": None if to is None else {"id": str(to[0]), "name": to[1]},
        },
    )


def _not_a_permutation(refusal: r.NotAPermutation) -> Problem:
    return Problem(
        refusal.slug,
        words.NOT_A_PERMUTATION,
        data={
            "missing": [str(one) for one in refusal.missing],
            "unknown": [str(one) for one in refusal.unknown],
            "repeated": [str(one) for one in refusal.repeated],
        },
    )


TABLE: Final[Rows] = MappingProxyType(
    dict(
        (
            _of(r.NotFound, lambda n: Problem(n.slug)),
            _of(r.Forbidden, lambda f: Problem(f.slug, words.NEEDED_ROLE.get(f.need))),
            _of(r.Invalid, _invalid),
            _of(r.KeyReused, lambda k: Problem(k.slug)),
            _of(r.AlreadyDeleted, lambda a: Problem(a.slug, words.ALREADY_DELETED)),
            _of(r.VersionConflict, _conflict),
            _of(
                r.NameTaken,
                lambda n: Problem(n.slug, words.NAME_TAKEN, data={"status_id": str(n.status_id)}),
            ),
            _of(
                r.LastOfType,
                lambda x: Problem(
                    x.slug,
                    words.last_of_type(_type(x.status_type)),
                    data={"status_type": x.status_type},
                ),
            ),
            _of(r.StatusInUse, _status_in_use),
            _of(
                r.TypeInUse,
                lambda t: Problem(t.slug, words.type_in_use(t.count), data={"count": t.count}),
            ),
            _of(
                r.BoardInUse,
                lambda b: Problem(b.slug, words.board_in_use(b.count), data={"count": b.count}),
            ),
            _of(r.TypeChange, _type_change),
            _of(r.StatusGone, _status_gone),
            _of(r.NotAPermutation, _not_a_permutation),
            _of(r.BoardArchived, lambda b: Problem(b.slug, words.BOARD_ARCHIVED)),
            _of(r.CustomerArchived, lambda c: Problem(c.slug, words.CUSTOMER_ARCHIVED)),
        )
    )
)
