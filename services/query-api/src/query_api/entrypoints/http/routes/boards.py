"""GET of boards: all, one, its view, more cards of a column, its totals."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from query_api.entrypoints.http import queries
from query_api.entrypoints.http.answers import answer, documented, path_first
from query_api.entrypoints.http.backing import SideOf, ViewerOf
from query_api.entrypoints.http.models.boards import Board, BoardList, BoardView
from query_api.entrypoints.http.models.opportunities import CardList
from query_api.entrypoints.http.models.totals import BoardTotals
from query_api.entrypoints.http.path_ids import KNOWN_BOARD, KNOWN_COLUMN, BoardId, StatusId
from service_runtime.http.routes import new_router

ROUTER = new_router(prefix="/v1/boards", tags=["boards"])


@ROUTER.get("", summary="List boards", response_model=BoardList, responses=documented("bad-cursor"))
async def list_boards(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.PastPageQuery, Query()]
) -> Response:
    """Answer a page of boards, the oldest first, archived ones too."""
    return answer(await side.boards.page(viewer, query.values()))


@ROUTER.get(
    "/{board}",
    summary="One board",
    response_model=Board,
    responses=documented("not-found", single=True),
    dependencies=[KNOWN_BOARD],
)
async def read_board(
    side: SideOf, viewer: ViewerOf, board: BoardId, query: Annotated[queries.PastQuery, Query()]
) -> Response:
    """Answer a board with its live statuses in order."""
    result = await path_first(
        side.boards.single(viewer, board, query.values()),
        lambda: side.boards.single(viewer, board, {}),
    )
    return answer(result)


@ROUTER.get(
    "/{board}/view",
    summary="A board with its columns and first cards",
    response_model=BoardView,
    responses=documented("not-found", "invalid"),
    dependencies=[KNOWN_BOARD],
)
async def view_board(
    side: SideOf, viewer: ViewerOf, board: BoardId, query: Annotated[queries.ViewQuery, Query()]
) -> Response:
    """Answer columns with the totals of the whole filter and the first cards of each."""
    result = await path_first(
        side.boards.view(viewer, board, query.values()),
        lambda: side.boards.single(viewer, board, {}),
    )
    return answer(result)


@ROUTER.get(
    "/{board}/totals",
    summary="Totals of a board",
    response_model=BoardTotals,
    responses=documented("not-found", "invalid"),
    dependencies=[KNOWN_BOARD],
)
async def board_totals(
    side: SideOf, viewer: ViewerOf, board: BoardId, query: Annotated[queries.FilterQuery, Query()]
) -> Response:
    """Answer what stands in each status and on the whole board, under a filter."""
    result = await path_first(
        side.boards.totals(viewer, board, query.values()),
        lambda: side.boards.single(viewer, board, {}),
    )
    return answer(result)


@ROUTER.get(
    "/{board}/statuses/{status}/cards",
    summary="More cards of a column",
    response_model=CardList,
    responses=documented("not-found", "invalid", "bad-cursor"),
    dependencies=[KNOWN_COLUMN],
)
async def list_cards(
    side: SideOf,
    viewer: ViewerOf,
    board: BoardId,
    status: StatusId,
    query: Annotated[queries.ListQuery, Query()],
) -> Response:
    """Answer a page of a column's cards, from the cursor that its view gave or from the first."""
    column = (board, status)
    result = await path_first(
        side.boards.cards(viewer, column, query.values()),
        lambda: side.boards.cards(viewer, column, {"limit": ["1"]}),
    )
    return answer(result)
