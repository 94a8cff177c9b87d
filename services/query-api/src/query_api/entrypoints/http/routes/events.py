"""GET of facts: an organization's feed, and a lane's facts for operators."""

from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.responses import Response

from query_api.domain.refusals import NotFound
from query_api.entrypoints.http import queries
from query_api.entrypoints.http.answers import canonical_answer, documented
from query_api.entrypoints.http.backing import SideOf, ViewerOf
from query_api.entrypoints.http.models.facts import Feed, LaneEpochs, LaneFeed
from service_runtime.access import may_operate
from service_runtime.http.openapi import problem_responses
from service_runtime.http.request_context import CallerOf
from service_runtime.http.routes import new_router
from service_runtime.problems import Problem

ROUTER = new_router(prefix="/v1", tags=["events"])
_MAX_LANE_DIGITS = 9
_LANE_PROBLEMS = ("unauthenticated", "forbidden", "not-found", "not-acceptable", "log-unavailable")


@ROUTER.get(
    "/events",
    summary="The organization's facts",
    response_model=Feed,
    responses=documented(),
)
async def read_events(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.FeedQuery, Query()]
) -> Response:
    """Answer facts after a position, oldest first and gapless, as canonical JSON."""
    return canonical_answer(await side.events.feed(viewer, query.values()))


async def _operator(caller: CallerOf) -> None:
    if not may_operate(caller):
        raise Problem("forbidden")


_LaneOf = Annotated[
    str, Path(description="The number of a lane.", json_schema_extra={"type": "integer"})
]


def _number(lane: str) -> int:
    """Read the number of a lane; what is none, is the number of none."""
    if not (lane.isascii() and lane.isdecimal() and len(lane) <= _MAX_LANE_DIGITS):
        raise NotFound
    return int(lane)


@ROUTER.get(
    "/lanes/{lane}/facts",
    summary="A lane's facts, for operators",
    response_model=LaneFeed,
    responses={
        200: {},
        **problem_responses("bad-filter", "bad-position", *_LANE_PROBLEMS),
    },
    dependencies=[Depends(_operator)],
)
async def read_lane_facts(
    side: SideOf, lane: _LaneOf, query: Annotated[queries.LaneQuery, Query()]
) -> Response:
    """Answer facts after a lane position, oldest first and gapless, personal fields sealed.

    A fact here is the record of the topic, with the record's headers as `lane`, `laneposition`
    and `laneepoch`.
    """
    return canonical_answer(await side.events.lane(_number(lane), query.values()), positioned=False)


@ROUTER.get(
    "/lanes/{lane}/epochs",
    summary="Where each epoch of a lane begins, for operators",
    response_model=LaneEpochs,
    responses={200: {}, **problem_responses("bad-filter", *_LANE_PROBLEMS)},
    dependencies=[Depends(_operator)],
)
async def read_lane_epochs(
    side: SideOf, lane: _LaneOf, _: Annotated[queries.NoQuery, Query()]
) -> Response:
    """Answer the lane's epochs, oldest first: an operator began each but the first.

    From `begins_at` on, what an earlier epoch said of the lane is void.
    """
    return canonical_answer(await side.events.epochs(_number(lane)), positioned=False)
