"""The table from refusals to problems."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from opportunity_filters.refusals import BadFilter
from query_api.domain import refusals
from service_runtime.http.responses import problem_response
from service_runtime.http.validation import bad_parameter
from service_runtime.languages import Words
from service_runtime.problems import InputError, Problem, invalid

_UNKNOWN_ID: Final = Words(
    "Không có mục nào với mã này trong tổ chức của bạn; hãy kiểm tra lại mã.",
    "Your organization has nothing with this id; check it.",
)


def _of_unknown_ids(error: Any) -> Problem:  # noqa: ANN401 - the one that the table names
    return invalid(
        [InputError(key, "unknown-id", _UNKNOWN_ID, in_query=True) for key in error.parameters]
    )


PROBLEMS: Final[Mapping[type[Exception], Callable[[Any], Problem]]] = {
    refusals.NotFound: lambda _: Problem("not-found"),
    refusals.Forbidden: lambda _: Problem("forbidden"),
    BadFilter: lambda error: bad_parameter(error.parameter, error.reason),
    refusals.UnknownIds: _of_unknown_ids,
    refusals.BadCursor: lambda _: Problem("bad-cursor", data={"parameter": "cursor"}),
    refusals.BadPosition: lambda error: Problem(
        "bad-position", data={"parameter": error.parameter}
    ),
    refusals.MalformedHeader: lambda error: Problem(
        "malformed-header", data={"header": error.header}
    ),
    refusals.TooManyStreams: lambda _: Problem("busy"),
    refusals.ReadModelBehind: lambda _: Problem("read-model-behind"),
}


def add_refusal_handlers(app: FastAPI) -> None:
    """Let an app answer every refusal as a problem."""
    for refusal in PROBLEMS:
        app.add_exception_handler(refusal, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    return problem_response(PROBLEMS[type(error)](error), request)
