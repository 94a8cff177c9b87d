"""Cursors: what was written comes back, and nothing else does."""

import base64
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.domain.cursors import MAX_CURSOR_CHARACTERS, MAX_KEY_BYTES, read_cursor, write_cursor
from query_api.domain.refusals import BadCursor
from query_api.domain.sorting import KeyKind, Order

BOUND = {"list": "opportunities", "filter": {"type": ["won"]}, "sort": "title"}
ROW = UUID(int=7)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=420)
KEYS = {
    "date": st.dates(),
    "instant": st.datetimes(timezones=st.just(UTC)),
    "integer": st.integers(-(10**17), 10**17),
    "text": TEXTS.filter(lambda text: len(text.encode()) <= MAX_KEY_BYTES),
}


@st.composite
def places(draw: st.DrawFn) -> tuple[Order, tuple[object, ...], bool]:
    kinds: list[KeyKind] = draw(
        st.lists(st.sampled_from(["date", "instant", "integer", "text"]), min_size=1, max_size=3)
    )
    empty = draw(st.booleans())
    keys: list[object] = [draw(KEYS[kind]) for kind in kinds]
    if empty:
        keys[-1] = None
    return Order(tuple(kinds), may_be_empty=True), tuple(keys), empty


@given(drawn=places(), row=st.uuids())
def test_a_place_comes_back_as_it_was(
    drawn: tuple[Order, tuple[object, ...], bool], row: UUID
) -> None:
    order, keys, empty = drawn
    texts = tuple(None if key is None else str(key) for key in keys)
    cursor = write_cursor(texts, row, empty=empty, binding=BOUND)
    place = read_cursor(cursor, order, BOUND)
    assert (place.keys, place.id, place.empty, place.whole) == (keys, row, empty, True)


@given(first=TEXTS, second=TEXTS)
def test_no_cursor_is_longer_than_the_contract_says(first: str, second: str) -> None:
    cursor = write_cursor((first,), ROW, empty=False, binding=BOUND)
    assert len(cursor) <= MAX_CURSOR_CHARACTERS
    place = read_cursor(cursor, Order(("text",)), BOUND)
    (key,) = place.keys
    assert isinstance(key, str)
    assert first.startswith(key)
    assert place.whole is (key == first)
    other = {**BOUND, "filter": {"q": [second]}}
    with pytest.raises(BadCursor):
        read_cursor(cursor, Order(("text",)), other)


@given(text=st.text(max_size=600))
def test_what_was_never_written_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(text, Order(("text",)), BOUND)


@given(place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused(place: int, flip: int) -> None:
    cursor = write_cursor(("2026-05-31",), ROW, empty=False, binding=BOUND)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place % len(raw)] ^= flip
    mangled = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    with pytest.raises(BadCursor):
        read_cursor(mangled, Order(("date",)), BOUND)


@pytest.mark.parametrize(
    ("keys", "empty", "order"),
    [
        (("2026-05-31",), False, Order(("date", "text"))),
        (("no date",), False, Order(("date",))),
        (("1e9",), False, Order(("integer",))),
        (("9" * 30,), False, Order(("integer",))),
        (("2026-05-31 10:00:00",), False, Order(("instant",))),
        (("a\0b",), False, Order(("text",))),
        ((None,), True, Order(("date",))),
        ((None,), False, Order(("date",), may_be_empty=True)),
        (("2026-05-31",), True, Order(("date",), may_be_empty=True)),
        ((None, None), True, Order(("text", "integer"), may_be_empty=True)),
    ],
)
def test_a_forged_place_that_makes_no_sense_is_refused(
    keys: tuple[str | None, ...],
    empty: bool,  # noqa: FBT001 - a row of the table
    order: Order,
) -> None:
    cursor = write_cursor(keys, ROW, empty=empty, binding=BOUND)
    with pytest.raises(BadCursor):
        read_cursor(cursor, order, BOUND)


def test_an_instant_comes_back_from_the_databases_own_form() -> None:
    written = "2026-05-31 02:15:30.123456+00"
    cursor = write_cursor((written,), ROW, empty=False, binding=BOUND)
    (key,) = read_cursor(cursor, Order(("instant",)), BOUND).keys
    assert key == datetime(2026, 5, 31, 2, 15, 30, 123456, tzinfo=UTC)
    assert isinstance(read_cursor(_date(), Order(("date",)), BOUND).keys[0], date)


def _date() -> str:
    return write_cursor(("2026-05-31",), ROW, empty=False, binding=BOUND)
