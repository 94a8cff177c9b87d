"""Filters: what is asked for, however it is written."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opportunity_filters.conditions import Conditions, conditions_of
from opportunity_filters.filters import FILTER_KEYS, Filter, read_filter
from opportunity_filters.local_time import LocalClock
from opportunity_filters.refusals import BadFilter
from query_api.domain.scope import Scope, Viewer
from query_api.entrypoints.http.queries import FilterQuery

ORG, LAN, NORTH = UUID(int=1), UUID(int=2), UUID(int=3)
VIEWER = Viewer(Scope(ORG, None), LAN, NORTH)
KEY = Viewer(Scope(ORG, None), None, None)
CLOCK = LocalClock(datetime(2026, 5, 31, 17, 30, tzinfo=UTC), "Asia/Ho_Chi_Minh")


def read(viewer: Viewer = VIEWER, **values: str | Sequence[str]) -> Filter:
    """Read a filter from keys, each with one value or several."""
    many = {
        key: [given] if isinstance(given, str) else list(given) for key, given in values.items()
    }
    return read_filter(many, viewer)


def named(conditions: Conditions) -> dict[str, Any]:
    """Return conditions by name."""
    return {one.name: one.value for one in conditions.all_of}


def test_nothing_asked_for_is_everything_that_lives() -> None:
    assert read() == Filter()
    assert named(conditions_of(read(), CLOCK)) == {"live": None}


def test_me_and_mine_are_the_readers_own() -> None:
    assert read(owner="me").owner == (LAN,)
    assert read(owner=["me", str(LAN)]).owner == (LAN,)
    assert read(team="mine").team == (NORTH,)
    assert read(Viewer(Scope(ORG, None), LAN, None), team="mine").team == ()
    for key, word in (("owner", "me"), ("team", "mine")):
        with pytest.raises(BadFilter) as refused:
            read(KEY, **{key: word})
        assert refused.value.parameter == key


@given(
    st.dictionaries(
        st.sampled_from(["type", "period", "currency", "closed_from", "q", "overdue"]),
        st.randoms(use_true_random=False),
    )
)
def test_the_order_of_values_changes_nothing(shuffles: dict[str, Any]) -> None:
    values = {
        "type": ["won", "lost", "won"],
        "period": ["annual", "monthly"],
        "currency": ["VND", "USD"],
        "closed_from": ["2026-05-01", "last_month", "today"],
        "q": ["kho hàng", "An phát"],
        "overdue": ["true", "false"],
    }
    chosen = {key: values[key] for key in shuffles}
    shuffled: dict[str, list[str]] = {
        key: random.sample(values[key], len(values[key])) for key, random in shuffles.items()
    }
    assert read_filter(chosen, VIEWER).normalized() == read_filter(shuffled, VIEWER).normalized()


def test_what_differs_is_bound_to_other_cursors() -> None:
    asked = [
        read(),
        read(type="won"),
        read(closed_from="today"),
        read(closed_from="2026-06-01"),
        read(closed_to="today"),
        read(q="a b"),
        read(q=["a", "b"]),
        read(deleted="true"),
        read(deleted="false"),
        read(team="mine"),
        read(Viewer(Scope(ORG, None), LAN, None), team="mine"),
    ]
    normalized = [str(one.normalized()) for one in asked]
    assert len(set(normalized)) == len(asked)


def test_a_search_without_a_word_asks_for_nothing() -> None:
    assert read(q="  !? ").q is None
    assert read(q=["a", ""]).q is None
    assert read(q="Đàm PHÁN dam").q == (("dam", "phan"),)


def test_several_values_of_a_range_mean_the_widest() -> None:
    chosen = read(
        value_min=["7", "5"],
        value_max=["7", "9"],
        currency="VND",
        closed_from=["2026-05-20", "last_month"],
        closed_to=["2026-05-20", "this_month"],
        created_from=["2026-06-02", "2026-06-01"],
    )
    conditions = named(conditions_of(chosen, CLOCK))
    assert conditions["value_min"] == 5
    assert conditions["value_max"] == 9
    assert conditions["closed_from"] == date(2026, 5, 1)
    assert conditions["closed_to"] == date(2026, 7, 1)
    assert conditions["created_from"] == datetime(2026, 5, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "maintained"),
    [
        ({}, True),
        ({"owner": "me", "board": str(ORG), "status": str(ORG), "type": "won"}, True),
        ({"team": "mine", "currency": "VND"}, True),
        ({"deleted": "false"}, True),
        ({"deleted": "true"}, False),
        ({"deleted": ["true", "false"]}, False),
        ({"period": "annual"}, False),
        ({"q": "a"}, False),
        ({"q": ""}, True),
        ({"overdue": ["true", "false"]}, True),
        ({"overdue": "true"}, False),
    ],
)
def test_kept_totals_answer_what_they_are_kept_by(values: dict[str, Any], maintained: bool) -> None:  # noqa: FBT001 - a row of the table
    assert conditions_of(read(**values), CLOCK).maintained is maintained


def test_the_documented_keys_are_the_ones_that_are_read() -> None:
    asked = set(FilterQuery.model_fields) - {"min_position", "as_of", "known_at"}
    assert asked == set(FILTER_KEYS)
