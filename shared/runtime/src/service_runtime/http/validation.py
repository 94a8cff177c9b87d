"""Errors of FastAPI's validation, turned into the problems of the contract."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError

from service_runtime.http.json_body import pointer_of
from service_runtime.http.validation_words import say
from service_runtime.languages import Words
from service_runtime.problem_words import DETAILS
from service_runtime.problems import InputError, Problem, invalid

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_BY_PARAMETER: Final[Mapping[str, str]] = {
    "cursor": "bad-cursor",
    "min_position": "bad-position",
    "after": "bad-position",
}
_Error = Mapping[str, Any]


def problem_of(failure: RequestValidationError, *, method: str) -> Problem:
    """Return the problem for a failed validation, by the order in which answers go first."""
    errors: Sequence[_Error] = failure.errors()
    places = {str(error["loc"][0]) for error in errors}
    if "path" in places:
        return Problem("not-found")
    for error in errors:
        if error["loc"][0] in {"header", "cookie"}:
            return Problem("malformed-header", data={"header": str(error["loc"][1])})
    if method in {"GET", "HEAD"}:
        for error in errors:
            if error["loc"][0] == "query":
                _, reason = say(error["type"], error.get("ctx") or {})
                return bad_parameter(str(error["loc"][-1]), reason)
    return invalid([_input_error(error) for error in errors])


def bad_parameter(name: str, reason: Words, *, known: bool = True) -> Problem:
    """Return the 400 for a query parameter of a GET; a strange name is not repeated.

    Only of a parameter that the route knows does the name say more than that the filter is bad.
    """
    slug = _BY_PARAMETER.get(name, "bad-filter") if known else "bad-filter"
    common = DETAILS[slug]
    return Problem(
        slug,
        Words(f"{common.vi} {reason.vi}", f"{common.en} {reason.en}"),
        data={"parameter": name} if _PLAIN_NAME.fullmatch(name) else {},
    )


def _input_error(error: _Error) -> InputError:
    code, detail = say(error["type"], error.get("ctx") or {})
    place, *steps = error["loc"]
    if place == "query":
        return InputError(str(steps[0]) if steps else "", code, detail, in_query=True)
    if error["type"] == "extra_forbidden" and not _PLAIN_NAME.fullmatch(str(steps[-1])):
        steps = steps[:-1]  # a key that nobody would choose is not repeated
    return InputError(pointer_of(*steps), code, detail)
