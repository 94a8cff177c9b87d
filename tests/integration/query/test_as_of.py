"""Reads as of positions and instants equal the fold of the log up to there, which a model says."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from query_api.domain.refusals import NotFound
from query_api.domain.scope import Scope, Viewer
from support.past_model import Then
from support.past_stories import PastStory, sampled, told_past
from support.past_streams import Moment


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


async def test_whoever_sees_less_sees_what_was_theirs_then(story: PastStory) -> None:
    for moment in (*story.positions(3)[2:], *story.instants(3), *story.instants(2, known=True)):
        then = story.model.at(moment)
        owners = frozenset(sampled(story.random, story.model.kinds["user"], 4))
        viewer = Viewer(Scope(story.org, owners), None, None)
        query = {"limit": ["200"], **{key: [text] for key, text in moment.query().items()}}
        found = (await story.door.side.opportunities.page(viewer, query)).body
        theirs = then.opportunities(lambda state, owners=owners: state["owner_id"] in owners)
        assert [item["id"] for item in json.loads(bytes(found["items"]))] == [
            state["id"] for state in theirs[:200]
        ]
        assert found["totals"] == then.totals(theirs)
        for key, state in sorted(then.live.items())[:10]:
            single = story.door.side.opportunities.single(
                viewer, UUID(key), {name: query[name] for name in moment.query()}
            )
            if state["owner_id"] in owners:
                assert (await single).version == state["version"]
            else:
                with pytest.raises(NotFound):
                    await single


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


async def demand_in_large(story: PastStory, moment: Moment) -> None:
    """Compare what an owner had, a board and all totals with the model, among many."""
    then = story.model.at(moment)
    asked = moment.query()
    assert (await story.reader.read("/v1/opportunities/totals", **asked))["totals"] == then.totals(
        then.opportunities()
    )
    [owner] = sampled(story.random, story.model.kinds["user"], 1)
    theirs = then.opportunities(lambda state: state["owner_id"] == owner)
    items = await all_items(story, "/v1/opportunities", owner=owner, **asked)
    assert [{k: v for k, v in item.items() if k != "note"} for item in items] == [
        then.listed(state) for state in theirs
    ]
    [board] = sampled(story.random, story.model.kinds["board"], 1)
    here = f"/v1/boards/{board}"
    state = story.model.kinds["board"][board].at(moment)
    on_board = then.opportunities(lambda one: one["board_id"] == board)
    if state is None and all(one["board_id"] != board for one in then.live.values()):
        assert await story.reader.refused(f"{here}/view", **asked) == (404, "not-found", None)
        return
    view = await story.reader.read(f"{here}/view", cards=20, **asked)
    named = story.model.kinds["board"][board].named(moment)
    assert named is not None
    assert view["board"] == then.board(named)
    assert view["totals"] == then.totals(on_board)
    for column in view["columns"]:
        inside = [s for s in on_board if str(s["status_id"]) == column["status"]["id"]]
        assert column["totals"] == then.status_totals(inside)
        assert column["cards"] == [then.shown(one) for one in inside[:20]]


@pytest.mark.storm
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize(
    ("steps", "moments"),
    [pytest.param(8_000, 60, id="some"), pytest.param(95_000, 200, id="many")],
)
async def test_large_histories_are_read_as_of_many_moments_of_each_kind(
    database: str, tmp_path: Path, steps: int, moments: int
) -> None:
    async with told_past(database, tmp_path, seed=1, steps=steps) as story:
        assert story.model.head > steps
        drawn = [
            *story.positions(moments),
            *story.instants(moments),
            *story.instants(moments, known=True),
        ]
        for moment in drawn:
            await demand_in_large(story, moment)
        assert len(drawn) >= 3 * moments
