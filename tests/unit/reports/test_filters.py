"""Filters of a report: what they mean, at one clock, in one zone, for one caller."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from opportunity_filters.refusals import BadFilter
from report_worker.adapters.criteria import criteria_json, read_criteria
from report_worker.domain.filters import KEYS, OpportunityFilter, Viewpoint, parse_filter

ONE, TWO = UUID(int=1), UUID(int=2)
TODAY = date(2026, 5, 13)  # a Wednesday
# 23:30 UTC of the day before: in Ho Chi Minh City it is Wednesday, half past six
VIEW = Viewpoint(
    clock=datetime(2026, 5, 12, 23, 30, tzinfo=UTC),
    time_zone="Asia/Ho_Chi_Minh",
    user_id=ONE,
    team_id=TWO,
    sees=None,
)
KEY_VIEW = replace(VIEW, user_id=None, team_id=None)


def parse(**raw: object) -> OpportunityFilter:
    return parse_filter(raw, VIEW)


def test_nothing_asked_for_asks_for_live_ones() -> None:
    assert parse() == OpportunityFilter(today=TODAY, deleted=False)


def test_a_value_and_a_list_of_one_are_the_same_and_repeats_count_once() -> None:
    assert parse(board=str(ONE)) == parse(board=[str(ONE)]) == parse(board=[str(ONE)] * 2)


def test_the_callers_own_ids_are_resolved() -> None:
    assert parse(owner=["me", str(TWO)]).owners == (ONE, TWO)
    assert parse(team="mine").teams == (TWO,)
    teamless = replace(VIEW, team_id=None)
    assert parse_filter({"team": "mine"}, teamless).teams == ()


def test_what_the_caller_sees_is_pinned_and_an_old_order_sees_all() -> None:
    narrow = parse_filter({"owner": str(TWO)}, replace(VIEW, sees=frozenset({TWO, ONE})))
    assert (narrow.owners, narrow.visible) == ((TWO,), (ONE, TWO))
    assert parse_filter({}, replace(VIEW, sees=frozenset())).visible == ()
    assert read_criteria(json.loads(criteria_json(narrow))) == narrow
    before = json.loads(criteria_json(parse()))
    del before["visible"]
    assert read_criteria(before) == parse()


@pytest.mark.parametrize(("key", "value"), [("owner", "me"), ("team", "mine")])
def test_an_api_key_has_no_own_ids(key: str, value: str) -> None:
    with pytest.raises(BadFilter) as refused:
        parse_filter({key: value}, KEY_VIEW)
    assert refused.value.parameter == key


@pytest.mark.parametrize(
    ("word", "start", "end"),
    [
        ("yesterday", date(2026, 5, 12), date(2026, 5, 13)),
        ("today", TODAY, date(2026, 5, 14)),
        ("tomorrow", date(2026, 5, 14), date(2026, 5, 15)),
        ("last_week", date(2026, 5, 4), date(2026, 5, 11)),
        ("this_week", date(2026, 5, 11), date(2026, 5, 18)),
        ("next_week", date(2026, 5, 18), date(2026, 5, 25)),
        ("last_month", date(2026, 4, 1), date(2026, 5, 1)),
        ("this_month", date(2026, 5, 1), date(2026, 6, 1)),
        ("next_month", date(2026, 6, 1), date(2026, 7, 1)),
        ("last_quarter", date(2026, 1, 1), date(2026, 4, 1)),
        ("this_quarter", date(2026, 4, 1), date(2026, 7, 1)),
        ("next_quarter", date(2026, 7, 1), date(2026, 10, 1)),
        ("last_year", date(2025, 1, 1), date(2026, 1, 1)),
        ("this_year", date(2026, 1, 1), date(2027, 1, 1)),
        ("next_year", date(2027, 1, 1), date(2028, 1, 1)),
        ("2026-05-31", date(2026, 5, 31), date(2026, 5, 31)),
    ],
)
def test_words_are_whole_stretches_and_dates_are_days(word: str, start: date, end: date) -> None:
    parsed = parse(closed_from=word, closed_to=word)
    assert (parsed.closed_from, parsed.closed_to) == (start, end)


def test_days_of_instants_begin_at_local_midnight() -> None:
    parsed = parse(created_from="today", created_to="today", updated_from="2026-05-13")
    assert parsed.created_from == datetime(2026, 5, 12, 17, tzinfo=UTC)
    assert parsed.created_to == datetime(2026, 5, 13, 17, tzinfo=UTC)
    assert parsed.updated_from == parsed.created_from


def test_of_several_values_of_a_range_the_widest_counts() -> None:
    parsed = parse(
        value_min=[5, "3"],
        value_max=[7, 9],
        currency=["VND", "USD"],
        closed_to=["today", TODAY.isoformat()],
    )
    assert (parsed.value_min, parsed.value_max) == (3, 9)
    assert parsed.closed_to == date(2026, 5, 14)


def test_words_are_folded_and_no_words_ask_for_nothing() -> None:
    assert parse(q="Đàm PHÁN").words == (("dam", "phan"),)
    assert parse(q=["đá", "quý"]).words == (("da",), ("quy",))
    assert parse(q=["đá", "!?"]).words is None


def test_both_flags_ask_for_either() -> None:
    assert parse(overdue=True).overdue is parse(overdue="true").overdue is True
    assert parse(overdue=[True, False]).overdue is None
    assert parse(deleted=["true", "false"]).deleted is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("color", "red"),
        ("as_of", 3),
        ("board", "Bán hàng"),
        ("board", "{00000000-0000-0000-0000-000000000001}"),
        ("board", []),
        ("board", None),
        ("board", {"id": str(ONE)}),
        ("board", [[str(ONE)]]),
        ("board", [str(UUID(int=n)) for n in range(101)]),
        ("type", "open"),
        ("period", "weekly"),
        ("currency", "vnd"),
        ("currency", "XAU"),
        ("value_min", 1),  # without a currency
        ("closed_from", "2026-02-30"),
        ("closed_from", "20260213"),
        ("closed_from", "last_decade"),
        ("created_to", "2026-W20-1"),
        ("updated_from", 20260513),
        ("overdue", "yes"),
        ("overdue", 1),
        ("q", "a" * 301),
        ("q", " ".join(f"w{n}" for n in range(17))),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_name_and_a_way_to_mend_it(
    key: str, value: object
) -> None:
    with pytest.raises(BadFilter) as refused:
        parse(**{key: value})
    assert refused.value.parameter == key
    assert refused.value.reason.vi
    assert refused.value.reason.en


@pytest.mark.parametrize(
    "value", [-1, 1.5, "-2", "2.5", "", "\uff11", 9_007_199_254_740_992, 10**30]
)
def test_an_amount_is_a_whole_number_of_minor_units(value: object) -> None:
    with pytest.raises(BadFilter):
        parse(value_min=value, currency="VND")


def test_the_calendars_ends_do_not_break_the_clock() -> None:
    parsed = parse(created_from="0001-01-01", created_to="9999-12-31")
    assert parsed.created_from is not None
    assert parsed.created_to is not None
    assert parsed.created_from < VIEW.clock < parsed.created_to


def test_every_key_of_the_contract_is_known() -> None:
    assert len(KEYS) == 20
