"""SQL is composed of pieces that are there, and none of it forgets the scope."""

import re

import pytest

from opportunity_filters.conditions import MAINTAINED, Condition, Conditions
from opportunity_filters.filters import FILTER_KEYS
from opportunity_filters.sql_conditions import values_of
from query_api.adapters import composing
from query_api.adapters.composing import (
    BOARDS,
    CARDS,
    CUSTOMERS,
    OPPORTUNITIES,
    TEAMS,
    USERS,
    Listing,
)
from query_api.adapters.fragments import load_fragments
from query_api.domain.cursors import Place
from query_api.domain.scope import Scope
from query_api.domain.sorting import (
    BOARD_ORDERS,
    CUSTOMER_ORDERS,
    OPPORTUNITY_ORDERS,
    PEOPLE_ORDERS,
    TEAM_ORDERS,
    Order,
    Sort,
)
from service_runtime import fragments
from service_runtime.fragments import Statement, fill
from service_runtime.ids import new_id

LISTINGS = [
    (OPPORTUNITIES, OPPORTUNITY_ORDERS),
    (CARDS, OPPORTUNITY_ORDERS),
    (CUSTOMERS, CUSTOMER_ORDERS),
    (USERS, PEOPLE_ORDERS),
    (TEAMS, TEAM_ORDERS),
    (BOARDS, BOARD_ORDERS),
]
NOTHING = Conditions(())
HOLE = re.compile(r"\{[a-z0-9_]+\}")
WHOLE = Scope(new_id(), None)
OWNED = Scope(new_id(), frozenset({new_id()}))


@pytest.mark.parametrize(
    ("listing", "by", "order"),
    [(listing, by, order) for listing, orders in LISTINGS for by, order in orders.items()],
)
def test_every_order_has_all_of_its_pieces(listing: Listing, by: str, order: Order) -> None:
    for descending in (False, True):
        sort = Sort(by, order, descending)
        for place in (None, *_places(order)):
            for scope in (WHOLE, OWNED):
                text = composing.page(listing, sort, place, NOTHING, scope)
                assert HOLE.search(text) is None
                scoped = text.count(composing.scoped(listing, scope))
                assert scoped == text.count("from read.") - _joined(text)


@pytest.mark.parametrize("listing", [OPPORTUNITIES, CARDS])
def test_whoever_sees_less_than_all_is_shown_no_others(listing: Listing) -> None:
    assert composing.single(listing, OWNED).count(":owners") == 1
    for by, order in OPPORTUNITY_ORDERS.items():
        for place in (None, *_places(order)):
            text = composing.page(listing, Sort(by, order), place, NOTHING, OWNED)
            read = re.findall(r"from read\.opportunities (\w)", text)
            assert read
            for alias in set(read):
                owned = text.count(f"{alias}.owner_id = any(:owners::uuid[])")
                assert owned == read.count(alias)


@pytest.mark.parametrize("stand", ["in_column", "in_status"])
def test_boards_of_those_who_see_less_are_found_owner_by_owner(stand: str) -> None:
    for by, order in OPPORTUNITY_ORDERS.items():
        for place in (None, *_places(order)):
            text = composing.page(CARDS, Sort(by, order), place, NOTHING, OWNED, stand)
            assert HOLE.search(text) is None
            found = text.count("from read.opportunities o")
            assert found
            assert text.count("o.org = :org and o.owner_id = one.id") == found
            whole = composing.page(CARDS, Sort(by, order), place, NOTHING, WHOLE, stand)
            assert ":owners" not in whole


def test_every_condition_has_its_piece() -> None:
    filters = fragments.load_fragments("opportunity_filters.sql", "conditions")
    assert set(FILTER_KEYS) - {"q"} | {"live", "word", "words", "not_overdue"} == set(filters)
    assert set(load_fragments("totals_filters")) == MAINTAINED | {"live"}


@pytest.mark.parametrize("names", [("live",), ("live", "owner"), ("live", "period"), ("deleted",)])
def test_no_total_forgets_the_scope(names: tuple[str, ...]) -> None:
    conditions = Conditions(tuple(Condition(name, ["x"]) for name in names))
    for by_status in (False, True):
        for board in (False, True):
            text = composing.totals(conditions, WHOLE, by_status=by_status, board=board)
            assert HOLE.search(text) is None
            assert re.search(r"where [ot]\.org = :org and", text)
            owned = composing.totals(conditions, OWNED, by_status=by_status, board=board)
            assert re.search(r"where ([ot])\.org = :org and \1\.owner_id = any\(:owners", owned)
            assert "read.totals" not in owned


def test_a_value_is_never_in_a_text() -> None:
    word = "x'); drop table read.boards; --"
    conditions = Conditions((Condition("currency", [word]),), ((word,),))
    text = composing.page(
        CARDS, Sort("title", OPPORTUNITY_ORDERS["title"]), None, conditions, WHOLE
    )
    assert "drop" not in text
    assert word in str(values_of(conditions))


def test_parameters_are_numbered_as_they_appear() -> None:
    statement = Statement("select :b::text, :a, :b, 'HH24:MI'", {"a": 1, "b": 2, "unused": 3})
    assert statement.numbered() == ("select $1::text, $2, $1, 'HH24:MI'", [2, 1])
    with pytest.raises(KeyError):
        Statement("select :missing").numbered()
    with pytest.raises(KeyError):
        fill("select {missing}", there="x")


def _places(order: Order) -> list[Place]:
    keys = tuple("x" for _ in order.kinds)
    places = [Place(empty=False, keys=keys, id=new_id(), whole=True)]
    if order.kinds == ("text",):
        places.append(Place(empty=False, keys=keys, id=new_id(), whole=False))
    if order.may_be_empty:
        places.append(Place(empty=True, keys=(*keys[:-1], None), id=new_id()))
    return places


def _joined(text: str) -> int:
    """Count the tables that are looked up by the key of a row that is in scope already."""
    return len(re.findall(r"from read\.(?:contacts k|statuses s|opportunities a|\w+ a)\b", text))
