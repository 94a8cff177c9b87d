"""Boards over HTTP: one view is one snapshot, and columns continue where the view ended."""

from datetime import date, timedelta

from opportunity_filters.parameters import MAX_VALUES
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from support.query_door import QueryDoor, Reader
from support.read_rows import START, ReadRows


async def test_a_view_shows_columns_in_order_with_totals_and_first_cards(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    for number in range(4):
        rows.add(
            f"Lead {number}",
            amount_minor=1000 * (number + 1),
            confidence=50,
            expected_close_date=date(2030, 1, 4 - number),
        )
    won = {"status_id": rows.statuses["Won"], "status_type": "won"}
    rows.add("Won", **won, amount_minor=7, closed_on=date(2026, 5, 12))
    view = await reader.read(f"/v1/boards/{rows.board}/view", cards=3)
    assert view["board"]["id"] == str(rows.board)
    assert view["position"] == rows.position
    assert [column["status"]["name"] for column in view["columns"]] == [
        "Lead",
        "Talks",
        "Won",
        "Lost",
    ]
    lead = view["columns"][0]
    assert [card["title"] for card in lead["cards"]] == ["Lead 3", "Lead 2", "Lead 1"]
    assert lead["totals"][0]["count"] == 4
    assert lead["totals"][0]["value_minor"]["listed"] == "10000"
    assert lead["totals"][0]["expected_minor"]["listed"] == "5000"
    assert lead["next_cursor"] is not None
    assert view["columns"][1]["cards"] == []
    assert view["columns"][1]["totals"] == []
    (whole,) = view["totals"]
    assert whole["count"] == 5
    assert whole["won"]["value_minor"]["listed"] == "7"
    assert neighbour.org != rows.org


async def test_more_cards_begin_where_the_view_ended(rows: ReadRows, reader: Reader) -> None:
    rows.add_all([{"title": f"Deal {number}"} for number in range(7)])
    query = {"sort": "title", "order": "desc", "q": "deal"}
    view = await reader.read(f"/v1/boards/{rows.board}/view", cards=3, **query)
    column = view["columns"][0]
    path = f"/v1/boards/{rows.board}/statuses/{rows.statuses['Lead']}/cards"
    page = await reader.read(path, limit=3, cursor=column["next_cursor"], **query)
    last = await reader.read(path, limit=3, cursor=page["next_cursor"], **query)
    titles = [card["title"] for card in (*column["cards"], *page["items"], *last["items"])]
    assert titles == [f"Deal {number}" for number in reversed(range(7))]
    assert last["next_cursor"] is None


async def test_a_card_says_what_an_opportunity_is(rows: ReadRows, reader: Reader) -> None:
    opportunity = rows.add(
        "Kho hàng",
        external_ref="X-1",
        amount_minor=105,
        currency="USD",
        period="monthly",
        confidence=50,
        confidence_source="user",
        expected_close_date=date(2026, 5, 1),
        note="secret",
        contact_ids=[new_id()],
    )
    view = await reader.read(f"/v1/boards/{rows.board}/view")
    (card,) = view["columns"][0]["cards"]
    whole = await reader.read(f"/v1/opportunities/{opportunity}")
    assert whole.pop("note") == "secret"
    assert len(whole.pop("contact_ids")) == 1
    assert card == whole
    assert card["annualized_minor"] == 1260
    assert card["expected_value_minor"] == 53  # 52.5, a half away from zero
    assert card["overdue"]
    assert card["owner"] == {"id": str(rows.user), "name": "Lan"}
    assert card["customer"]["name"] == "Công ty An Phát"
    assert card["status"] == {"id": str(rows.statuses["Lead"]), "name": "Lead", "type": "active"}
    local = timedelta(hours=7)
    days = (utc_now() + local).date() - (START + local).date()
    assert card["days_in_status"] == days.days
    assert card["created_at"] == "2026-05-11T02:30:00.000000Z"


async def test_a_closed_card_stands_still(rows: ReadRows, reader: Reader) -> None:
    won = {"status_id": rows.statuses["Won"], "status_type": "won", "confidence": None}
    later = rows.add("Later", **won, closed_on=date(2026, 5, 14), amount_minor=100)
    earlier = rows.add("Earlier", **won, closed_on=date(2026, 5, 1))
    shown = await reader.read(f"/v1/opportunities/{later}")
    assert shown["days_in_status"] == 3
    assert shown["expected_value_minor"] == 100
    assert not shown["overdue"]
    assert (await reader.read(f"/v1/opportunities/{earlier}"))["days_in_status"] == 0


async def test_deleted_ones_are_on_a_board_only_when_asked_for(
    rows: ReadRows, reader: Reader
) -> None:
    gone = rows.add("Gone", amount_minor=5, deleted_at=START)
    kept = rows.add("Kept")
    path = f"/v1/boards/{rows.board}/view"
    (card,) = (await reader.read(path))["columns"][0]["cards"]
    assert card["id"] == str(kept)
    view = await reader.read(path, deleted="true")
    (card,) = view["columns"][0]["cards"]
    assert card["id"] == str(gone)
    assert card["deleted_at"] is not None
    assert view["totals"][0]["count"] == 1
    single = await reader.ask(f"/v1/opportunities/{gone}")
    assert single.json()["deleted_at"] == card["deleted_at"]


async def test_a_deleted_status_is_no_column_and_a_deleting_one_is_shown(
    rows: ReadRows, reader: Reader
) -> None:
    going = rows.add_status(rows.board, "Going", "active", 4, deleting=True)
    gone = rows.add_status(rows.board, "Gone", "active", 5, deleted_at=START)
    board = await reader.read(f"/v1/boards/{rows.board}")
    assert [status["deleting"] for status in board["statuses"]] == [False] * 4 + [True]
    view = await reader.read(f"/v1/boards/{rows.board}/view")
    assert view["columns"][-1]["status"]["id"] == str(going)
    cards = f"/v1/boards/{rows.board}/statuses/{gone}/cards"
    assert await reader.refused(cards) == (404, "not-found", None)


async def test_boards_are_listed_from_the_oldest(rows: ReadRows, reader: Reader) -> None:
    second = rows.add_board("Archived", {}, archived_at=START)
    third = rows.add_board("Third", {})
    pages = await reader.pages("/v1/boards", limit=1)
    assert [page["items"][0]["id"] for page in pages] == [str(rows.board), str(second), str(third)]
    assert pages[1]["items"][0]["archived_at"] == "2026-05-11T02:30:00.000000Z"


async def test_the_totals_of_a_board_agree_with_its_view(rows: ReadRows, reader: Reader) -> None:
    for status, kind in (("Lead", "active"), ("Talks", "active"), ("Lost", "lost")):
        for currency in ("USD", "VND"):
            rows.add(
                status_id=rows.statuses[status],
                status_type=kind,
                currency=currency,
                amount_minor=33,
                confidence=33,
            )
    other = rows.add_board("Other", {"There": "active"})
    rows.add(board_id=other, status_id=rows.statuses["There"], amount_minor=1)
    for query in ({}, {"currency": "USD"}, {"period": "one_time"}, {"type": ["active", "lost"]}):
        totals = await reader.read(f"/v1/boards/{rows.board}/totals", **query)
        view = await reader.read(f"/v1/boards/{rows.board}/view", **query)
        assert totals["totals"] == view["totals"]
        assert [status["totals"] for status in totals["statuses"]] == [
            column["totals"] for column in view["columns"]
        ]


async def test_what_a_path_does_not_name_goes_before_what_a_query_has_wrong(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    foreign = f"/v1/boards/{neighbour.board}"
    here = f"/v1/boards/{rows.board}"
    lead = rows.statuses["Lead"]
    for bad in ({"bogus": "1"}, {"limit": "0"}, {"cursor": "x"}, {"as_of": "x"}, {"type": "no"}):
        for path in (
            f"{foreign}/view",
            f"{foreign}/totals",
            f"{foreign}/statuses/{lead}/cards",
            f"{here}/statuses/{neighbour.statuses['Lead']}/cards",
            "/v1/boards/nonsense/view",
        ):
            assert (await reader.refused(path, **bad))[:2] == (404, "not-found")
    assert await reader.refused(f"{here}/view", as_of="x") == (400, "bad-filter", "as_of")
    assert await reader.refused(f"{here}/view", cards=101) == (400, "bad-filter", "cards")
    many = [str(new_id()) for _ in range(MAX_VALUES + 1)]
    assert await reader.refused(f"{here}/view", owner=many) == (400, "bad-filter", "owner")


async def test_nobody_reads_without_a_credential(rows: ReadRows, door: QueryDoor) -> None:
    assert (await door.client.get(f"/v1/boards/{rows.board}/view")).status_code == 401
    wrong = door.as_user(rows.org, rows.user, "admin")
    assert await wrong.refused("/v1/boards") == (401, "unauthenticated", None)
