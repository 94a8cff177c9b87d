"""Filters, orders, cursors, words, notes and histories as of moments, held against the model."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from opportunity_events.envelope import instant
from service_runtime.folding import fold_words, sort_key
from support.past_model import Accept, Then
from support.past_stories import PastStory, sampled
from support.past_streams import Moment, State

LIST = "/v1/opportunities"
Key = Callable[[Then, State], tuple[Any, ...] | None]
"""What an order sorts by; None for an empty value."""


def some_moments(story: PastStory) -> list[Moment]:
    return [
        *story.positions(2)[-3:],
        *story.instants(2),
        *story.instants(2, known=True),
    ]


async def ids(story: PastStory, path: str = LIST, **query: Any) -> list[str]:
    """Follow a list to its end, a few at a time."""
    pages = await story.reader.pages(path, **{"limit": 60, **query})
    return [item["id"] for page in pages for item in page["items"]]


def _filters(story: PastStory, then: Then) -> list[tuple[dict[str, Any], Accept]]:
    """Return filters drawn from what there is, each with what it means."""
    some = story.random.choice([*then.live.values()])
    owners = sampled(story.random, story.model.kinds["user"], 3)
    teams = sampled(story.random, story.model.kinds["team"], 2)
    customers = sampled(story.random, story.model.kinds["customer"], 4)
    day = (then.today - timedelta(days=20)).isoformat()
    since = datetime.fromisoformat(day).replace(tzinfo=then.zone).astimezone(UTC)
    shown = then.shown
    return [
        ({"board": some["board_id"]}, lambda s: s["board_id"] == some["board_id"]),
        ({"status": some["status_id"]}, lambda s: s["status_id"] == some["status_id"]),
        ({"type": ["won", "lost"]}, lambda s: s["status_type"] in {"won", "lost"}),
        ({"owner": owners}, lambda s: s["owner_id"] in owners),
        ({"team": teams}, lambda s: then.team_of(s["owner_id"]) in teams),
        ({"customer": customers}, lambda s: s["customer_id"] in customers),
        (
            {"currency": "VND", "value_min": 2, "value_max": 10**15},
            lambda s: (
                s["currency"] == "VND"
                and s["amount_minor"] is not None
                and 2 <= s["amount_minor"] <= 10**15
            ),
        ),
        ({"period": "monthly"}, lambda s: s["period"] == "monthly"),
        ({"overdue": True}, lambda s: shown(s)["overdue"]),
        ({"overdue": False}, lambda s: not shown(s)["overdue"]),
        ({"created_from": day}, lambda s: s["created_at"] >= since),
        ({"created_to": day}, lambda s: s["created_at"] < since),
        (
            {"expected_close_from": "this_month", "expected_close_to": "this_month"},
            lambda s: (s["expected_close_date"] or "")[:7] == then.today.isoformat()[:7],
        ),
        ({"q": "dam"}, lambda s: _says(then, s, "dam")),
        ({"q": "may kh"}, lambda s: _says(then, s, "may") and _says(then, s, "kh")),
    ]


def _says(then: Then, state: State, word: str) -> bool:
    customer = then.model.kinds["customer"][state["customer_id"]].named(then.moment)
    assert customer is not None
    own = fold_words(f"{state['title']} {state['external_ref'] or ''}")
    theirs = fold_words(f"{customer['name'] or ''} {customer['external_ref'] or ''}")
    return any(one.startswith(word) for one in (*own, *theirs))


async def test_every_filter_finds_what_fulfilled_it_then(story: PastStory) -> None:
    for moment in some_moments(story):
        then = story.model.at(moment)
        if not then.live:
            continue
        for query, accept in _filters(story, then):
            expected = then.opportunities(accept)
            asked = {**moment.query(), **query}
            assert await ids(story, **asked) == [s["id"] for s in expected], asked
            totals = await story.reader.read(f"{LIST}/totals", **asked)
            assert totals["totals"] == then.totals(expected), asked


async def test_customers_of_then_are_found_by_the_words_of_then(story: PastStory) -> None:
    found = 0
    for moment in some_moments(story):
        then = story.model.at(moment)
        for word in ("dam", "hue", "kh"):
            wanted = [
                customer["id"]
                for customer in then.customers()
                if any(
                    one.startswith(word)
                    for one in fold_words(
                        f"{customer['name'] or ''} {customer['external_ref'] or ''}"
                    )
                )
            ]
            assert await ids(story, "/v1/customers", q=word, **moment.query()) == wanted
            found += len(wanted)
    assert found


async def test_deleted_ones_of_then_can_be_listed(story: PastStory) -> None:
    moment = Moment(story.model.head * 3 // 4, None)
    then = story.model.at(moment)
    gone = {key for key, state in then.live.items() if state["deleted"]}
    assert gone
    assert set(await ids(story, deleted=True, **moment.query())) == gone


def _text(value: str | None) -> tuple[str] | None:
    return None if value is None else (sort_key(value),)


def _money(state: State, figure: int | None) -> tuple[str, int] | None:
    return None if figure is None else (state["currency"], figure)


ORDERS: dict[str, Key] = {
    "created": lambda _, s: (s["created_at"],),
    "updated": lambda _, s: (s["updated_at"],),
    "closed": lambda _, s: None if s["closed_on"] is None else (s["closed_on"],),
    "title": lambda _, s: _text(s["title"]),
    "customer": lambda then, s: _text(then.shown(s)["customer"]["name"]),
    "value": lambda _, s: _money(s, s["amount_minor"]),
    "expected_value": lambda then, s: _money(s, then.shown(s)["expected_value_minor"]),
}


@pytest.mark.parametrize("sort", ORDERS)
async def test_lists_of_the_past_are_paged_in_every_order(story: PastStory, sort: str) -> None:
    for moment in (story.positions(1)[-1], *story.instants(1, known=True)):
        then = story.model.at(moment)
        live = sorted(then.opportunities(), key=lambda s: s["id"])
        keys = {s["id"]: ORDERS[sort](then, s) for s in live}
        filled = [s for s in live if keys[s["id"]] is not None]
        for order in ("asc", "desc"):
            # equal ones keep their order, by growing id, either way
            wanted = sorted(filled, key=lambda s: keys[s["id"]] or (), reverse=order == "desc")
            found = await ids(story, sort=sort, order=order, **moment.query())
            assert found[: len(wanted)] == [s["id"] for s in wanted], (moment, order)
            empty = {s["id"] for s in live if keys[s["id"]] is None}
            assert set(found[len(wanted) :]) == empty
            assert len(found) == len(live)


async def test_more_cards_of_a_column_follow_its_view(story: PastStory) -> None:
    for moment in some_moments(story):
        then = story.model.at(moment)
        boards = then.boards()
        if not boards:
            continue
        here = f"/v1/boards/{boards[0]['id']}"
        view = await story.reader.read(f"{here}/view", cards=2, **moment.query())
        for column in view["columns"]:
            status = column["status"]["id"]
            inside = then.opportunities(lambda s, status=status: str(s["status_id"]) == status)
            found = [card["id"] for card in column["cards"]]
            if column["next_cursor"] is not None:
                rest = {"cursor": column["next_cursor"], **moment.query()}
                pages = [await story.reader.read(f"{here}/statuses/{status}/cards", **rest)]
                found += [card["id"] for page in pages for card in page["items"]]
            assert found == [s["id"] for s in inside[:52]]


async def test_a_cursor_belongs_to_its_moment(story: PastStory) -> None:
    position, other = story.model.head // 2, story.model.head // 3
    cursor = (await story.reader.read(LIST, limit=1, as_of=position))["next_cursor"]
    again = await story.reader.read(LIST, limit=1, as_of=position, cursor=cursor)
    assert again["items"]
    for query in ({"as_of": other}, {}):
        refused = await story.reader.refused(LIST, limit=1, cursor=cursor, **query)
        assert refused == (400, "bad-cursor", "cursor")


async def test_an_instant_as_known_at_the_head_is_what_is_known_now(story: PastStory) -> None:
    for moment in story.instants(4):
        pinned = {**moment.query(), "known_at": story.model.head}
        for path in (LIST, f"{LIST}/totals", "/v1/boards", "/v1/customers"):
            now = await story.reader.read(path, **moment.query())
            then = await story.reader.read(path, **pinned)
            for page in (now, then):  # cursors are bound to their question
                page.pop("next_cursor", None)
            assert now == then


async def test_as_of_the_head_everything_is_as_it_is_but_for_the_clock(story: PastStory) -> None:
    head = story.model.head
    boards = (await story.reader.read("/v1/boards"))["items"]
    views = [f"/v1/boards/{board['id']}/view" for board in boards]
    for path in (LIST, f"{LIST}/totals", "/v1/boards", "/v1/customers", *views):
        now = await story.reader.read(path)
        then = await story.reader.read(path, as_of=head)
        for answer in (now, then):
            _forget_the_clock(answer)
        assert now == then, path


def _forget_the_clock(answer: Any) -> None:
    if isinstance(answer, list):
        for one in answer:
            _forget_the_clock(one)
    elif isinstance(answer, dict):
        # notes are in no list of the past
        for name in ("overdue", "days_in_status", "next_cursor", "note"):
            answer.pop(name, None)
        for one in answer.values():
            _forget_the_clock(one)


async def test_before_the_first_position_there_is_nothing(story: PastStory) -> None:
    for path in (LIST, "/v1/boards", "/v1/customers"):
        answer = await story.reader.read(path, as_of=0)
        assert (answer["items"], answer["position"]) == ([], 0)


async def test_what_is_beyond_the_head_is_refused(story: PastStory) -> None:
    beyond = story.model.head + 1
    at = instant(story.model.facts[0].occurred_at)
    for query, parameter in (
        ({"as_of": beyond}, "as_of"),
        ({"as_of": at, "known_at": beyond}, "known_at"),
        ({"as_of": 1, "min_position": beyond}, "min_position"),
    ):
        for path in (LIST, f"{LIST}/totals", "/v1/boards", "/v1/customers"):
            refused = await story.reader.refused(path, **query)
            assert refused == (400, "bad-position", parameter)


async def test_a_history_of_then_tells_the_facts_up_to_there(story: PastStory) -> None:
    pasts = story.model.kinds["opportunity"]
    for moment in story.positions(6)[2:]:
        for key in sampled(story.random, pasts, 4):
            path = f"{LIST}/{key}/history"
            versions = [*range(pasts[key].index(moment), 0, -1)]
            if not versions:
                refused = await story.reader.refused(path, **moment.query())
                assert refused == (404, "not-found", None)
                continue
            pages = await story.reader.pages(path, limit=2, **moment.query())
            items = [item for page in pages for item in page["items"]]
            assert [item["version"] for item in items] == versions
            assert {page["position"] for page in pages} == {moment.position}


async def test_a_history_calls_people_what_they_were_called_then(story: PastStory) -> None:
    told = 0
    for key in sampled(story.random, story.model.kinds["opportunity"], 40):
        answer = await story.reader.read(f"{LIST}/{key}/history", limit=200)
        for item in answer["items"]:
            at = Moment(item["position"], None)
            for change in item["changes"]:
                if change["field"] != "owner_id" or change["to"] is None:
                    continue
                name = _owner_name(story, change["to"], at)
                told += item["type"] == "opportunity_edited.v1"
                assert item["type"] != "opportunity_edited.v1" or name in item["text"]
    assert told


def _owner_name(story: PastStory, user: str, at: Moment) -> str:
    state = story.model.kinds["user"][UUID(user)].at(at)
    assert state is not None
    return state["name"] or "(đã xóa)"
