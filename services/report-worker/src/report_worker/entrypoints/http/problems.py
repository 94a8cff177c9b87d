"""The table from refusals to problems."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from opportunity_filters.refusals import BadFilter
from report_worker.application import refusals
from service_runtime.http.responses import problem_response
from service_runtime.languages import Words
from service_runtime.problems import InputError, Problem, invalid

_PLAIN_NAME: Final = re.compile(r"[a-z_]{1,40}")
_TRY_AGAIN_S: Final = 15


def _of_bad_filter(error: BadFilter) -> Problem:
    """Name the filter, unless it has a name that nobody would choose."""
    known = _PLAIN_NAME.fullmatch(error.parameter)
    return Problem(
        "bad-filter", error.reason, data={"parameter": error.parameter if known else "filters"}
    )


def _of_unknown_ids(error: refusals.UnknownIds) -> Problem:
    words = Words(
        "Không có mục nào với mã này trong tổ chức của bạn; hãy kiểm tra lại mã.",
        "Your organization has nothing with this id; check it.",
    )
    return invalid([InputError(f"/filters/{key}", "unknown-id", words) for key in error.keys])


def _of_too_many_open(error: refusals.TooManyOpen) -> Problem:
    words = Words(
        f"Tổ chức của bạn đang có {error.limit} báo cáo chờ hoặc đang chạy. Hãy đợi một báo cáo "
        "xong hoặc hủy bớt rồi yêu cầu lại.",
        f"Your organization has {error.limit} reports waiting or running. Wait until one is done, "
        "or cancel one, and order again.",
    )
    return Problem("too-many-requests", words, headers={"Retry-After": str(_TRY_AGAIN_S)})


_NO_FILE: Final = Words(
    "Báo cáo này chưa có tệp: nó đang chờ, đang chạy, đã hủy hoặc đã thất bại. Hãy xem `state` của "
    "báo cáo.",
    "This report has no file: it waits, runs, was cancelled or has failed. Look at the report's "
    "`state`.",
)
PROBLEMS: Final[Mapping[type[Exception], Callable[[Any], Problem]]] = {
    BadFilter: _of_bad_filter,
    refusals.NotFound: lambda _: Problem("not-found"),
    refusals.Forbidden: lambda _: Problem("forbidden"),
    refusals.UnknownIds: _of_unknown_ids,
    refusals.KeyReused: lambda _: Problem("idempotency-key-reused"),
    refusals.TooManyOpen: _of_too_many_open,
    refusals.NotReady: lambda _: Problem("not-ready", _NO_FILE),
    refusals.Expired: lambda _: Problem("expired"),
    refusals.BadPosition: lambda error: Problem(
        "bad-position", data={"parameter": error.parameter}
    ),
    refusals.Behind: lambda _: Problem("read-model-behind"),
}


def problem_of(refusal: Exception) -> Problem:
    """Return the problem for a refusal."""
    convert = cast("Callable[[Exception], Problem]", PROBLEMS[type(refusal)])
    return convert(refusal)


async def _answer(request: Request, error: Exception) -> Response:
    return problem_response(problem_of(error), request)


def add_refusal_handlers(app: FastAPI) -> None:
    """Let an app answer every refusal of this service as its problem."""
    for kind in PROBLEMS:
        app.add_exception_handler(kind, _answer)
