"""Statements about the past name the rows of then, and of the present only what they should."""

import re
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest

from opportunity_filters.moments import Axes, Moment
from opportunity_filters.past_rows import as_of, past_text
from service_runtime.fragments import Statement

AXES: tuple[Axes, ...] = ("position", "instant", "both")
TABLES = ("opportunities", "customers", "contacts", "users", "boards", "statuses", "organizations")
PRESENT = re.compile(r"\bread\.([a-z_]+)")


@pytest.mark.parametrize(("table", "axes"), [*product(TABLES, AXES)])
def test_each_table_gives_way_to_its_versions(table: str, axes: Axes) -> None:
    for alias in ("o", "x"):
        past = past_text(f"select {alias}.id from read.{table} {alias} where true", axes)  # noqa: S608 - names of our own
        named = set(PRESENT.findall(past))
        assert all(name.endswith("_versions") for name in named - {"contacts"}), named
        assert ("contacts" in named) is (table == "contacts")  # who was erased meanwhile
        assert "{" not in past.replace("'{", "")
        assert (":moment_position" in past) is (axes != "instant")
        assert (":moment_instant" in past) is (axes != "position")


def test_what_is_known_and_what_has_no_past_stays_of_now() -> None:
    text = "select from read.boards known, read.applied a, read.teams t, read.totals s"
    assert past_text(text, "both") == text


def test_statuses_are_put_together_once_however_often_they_are_named() -> None:
    past = past_text("select from read.statuses s, read.statuses g", "instant")
    assert past.startswith("with statuses_then as materialized (")
    assert past.endswith("select from statuses_then s, statuses_then g")


def test_a_statement_of_now_stays_as_it_is() -> None:
    statement = Statement("select from read.boards o", {"org": UUID(int=1)})
    assert as_of(statement, None) is statement


def test_a_statement_of_the_past_carries_its_moment() -> None:
    statement = Statement("select from read.boards o", {"org": UUID(int=1)})
    noon = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
    values = as_of(statement, Moment(7, noon)).values
    assert values == {"org": UUID(int=1), "moment_position": 7, "moment_instant": noon}
    assert "moment_instant" not in as_of(statement, Moment(7, None)).values
    text, numbered = as_of(statement, Moment(None, noon)).numbered()
    assert numbered == [UUID(int=1), noon]
    assert "$2" in text
