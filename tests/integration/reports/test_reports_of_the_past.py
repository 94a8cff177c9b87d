"""Reports as of positions and instants hold what the fold of the log up to there says."""

import csv
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from opportunity_events.envelope import instant
from support.past_model import Then
from support.past_stories import PastStory, told_past
from support.past_streams import Moment, State
from support.report_door import ReportDoor, open_report_door
from support.report_service import ReportService

_COLUMNS = (
    *("id", "title", "customer", "owner", "status", "status_type", "board", "amount"),
    *("expected_close_date", "created_at", "updated_at"),
)


@pytest_asyncio.fixture
async def story(database: str, tmp_path: Path) -> AsyncGenerator[PastStory]:
    folder = tmp_path / "past"
    folder.mkdir()
    async with told_past(database, folder, seed=11, steps=700) as told:
        yield told


@pytest_asyncio.fixture
async def door(service: ReportService, story: PastStory) -> AsyncGenerator[ReportDoor]:
    del story  # the door is opened over what was told
    async with open_report_door(service) as opened:
        yield opened


async def ordered(
    door: ReportDoor, story: PastStory, as_of: Any, **body: Any
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return a report as of a moment as the door shows it, and its rows."""
    headers = door.token(story, story.admin, "admin")
    report = await door.made(headers, format="csv-raw", as_of=as_of, **body)
    assert report["state"] == "done", report
    file = await door.get(f"/{report['id']}/file", headers)
    return report, [*csv.DictReader(file.text.splitlines())]


def said(then: Then, state: State) -> dict[str, str]:
    """Return what a row should say of an opportunity, in some of its columns."""
    shown = then.shown(state)
    return {
        "id": shown["id"],
        "title": shown["title"],
        "customer": shown["customer"]["name"] or "(erased)",
        "owner": shown["owner"]["name"] or "(erased)",
        "status": shown["status"]["name"],
        "status_type": shown["status"]["type"],
        "board": board_name(then, state),
        "amount": "" if shown["value"] is None else str(shown["value"]["amount_minor"]),
        "expected_close_date": shown["expected_close_date"] or "",
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }


def board_name(then: Then, state: State) -> str:
    named = then.model.kinds["board"][state["board_id"]].named(then.moment)
    assert named is not None
    return named["name"]


async def test_a_report_as_of_a_moment_holds_what_was_so_then(
    door: ReportDoor, story: PastStory
) -> None:
    moments = [*story.positions(3)[1:], *story.instants(4)]
    for moment in moments:
        then = story.model.at(moment)
        as_of = moment.position if moment.time is None else instant(moment.time)
        report, rows = await ordered(door, story, as_of)
        assert report["position"] == then.position
        live = sorted(then.opportunities(), key=lambda s: (s["created_at"], s["id"]))
        expected = [said(then, state) for state in live]
        assert [{name: row[name] for name in _COLUMNS} for row in rows] == expected


async def test_a_filter_of_a_report_is_judged_by_the_clock_and_the_words_of_then(
    door: ReportDoor, story: PastStory
) -> None:
    moment = story.positions(1)[-1]
    then = story.model.at(moment)
    _, overdue = await ordered(door, story, moment.position, filters={"overdue": True})
    late = then.opportunities(lambda state: then.shown(state)["overdue"])
    assert {row["id"] for row in overdue} == {state["id"] for state in late}
    some = next(s for s in then.opportunities() if then.shown(s)["customer"]["name"])
    name = then.shown(some)["customer"]["name"]
    _, found = await ordered(door, story, moment.position, filters={"q": name})
    listed = await story.reader.pages("/v1/opportunities", limit=200, q=name, **moment.query())
    assert {row["id"] for row in found} == {i["id"] for page in listed for i in page["items"]}
    assert some["id"] in {row["id"] for row in found}


async def test_an_audit_as_of_a_moment_tells_the_facts_up_to_there(
    door: ReportDoor, story: PastStory
) -> None:
    for moment in (*story.positions(1)[-1:], *story.instants(2)):
        as_of = moment.position if moment.time is None else instant(moment.time)
        _, rows = await ordered(door, story, as_of, kind="audit")
        told = [
            fact.position
            for fact in story.model.facts
            if (moment.position is None or fact.position <= moment.position)
            and (moment.time is None or fact.occurred_at <= moment.time)
        ]
        assert [int(row["position"]) for row in rows] == told


async def test_a_position_beyond_the_head_is_refused(door: ReportDoor, story: PastStory) -> None:
    headers = door.token(story, story.admin, "admin")
    answer = await door.order(headers, as_of=story.model.head + 1)
    assert (answer.status_code, answer.json()["type"]) == (400, "bad-position")
    assert answer.json()["parameter"] == "as_of"


@pytest.mark.parametrize("written", ["position", "instant"])
async def test_the_same_order_again_makes_the_same_bytes(
    door: ReportDoor, story: PastStory, written: str
) -> None:
    moment = Moment(story.model.head // 2, None) if written == "position" else story.instants(1)[0]
    as_of = moment.position if moment.time is None else instant(moment.time)
    first, _ = await ordered(door, story, as_of)
    again, _ = await ordered(door, story, as_of)
    assert first["sha256"] == again["sha256"]
