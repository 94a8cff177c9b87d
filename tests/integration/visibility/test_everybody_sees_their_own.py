"""Fifty people in eight teams: lists, boards and totals are a filter of the model's."""

from typing import Any, Literal

import pytest

from support.crowd import (
    SETTINGS,
    Crowd,
    Deal,
    Member,
    any_filter,
    shown_status_sums,
    shown_sums,
    status_sums,
    sums,
)
from support.house import House
from support.query_door import Reader

SOME = 13
"""Every so many of the crowd are asked in short runs, so that all roles and teams come."""


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(SOME, id="some"),
        pytest.param(1, id="all", marks=[pytest.mark.storm, pytest.mark.timeout(1_800)]),
    ],
)
async def test_lists_boards_and_totals_are_the_models(
    house: House, setting: Literal["own", "team", "all"], step: int
) -> None:
    await house.allow(setting)
    crowd = house.crowd
    asked = crowd.members[::step] + crowd.members[-2:] + crowd.members[8:9]
    for member in asked:
        seen, reader = crowd.seen(member), house.reader(member)
        await _demand_list(reader, seen)
        for board in crowd.boards:
            await _demand_board(reader, str(board), [one for one in seen if one.board == board])
        await _demand_filters(reader, crowd, member)
        customer = crowd.chance.choice(crowd.customers)
        body = await reader.read(f"/v1/customers/{customer}")
        own = [one for one in seen if one.customer == customer and not one.deleted]
        assert shown_sums(body["opportunities"]["totals"]) == sums(own)
        assert _ids(body["opportunities"]["items"]) <= {str(one.id) for one in own}
    counts = {len(crowd.seen(one)) for one in crowd.members}
    assert (counts == {len(crowd.deals)}) is (setting == "all")


async def _demand_list(reader: Reader, seen: list[Deal]) -> None:
    live = [one for one in seen if not one.deleted]
    pages = await reader.pages("/v1/opportunities", limit=100)
    listed = [item["id"] for page in pages for item in page["items"]]
    assert sorted(listed) == sorted(str(one.id) for one in live)
    assert all(shown_sums(page["totals"]) == sums(live) for page in pages)
    gone = await reader.pages("/v1/opportunities", deleted=True, sort="title", limit=50)
    assert {item["id"] for page in gone for item in page["items"]} == {
        str(one.id) for one in seen if one.deleted
    }


async def _demand_board(reader: Reader, board: str, seen: list[Deal]) -> None:
    live = [one for one in seen if not one.deleted]
    view = await reader.read(f"/v1/boards/{board}/view", cards=100)
    totals = await reader.read(f"/v1/boards/{board}/totals")
    assert shown_sums(view["totals"]) == shown_sums(totals["totals"]) == sums(live)
    by_status = {one["status_id"]: one["totals"] for one in totals["statuses"]}
    for column in view["columns"]:
        status = column["status"]["id"]
        there = [one for one in live if str(one.status) == status]
        assert shown_status_sums(column["totals"]) == status_sums(live, status)
        assert shown_status_sums(by_status[status]) == status_sums(live, status)
        assert _ids(column["cards"]) == {str(one.id) for one in there}


async def _demand_filters(reader: Reader, crowd: Crowd, member: Member) -> None:
    for _ in range(4):
        query, holds = any_filter(crowd, crowd.chance)
        held = [one for one in crowd.seen(member) if holds(one)]
        pages = await reader.pages("/v1/opportunities", limit=200, **query)
        assert {item["id"] for page in pages for item in page["items"]} == {
            str(one.id) for one in held
        }, query
        totals = await reader.read("/v1/opportunities/totals", **query)
        assert shown_sums(totals["totals"]) == sums(held), query


def _ids(items: list[dict[str, Any]]) -> set[str]:
    return {item["id"] for item in items}
