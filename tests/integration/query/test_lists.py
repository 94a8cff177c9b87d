"""Lists of opportunities: every filter, every order, and totals of the whole filter."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from opportunity_filters.local_time import LocalClock
from query_api.domain.windows import DEFAULT_LIMIT
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from support.query_door import QueryDoor, Reader
from support.read_rows import START, ReadRows

LIST = "/v1/opportunities"


async def titles(reader: Reader, **query: Any) -> list[str]:
    """Return the titles that a filter finds, sorted, and see that its totals count them."""
    body = await reader.read(LIST, **query)
    assert sum(total["count"] for total in body["totals"]) == len(body["items"])
    totals = await reader.read(f"{LIST}/totals", **query)
    assert totals["totals"] == body["totals"]
    return sorted(item["title"] for item in body["items"])


async def test_a_page_for_which_no_size_is_asked_has_the_usual_one(
    rows: ReadRows, reader: Reader
) -> None:
    for _ in range(DEFAULT_LIMIT + 1):
        rows.add()
    pages = await reader.pages(LIST)
    assert [len(page["items"]) for page in pages] == [DEFAULT_LIMIT, 1]


async def test_each_filter_finds_what_it_names(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    other_team = rows.add_team("South")
    minh = rows.add_user("Minh", team_id=other_team)
    alone = rows.add_user("Alone")
    board = rows.add_board("Other", {"There": "active"})
    client = rows.add_customer("Bình Minh")
    lost = {"status_id": rows.statuses["Lost"], "status_type": "lost"}
    rows.add("plain")
    rows.add("minh's", owner_id=minh)
    rows.add("alone's", owner_id=alone)
    rows.add("there", board_id=board, status_id=rows.statuses["There"])
    rows.add("lost", **lost, closed_on=date(2026, 5, 1))
    rows.add("client's", customer_id=client, currency="USD", period="annual")
    everything = ["alone's", "client's", "lost", "minh's", "plain", "there"]
    assert await titles(reader) == everything
    assert await titles(reader, board=[board]) == ["there"]
    assert await titles(reader, board=[board, rows.board]) == everything
    assert await titles(reader, status=[rows.statuses["There"]]) == ["there"]
    assert await titles(reader, type=["lost"]) == ["lost"]
    assert await titles(reader, type=["lost", "won"]) == ["lost"]
    assert await titles(reader, owner=[minh, alone]) == ["alone's", "minh's"]
    assert await titles(reader, owner="me", type="lost") == ["lost"]
    assert await titles(reader, team=[other_team]) == ["minh's"]
    assert await titles(reader, team="mine", board=[board]) == ["there"]
    assert await titles(reader, customer=client) == ["client's"]
    assert await titles(reader, currency="USD") == ["client's"]
    assert await titles(reader, period=["annual", "monthly"]) == ["client's"]
    assert neighbour.opportunities


async def test_mine_of_somebody_without_a_team_is_nothing(rows: ReadRows, door: QueryDoor) -> None:
    rows.add()
    alone = door.as_user(rows.org, rows.add_user("Alone"))
    assert await titles(alone, team="mine") == []


async def test_values_are_filtered_inclusively_in_a_currency(
    rows: ReadRows, reader: Reader
) -> None:
    for amount in (None, 0, 99, 100, 101):
        rows.add(f"{amount}", amount_minor=amount)
    rows.add("dollars", amount_minor=100, currency="USD")
    assert await titles(reader, value_min=99, value_max=100, currency="VND") == ["100", "99"]
    assert await titles(reader, value_min=[101, 100], currency="VND") == ["100", "101"]
    assert await reader.refused(LIST, value_min=1) == (400, "bad-filter", "value_min")


async def test_days_are_the_organizations_own(rows: ReadRows, reader: Reader) -> None:
    clock = LocalClock(utc_now(), "Asia/Ho_Chi_Minh")
    midnight = clock.midnight(clock.today)
    second = timedelta(seconds=1)
    rows.add("yesterday", created_at=midnight - second, updated_at=midnight - second)
    rows.add("today", created_at=midnight, updated_at=midnight)
    assert await titles(reader, created_from="today") == ["today"]
    assert await titles(reader, created_to=clock.today) == ["yesterday"]
    assert await titles(reader, created_from="yesterday", created_to="yesterday") == ["yesterday"]
    assert await titles(reader, created_from="today", created_to="today") == ["today"]
    assert await titles(reader, updated_from=clock.today) == ["today"]


async def test_dates_are_filtered_half_open(rows: ReadRows, reader: Reader) -> None:
    won = {"status_id": rows.statuses["Won"], "status_type": "won"}
    for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)):
        rows.add(f"{day}", **won, closed_on=day, expected_close_date=day)
    february = {"from": "2026-02-01", "to": "2026-03-01"}
    for key in ("closed", "expected_close"):
        query = {f"{key}_{end}": value for end, value in february.items()}
        assert await titles(reader, **query) == ["2026-02-01", "2026-02-28"]


async def test_overdue_is_open_and_past(rows: ReadRows, reader: Reader) -> None:
    today = LocalClock(utc_now(), "Asia/Ho_Chi_Minh").today
    yesterday = today - timedelta(days=1)
    rows.add("late", expected_close_date=yesterday)
    rows.add("due", expected_close_date=today)
    rows.add("open")
    won = {"status_id": rows.statuses["Won"], "status_type": "won"}
    rows.add("won", **won, expected_close_date=yesterday, closed_on=today)
    assert await titles(reader, overdue="true") == ["late"]
    assert await titles(reader, overdue="false") == ["due", "open", "won"]
    assert await titles(reader, overdue=["true", "false"]) == ["due", "late", "open", "won"]


SEARCHES: Final[tuple[tuple[str | list[str], list[str]], ...]] = (
    ("dam", ["Đàm phán 2026"]),
    ("ĐÀM 20", ["Đàm phán 2026"]),
    ("phan an", ["Đàm phán 2026"]),
    ("an phat", ["Đàm phán 2026"]),
    ("ref-7", ["Crane"]),
    ("hán", []),
    ("binh ref", ["Crane"]),
    ("dam binh", []),
    ("", ["Crane", "Đàm phán 2026"]),
    ("!?", ["Crane", "Đàm phán 2026"]),
    ("d'am & | :* \\", []),
    (["dam", "crane"], ["Crane", "Đàm phán 2026"]),
)


async def test_every_word_begins_a_word(rows: ReadRows, reader: Reader) -> None:
    rows.add("Đàm phán 2026")
    rows.add("Crane", external_ref="REF-7", customer_id=rows.add_customer("Bình Minh"))
    for q, found in SEARCHES:
        assert await titles(reader, q=q) == found, q


async def test_only_deleted_ones_are_listed_when_asked_for(rows: ReadRows, reader: Reader) -> None:
    rows.add("kept")
    rows.add("gone", deleted_at=START)
    assert await titles(reader) == ["kept"]
    assert await titles(reader, deleted="false") == ["kept"]
    assert await titles(reader, deleted="true") == ["gone"]
    assert await titles(reader, deleted=["true", "false"]) == ["gone", "kept"]


async def test_an_id_of_another_organization_is_as_unknown_as_any(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    rows.add()
    for key, theirs in (
        ("board", neighbour.board),
        ("status", neighbour.statuses["Lead"]),
        ("owner", neighbour.user),
        ("team", neighbour.team),
        ("customer", neighbour.customer),
    ):
        answers = [await reader.ask(LIST, **{key: str(wrong)}) for wrong in (theirs, new_id())]
        for answer in answers:
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["parameter"] == key
        assert answers[0].content == answers[1].content
        view = f"/v1/boards/{rows.board}/view"
        for path in (f"{LIST}/totals", view, f"/v1/boards/{rows.board}/totals"):
            assert await reader.refused(path, **{key: theirs}) == (422, "invalid", None)


SENSELESS: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({"board": "x"}, "board"),
    ({"board": "{0192f0c1-7a00-7000-8000-000000000001}"}, "board"),
    ({"type": "open"}, "type"),
    ({"owner": "mine"}, "owner"),
    ({"currency": "vnd"}, "currency"),
    ({"currency": "XXX"}, "currency"),
    ({"value_min": "-1", "currency": "VND"}, "value_min"),
    ({"value_min": "1e3", "currency": "VND"}, "value_min"),
    ({"value_max": "9007199254740992", "currency": "VND"}, "value_max"),
    ({"created_from": "2026-02-30"}, "created_from"),
    ({"created_from": "20260201"}, "created_from"),
    ({"closed_to": "next_decade"}, "closed_to"),
    ({"overdue": "yes"}, "overdue"),
    ({"deleted": ""}, "deleted"),
    ({"sort": "color"}, "sort"),
    ({"sort": ["title", "title"]}, "sort"),
    ({"order": "up"}, "order"),
    ({"limit": "201"}, "limit"),
    ({"limit": "0"}, "limit"),
    ({"limit": "٣"}, "limit"),
    ({"q": "a" * 301}, "q"),
    ({"q": " ".join(str(number) for number in range(17))}, "q"),
    ({"q": "a\0b"}, "q"),
    ({"as_of": "yesterday"}, "as_of"),
    ({"as_of": "2026-05-31"}, "as_of"),
    ({"known_at": "12"}, "known_at"),
    ({"colour": "red"}, "colour"),
)


async def test_a_value_that_makes_no_sense_is_named(rows: ReadRows, reader: Reader) -> None:
    rows.add()
    for query, parameter in SENSELESS:
        for language in ("en", "vi"):
            answer = await reader.ask(LIST, language=language, **query)
            body = answer.json()
            assert (answer.status_code, body["type"]) == (400, "bad-filter"), query
            assert body["parameter"] == parameter
            assert body["detail"].endswith(".")
            assert answer.headers["content-language"] == language


async def test_no_date_is_too_far_away_to_be_asked_for(rows: ReadRows, reader: Reader) -> None:
    rows.add(expected_close_date=date(2026, 5, 1))
    for bound in ("0001-01-01", "9999-12-31", "1900-01-01", "last_year", "next_quarter"):
        for key in (
            "created_from",
            "created_to",
            "closed_from",
            "expected_close_to",
            "updated_from",
        ):
            await titles(reader, **{key: bound})


async def test_the_zone_is_the_organizations_from_the_first_answer(
    neighbour: ReadRows, door: QueryDoor
) -> None:
    reader = door.of(neighbour)
    clock = LocalClock(utc_now(), "America/New_York")
    assert (await reader.read("/v1/me"))["organization"]["today"] == clock.today.isoformat()
    winter = datetime(2026, 1, 15, 4, 30, tzinfo=UTC)  # the 14th in New York, the 15th in Hanoi
    opportunity = neighbour.add("Winter", status_since=winter, closed_on=date(2026, 7, 1))
    shown = await reader.read(f"{LIST}/{opportunity}")
    assert shown["days_in_status"] == (date(2026, 7, 1) - date(2026, 1, 14)).days
    assert await titles(reader, created_from="2026-05-10", created_to="2026-05-11") == [
        "Neighbour's deal",
        "Winter",
    ]


async def test_a_me_that_is_an_api_key_is_nobody(rows: ReadRows, api_key: Reader) -> None:
    rows.add()
    assert await titles(api_key) == ["Deal"]
    assert await api_key.refused(LIST, owner="me") == (400, "bad-filter", "owner")
    assert await api_key.refused(LIST, team="mine") == (400, "bad-filter", "team")
    me = await api_key.read("/v1/me")
    assert me["user"] is None
