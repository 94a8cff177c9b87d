"""Paging meets every row once, in the order of a model of our own, and totals are of all pages."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from query_api.domain.cursors import MAX_CURSOR_CHARACTERS
from query_api.domain.sorting import OPPORTUNITY_ORDERS
from query_api.domain.totals import divide_rounding
from service_runtime.folding import sort_key
from support.query_door import QueryDoor, Reader
from support.read_rows import START, ReadRows

LIST: Final = "/v1/opportunities"
_FEW: Final = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example costs too much to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5))
_INSTANTS = st.sampled_from([START, START + timedelta(microseconds=1), START + timedelta(days=3)])
_TITLES = st.sampled_from(["An", "ân", "Đỗ", "do", "x" * 300, "x" * 299 + "y", "Ω 漢字 " * 40, "a"])
_KINDS = st.sampled_from(["Lead", "Talks", "Won", "Lost"])
_ROW = st.fixed_dictionaries(
    {
        "title": _TITLES,
        "amount_minor": st.none() | st.sampled_from([0, 1, 50, 9_007_199_254_740_991]),
        "currency": st.sampled_from(["USD", "VND"]),
        "period": st.sampled_from(["one_time", "monthly", "annual"]),
        "confidence": st.none() | st.integers(0, 100),
        "expected_close_date": _DAYS,
        "closed_on": _DAYS,
        "created_at": _INSTANTS,
        "updated_at": _INSTANTS,
        "status": _KINDS,
        "customer": st.integers(0, 2),
    }
)
ORDERS: Final = tuple((sort, order) for sort in OPPORTUNITY_ORDERS for order in ("asc", "desc"))
Row = Mapping[str, Any]
Customers = Mapping[UUID, str | None]


def _expected_minor(row: Row) -> int | None:
    weighted = row["weighted_minor"]
    return None if weighted is None else divide_rounding(weighted, 100)


def _key(sort: str, customers: Customers) -> Callable[[Row], tuple[Any, ...]]:
    """Return what rows are compared by; the last of it is the one that may be empty."""
    keys: dict[str, Callable[[Row], tuple[Any, ...]]] = {
        "expected_close": lambda row: (row["expected_close_date"],),
        "created": lambda row: (row["created_at"],),
        "closed": lambda row: (row["closed_on"],),
        "title": lambda row: (sort_key(row["title"]),),
        "customer": lambda row: (
            None if (name := customers[row["customer_id"]]) is None else sort_key(name),
        ),
        "value": lambda row: (row["currency"], row["amount_minor"]),
        "expected_value": lambda row: (row["currency"], _expected_minor(row)),
        "updated": lambda row: (row["updated_at"],),
    }
    return keys[sort]


def in_order(
    rows: Sequence[Row], sort: str, customers: Customers, *, descending: bool
) -> list[str]:
    """Return the ids in the order of the contract: empty last, ties by id, either way."""
    key = _key(sort, customers)
    by_id = sorted(rows, key=lambda row: row["id"].int)
    filled = [row for row in by_id if key(row)[-1] is not None]
    empty = [row for row in by_id if key(row)[-1] is None]
    filled.sort(key=key, reverse=descending)
    empty.sort(key=lambda row: key(row)[:-1], reverse=descending)
    return [str(row["id"]) for row in (*filled, *empty)]


def planted(rows: ReadRows, drawn: list[dict[str, Any]]) -> Customers:
    """Add drawn opportunities, and return their customers' names."""
    names = ("Bình Minh", None, "an phát")
    customers = {rows.add_customer(name): name for name in names}
    ids = list(customers)
    kinds = {"Won": "won", "Lost": "lost"}
    rows.add_all(
        [
            {
                **{name: one[name] for name in one if name not in {"status", "customer"}},
                "customer_id": ids[one["customer"]],
                "status_id": rows.statuses[one["status"]],
                "status_type": kinds.get(one["status"], "active"),
            }
            for one in drawn
        ]
    )
    return customers


def added_up(totals: list[Any]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return counts by type, and listed value by currency and type, as totals say it."""
    counts: Counter[str] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    for total in totals:
        for kind in ("active", "won", "lost"):
            counts[kind] += total[kind]["count"]
            values[total["currency"], kind] += int(total[kind]["value_minor"]["listed"])
    return +counts, +values


def counted(items: list[Any]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return the same by adding up what pages show."""
    counts: Counter[str] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    for item in items:
        kind = item["status"]["type"]
        counts[kind] += 1
        if item["value"] is not None:
            values[item["value"]["currency"], kind] += item["value"]["amount_minor"]
    return counts, +values


@_FEW
@given(drawn=st.lists(_ROW, min_size=5, max_size=30), limit=st.integers(2, 9))
async def test_every_order_meets_every_row_once(
    database: str, door: QueryDoor, drawn: list[dict[str, Any]], limit: int
) -> None:
    with ReadRows(database) as rows:
        customers = planted(rows, drawn)
        live = list(rows.opportunities.values())
        for sort, order in ORDERS:
            pages = await door.of(rows).pages(LIST, sort=sort, order=order, limit=limit)
            shown = [item for page in pages for item in page["items"]]
            expected = in_order(live, sort, customers, descending=order == "desc")
            assert [item["id"] for item in shown] == expected, (sort, order)
            assert all(len(page["next_cursor"] or "") <= MAX_CURSOR_CHARACTERS for page in pages)
            assert all(page["totals"] == pages[0]["totals"] for page in pages)
            assert added_up(pages[0]["totals"]) == counted(shown)


@_FEW
@given(drawn=st.lists(_ROW, min_size=5, max_size=30), cards=st.integers(2, 9))
async def test_columns_go_on_from_the_view_in_every_order(
    database: str, door: QueryDoor, drawn: list[dict[str, Any]], cards: int
) -> None:
    with ReadRows(database) as rows:
        customers = planted(rows, drawn)
        reader = door.of(rows)
        for sort, order in ORDERS:
            query = {"sort": sort, "order": order}
            view = await reader.read(f"/v1/boards/{rows.board}/view", cards=cards, **query)
            for column in view["columns"]:
                status = column["status"]["id"]
                path = f"/v1/boards/{rows.board}/statuses/{status}/cards"
                met = [card["id"] for card in column["cards"]]
                cursor = column["next_cursor"]
                while cursor is not None:
                    page = await reader.read(path, limit=cards, cursor=cursor, **query)
                    met += [card["id"] for card in page["items"]]
                    cursor = page["next_cursor"]
                there = [
                    row for row in rows.opportunities.values() if str(row["status_id"]) == status
                ]
                expected = in_order(there, sort, customers, descending=order == "desc")
                assert met == expected, (sort, order)


@_FEW
@given(drawn=st.lists(_ROW, min_size=1, max_size=30))
async def test_kept_totals_agree_with_added_ones(
    database: str, door: QueryDoor, drawn: list[dict[str, Any]]
) -> None:
    with ReadRows(database) as rows:
        planted(rows, drawn)
        reader = door.of(rows)
        # a filter that holds of everything, but that no total is kept by
        added = {"period": ["one_time", "monthly", "annual"]}
        for kept in (
            {},
            {"owner": "me"},
            {"team": "mine"},
            {"board": rows.board},
            {"status": [rows.statuses["Won"], rows.statuses["Lead"]]},
            {"type": "active", "currency": "USD"},
            {"owner": rows.user, "type": ["won", "lost"], "board": rows.board},
        ):
            for path in (f"{LIST}/totals", f"/v1/boards/{rows.board}/totals"):
                assert await reader.read(path, **kept) == await reader.read(path, **kept, **added)


async def test_a_cursor_belongs_to_its_list_filter_and_sort(
    rows: ReadRows, neighbour: ReadRows, door: QueryDoor
) -> None:
    reader = door.of(rows)
    for other in (rows, neighbour):
        other.add_all([{"title": f"{number}"} for number in range(3)])
    query = {"sort": "created", "q": ["b", "a 1"], "limit": 1}
    rows.add_all([{"title": "a1 1"}, {"title": "b"}])
    cursor = (await reader.read(LIST, **query))["next_cursor"]
    bad = (400, "bad-cursor", "cursor")
    same = {"q": ["1 A", "B"], "sort": "created", "order": "asc", "limit": 200}
    assert len((await reader.read(LIST, **same, cursor=cursor))["items"]) >= 1
    for other_query in (
        {**query, "sort": "updated"},
        {**query, "order": "desc"},
        {**query, "q": "a"},
        {**query, "deleted": "true"},
        {"sort": "created", "limit": 1},
    ):
        assert await reader.refused(LIST, **other_query, cursor=cursor) == bad
    assert await door.of(neighbour).refused(LIST, **query, cursor=cursor) == bad
    lead = rows.statuses["Lead"]
    cards = f"/v1/boards/{rows.board}/statuses/{lead}/cards"
    for path in (cards, "/v1/customers", "/v1/boards", "/v1/users", "/v1/teams"):
        assert (await reader.refused(path, cursor=cursor))[:2] == bad[:2]
    for mangled in ("", "x", cursor[:-1], cursor[1:], cursor[::-1], "é" * 9, "A" * 600, cursor * 2):
        assert await reader.refused(LIST, **query, cursor=mangled) == bad


async def test_a_long_key_that_changed_meanwhile_loses_no_row(
    rows: ReadRows, reader: Reader
) -> None:
    long = [f"{'x' * 280}{number:02}" for number in range(6)]
    added = rows.add_all([{"title": title} for title in long])
    first = await reader.read(LIST, sort="title", limit=2)
    rows.change(added[1], title="a" * 300)
    rest = await reader.read(LIST, sort="title", cursor=first["next_cursor"])
    met = {item["id"] for item in (*first["items"], *rest["items"])}
    assert met == {str(one) for one in added}
