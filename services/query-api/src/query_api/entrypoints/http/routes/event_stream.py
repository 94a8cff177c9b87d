"""GET of facts as they come: the event stream."""

from typing import Annotated, Any, Final

from fastapi import Header, Query
from pydantic import WithJsonSchema
from starlette.requests import Request

from opportunity_filters.parameters import MAX_INTEGER
from query_api.application.event_stream import Judge, Verdict
from query_api.bootstrap import QuerySide
from query_api.domain.requests import LAST_EVENT_ID
from query_api.entrypoints.http.answers import POSITION_HEADER
from query_api.entrypoints.http.backing import SideOf, ViewerOf
from query_api.entrypoints.http.event_stream import MEDIA_TYPE, EventStreamResponse
from query_api.entrypoints.http.models.facts import STREAM_EXAMPLE
from query_api.entrypoints.http.queries import StreamQuery
from service_runtime.access import Action, may
from service_runtime.authentication import Unauthenticated
from service_runtime.http.openapi import problem_responses
from service_runtime.http.routes import new_router

ROUTER = new_router(prefix="/v1", tags=["events"])
_JUDGE_EVERY_S: Final = 60.0
_OK: Final[dict[str, Any]] = {
    "description": "Server-Sent Events, until either side ends the connection: `id` is a position, "
    "`event` is `fact`, `data` a fact as `/v1/events` gives it. A comment every 15 s shows that "
    "the stream lives; the `id` in it says up to where was looked.",
    "headers": POSITION_HEADER,
    "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": STREAM_EXAMPLE}},
}
LastEventId = Annotated[
    str | None,
    Header(
        alias=LAST_EVENT_ID,
        description="The `id` received last: the stream goes on behind it, and `after` is not "
        "looked at.",
    ),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}),
]


@ROUTER.get(
    "/events/stream",
    summary="The organization's facts as they come",
    status_code=200,
    response_class=EventStreamResponse,
    responses={
        200: _OK,
        **problem_responses(
            "bad-filter",
            "bad-position",
            "malformed-header",
            "unauthenticated",
            "not-acceptable",
            "read-model-behind",
            "log-unavailable",
            "busy",
        ),
    },
)
async def follow_events(
    request: Request,
    side: SideOf,
    viewer: ViewerOf,
    query: Annotated[StreamQuery, Query()],
    last_event_id: LastEventId = None,
) -> EventStreamResponse:
    """Send facts from after `Last-Event-ID`, else after `after`, else from now on.

    A fact is sent to whoever may see its owner before or after it, at the moment it is sent. A
    client that takes nothing for 15 s is cut off; the stream ends when the caller's token or
    access does. Whoever reconnects with the last id misses nothing and gets nothing twice.
    """
    del last_event_id  # documents the header; that it came more than once is seen only there
    given = request.headers.getlist(LAST_EVENT_ID)
    judge = _judge(side, request.headers.get("authorization"))
    stream = await side.streams.open(viewer.scope.org, query.values(), given, judge)
    return EventStreamResponse(side.streams, stream)


def _judge(side: QuerySide, authorization: str | None) -> Judge:
    """Return what asks anew who the caller is, exactly as a request of this moment would."""

    async def judge() -> Verdict | None:
        try:
            caller = await side.judges.caller(authorization)
        except Unauthenticated:
            return None
        if not may(caller.role, Action.READ):
            return None
        good_for_s = side.judges.good_for_s(authorization)
        at_most_s = _JUDGE_EVERY_S if good_for_s is None else min(good_for_s, _JUDGE_EVERY_S)
        return Verdict(caller.owners, at_most_s)

    return judge
