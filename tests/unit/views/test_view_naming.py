"""Which views name a person who is about to be erased: what the rule takes and what it leaves."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.application.views.naming import PersonTexts, names
from command_api.application.views.view import View, ViewText

AT = datetime(2026, 1, 31, tzinfo=UTC)
PERSON = PersonTexts(
    ["Trần Văn Hà", "Hà Trần"], ["ha.tran@xyz.example"], ["+84 90 123 45 67", "114"]
)


def view(name: str | None, *q: str) -> View:
    text = ViewText(name, "list", {"q": q} if q else {}, shared=False)
    return View(UUID(int=1), UUID(int=2), "user/x", 1, text, AT, AT)


@pytest.mark.parametrize(
    "found",
    [
        view("HA TRAN"),
        view("việc của Trần văn Hà, quý 3"),
        view("x", "tran h"),
        view("x", "y", "ha"),
        view("thư ha.tran@XYZ.example"),
        view("0901234567 hoặc 84901234567"),
        view(None, "xyz"),
    ],
)
def test_these_name_the_person(found: View) -> None:
    assert names(found, PERSON)


@pytest.mark.parametrize(
    "other",
    [view("Hà"), view("Trần"), view("x", "ha noi"), view("114"), view(None), view("x", "")],
)
def test_these_do_not(other: View) -> None:
    assert not names(other, PERSON)


@given(st.text(max_size=40), st.text(max_size=40))
def test_nobody_is_named_by_nothing(name: str, q: str) -> None:
    assert not names(view(name, q), PersonTexts())


@given(st.text(alphabet="abcdeđâ ", min_size=1, max_size=30))
def test_a_whole_name_always_names(name: str) -> None:
    assert names(view(f"x {name} y"), PersonTexts([name])) is bool(name.strip())
