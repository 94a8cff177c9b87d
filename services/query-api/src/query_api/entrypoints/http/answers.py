"""Answers: JSON with the headers of every read, documented the same for all routes."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from starlette.responses import Response

from opportunity_events.codec import canonical_json
from opportunity_filters.refusals import BadFilter
from query_api.application.results import Result
from query_api.domain.refusals import NotFound, Refusal
from service_runtime.http.openapi import READ_PROBLEMS, problem_responses
from service_runtime.http.request_context import position_header

JSON: Final = "application/json"
_encoder: Final = msgspec.json.Encoder()
POSITION_HEADER: Final = {
    "Cohoi-Position": {
        "description": "The position at which this is true.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 48112,
    }
}
_ETAG_HEADER: Final = {
    "ETag": {
        "description": "The version, for If-Match.",
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
        "example": '"3"',
    }
}


def answer(result: Result) -> Response:
    """Return a result as JSON, with its position and, for a single resource, its version."""
    headers = position_header(result.position)
    if result.version is not None:
        headers["ETag"] = f'"{result.version}"'
    return Response(_encoder.encode(result.body), headers=headers, media_type=JSON)


def canonical_answer(result: Result, *, positioned: bool = True) -> Response:
    """Return a result as canonical JSON: keys sorted, no spaces."""
    headers = position_header(result.position) if positioned else {}
    return Response(canonical_json(result.body), headers=headers, media_type=JSON)


async def path_first(reading: Awaitable[Result], bare: Callable[[], Awaitable[Result]]) -> Result:
    """Await a read whose path may name nothing: that goes before whatever its query has wrong.

    `bare` is the same read without any query; it is asked only when the first one was refused.
    """
    try:
        return await reading
    except NotFound:
        raise
    except (Refusal, BadFilter):
        await bare()
        raise


def documented(
    *problems: str, single: bool = False, positioned: bool = True
) -> dict[int | str, dict[str, Any]]:
    """Return what `responses=` of a read takes: its headers and every problem it may answer."""
    headers = {
        **(POSITION_HEADER if positioned else {}),
        **(_ETAG_HEADER if single else {}),
    }
    return {200: {"headers": headers}, **problem_responses(*READ_PROBLEMS, *problems)}
