"""Reads as of positions and instants equal the fold of the log up to there, which a model says."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from support.past_model import Then
from support.past_stories import PastStory, sampled, told_past
from support.past_streams import Moment


@pytest_asyncio.fixture
async def story(database: str, tmp_path: Path) -> AsyncGenerator[PastStory]:
    async with told_past(database, tmp_path, seed=7, steps=1200) as told:
        yield told


async def all_items(story: PastStory, path: str, **query: Any) -> list[dict[str, Any]]:
    pages = await story.reader.pages(path, limit=200, **query)
    return [item for page in pages for item in page["items"]]


async def demand_lists(story: PastStory, moment: Moment) -> Then:
    """Compare the whole list, its totals and those alone with the model."""
    then = story.model.at(moment)
    live = then.opportunities()
    asked = moment.query()
    items = await all_items(story, "/v1/opportunities", **asked)
    assert [item.pop("note") for item in items] == [None] * len(items)
    assert items == [then.listed(state) for state in live]
    first = await story.reader.read("/v1/opportunities", limit=1, **asked)
    alone = await story.reader.read("/v1/opportunities/totals", **asked)
    assert first["totals"] == alone["totals"] == then.totals(live)
    assert first["position"] == alone["position"] == then.position
    return then


async def demand_boards(story: PastStory, then: Then) -> None:
    """Compare the boards, and the view and the totals of one of them, with the model."""
    asked = then.moment.query()
    boards = then.boards()
    assert await all_items(story, "/v1/boards", **asked) == boards
    if not boards:
        return
    board = story.random.choice(boards)
    here = f"/v1/boards/{board['id']}"
    assert await story.reader.read(here, **asked) == board
    on_board = then.opportunities(lambda state: str(state["board_id"]) == board["id"])
    view = await story.reader.read(f"{here}/view", cards=100, **asked)
    totals = await story.reader.read(f"{here}/totals", **asked)
    assert view["board"] == board
    assert view["totals"] == totals["totals"] == then.totals(on_board)
    assert [column["status"]["id"] for column in view["columns"]] == [
        status["id"] for status in board["statuses"]
    ]
    for column, summed in zip(view["columns"], totals["statuses"], strict=True):
        inside = [s for s in on_board if str(s["status_id"]) == column["status"]["id"]]
        assert column["totals"] == summed["totals"] == then.status_totals(inside)
        assert column["cards"] == [then.shown(state) for state in inside[:100]]


async def demand_customers(story: PastStory, then: Then) -> None:
    """Compare all customers, and one with its opportunities, with the model."""
    asked = then.moment.query()
    customers = then.customers()
    assert await all_items(story, "/v1/customers", **asked) == customers
    if customers:
        customer = story.random.choice(customers)
        found = await story.reader.read(f"/v1/customers/{customer['id']}", **asked)
        theirs = then.opportunities(lambda state: str(state["customer_id"]) == customer["id"])
        page = found.pop("opportunities")
        assert found == customer
        assert page["totals"] == then.totals(theirs)
        assert [item["id"] for item in page["items"]] == [state["id"] for state in theirs[:50]]


async def demand_singles(story: PastStory, then: Then) -> None:
    """Compare single opportunities with the model; one that was not there yet is not found."""
    asked = then.moment.query()
    for key in sampled(story.random, story.model.kinds["opportunity"], 6):
        path = f"/v1/opportunities/{key}"
        state = then.live.get(str(key))
        if state is None:
            assert await story.reader.refused(path, **asked) == (404, "not-found", None)
        else:
            assert await story.reader.read(path, **asked) == then.whole(state)


async def test_reads_as_of_positions_equal_the_fold_up_to_there(story: PastStory) -> None:
    for moment in story.positions(8):
        then = await demand_lists(story, moment)
        await demand_boards(story, then)
        await demand_customers(story, then)
        await demand_singles(story, then)


@pytest.mark.parametrize("known", [False, True])
async def test_reads_as_of_instants_equal_the_fold_up_to_there(
    story: PastStory, *, known: bool
) -> None:
    for moment in story.instants(10, known=known):
        then = await demand_lists(story, moment)
        await demand_boards(story, then)
        await demand_customers(story, then)
        await demand_singles(story, then)
