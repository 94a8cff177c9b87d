"""Which moments a read can be asked of, and what is no moment."""

from datetime import UTC, datetime, timedelta

import pytest

from opportunity_filters.moments import Moment
from opportunity_filters.refusals import BadFilter
from query_api.domain.moments import read_moment, read_past_position
from query_api.domain.refusals import BadPosition

NOON = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)


def asked(**query: str) -> Moment | None:
    return read_moment({key: [value] for key, value in query.items()})


def test_without_a_moment_it_is_now() -> None:
    assert asked() is None


@pytest.mark.parametrize(("text", "position"), [("0", 0), ("7", 7), (str(2**53 - 1), 2**53 - 1)])
def test_a_whole_number_is_a_position(text: str, position: int) -> None:
    assert asked(as_of=text) == Moment(position, None)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-31T12:00:00Z",
        "2026-05-31t12:00:00z",
        "2026-05-31T12:00:00.000000Z",
        "2026-05-31T19:00:00+07:00",
        "2026-05-31T19:00:00 07:00",
        "2026-05-31T07:30:00-04:30",
    ],
)
def test_an_instant_is_read_in_every_form_of_rfc_3339(text: str) -> None:
    assert asked(as_of=text) == Moment(None, NOON)


def test_an_instant_can_be_asked_by_what_was_known_at_a_position() -> None:
    assert asked(as_of="2026-05-31T12:00:00Z", known_at="12") == Moment(12, NOON)


def test_a_fraction_of_a_second_counts() -> None:
    found = asked(as_of="2026-05-31T12:00:00.25Z")
    assert found == Moment(None, NOON + timedelta(milliseconds=250))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "1.5",
        "now",
        "٣",
        "2026-05-31",
        "2026-05-31T12:00:00",
        "2026-05-31T12:00Z",
        "2026-02-30T12:00:00Z",
        "2026-05-31T25:00:00Z",
        "2026-05-31T12:00:00+24:00",
        "1899-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-05-31T12:00:00Z\n",
    ],
)
def test_what_is_neither_is_a_bad_filter(text: str) -> None:
    with pytest.raises(BadFilter) as caught:
        asked(as_of=text)
    assert caught.value.parameter == "as_of"


@pytest.mark.parametrize("text", [str(2**53), "9" * 5000])
def test_a_position_that_no_log_reaches_is_a_bad_position(text: str) -> None:
    for key, query in (("as_of", {}), ("known_at", {"as_of": "2026-05-31T12:00:00Z"})):
        with pytest.raises(BadPosition) as caught:
            asked(**query, **{key: text})
        assert caught.value.parameter == key


@pytest.mark.parametrize("text", ["", "-1", "2026-05-31T12:00:00Z"])
def test_known_at_is_a_position(text: str) -> None:
    with pytest.raises(BadPosition) as caught:
        asked(as_of="2026-05-31T12:00:00Z", known_at=text)
    assert caught.value.parameter == "known_at"


@pytest.mark.parametrize("query", [{"known_at": "3"}, {"known_at": "3", "as_of": "3"}])
def test_known_at_needs_an_instant(query: dict[str, str]) -> None:
    with pytest.raises(BadFilter) as caught:
        asked(**query)
    assert caught.value.parameter == "known_at"


def test_a_history_is_asked_of_a_position_alone() -> None:
    assert read_past_position({"as_of": ["3"]}) == Moment(3, None)
    with pytest.raises(BadFilter) as caught:
        read_past_position({"as_of": ["2026-05-31T12:00:00Z"]})
    assert caught.value.parameter == "as_of"
