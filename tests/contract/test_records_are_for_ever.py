"""The records of the topic: their bytes are pinned, and any reader of CloudEvents reads them."""

import json
from pathlib import Path
from typing import Final

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event

from opportunity_events.codec import MalformedFactError, canonical_json, wire_form
from opportunity_events.envelope import Fact
from opportunity_events.topic import FactRecord, Place, logged_of, place_of, record_of, wire_bytes
from support.fact_samples import samples
from support.logged_samples import RECORDED_AT, logged, wire_name

GOLDEN: Final = Path(__file__).parent / "golden" / "records"


def _place(record: FactRecord) -> Place:
    return place_of(record.headers, record.timestamp_ms)


def _lines(record: FactRecord) -> str:
    """Write a record down as kcat would show it: timestamp, key, headers, value."""
    headers = "".join(f"{name}: {value.decode()}\n" for name, value in record.headers)
    return f"{record.timestamp_ms}\n{record.key.decode()}\n{headers}{record.value.decode()}\n"


def test_there_is_a_golden_record_for_every_fact_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {wire_name(fact) for fact in samples()}


@pytest.mark.parametrize("fact", samples(), ids=wire_name)
def test_a_record_is_written_as_its_golden_bytes(fact: Fact) -> None:
    golden = (GOLDEN / f"{wire_name(fact)}.txt").read_text(encoding="utf-8")
    assert _lines(record_of(logged(fact), epoch=2)) == golden


@pytest.mark.parametrize("fact", samples(), ids=wire_name)
def test_a_record_is_read_back_as_the_fact_that_the_log_holds(fact: Fact) -> None:
    stored = logged(fact)
    record = record_of(stored, epoch=2)
    place = _place(record)
    assert (place.lane, place.lane_position, place.epoch) == (3, 90_001, 2)
    assert place.is_of(stored)
    assert logged_of(place, record.value) == stored


@pytest.mark.parametrize("fact", samples(), ids=wire_name)
def test_a_records_value_is_the_wire_form_as_the_feed_gives_it(fact: Fact) -> None:
    stored = logged(fact)
    recorded = stored.recorded(fact)
    assert wire_bytes(stored) == canonical_json(wire_form(stored.canonical, recorded))


@pytest.mark.parametrize("fact", samples(), ids=wire_name)
def test_any_reader_of_cloudevents_reads_a_record(fact: Fact) -> None:
    record = record_of(logged(fact), epoch=1)
    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value)
    event = from_structured_event(message)
    attributes = event.get_attributes()
    assert attributes["id"] == str(fact.event_id)
    assert attributes["type"] == wire_name(fact)
    assert attributes["source"] == f"/organizations/{fact.stream.org}"
    assert attributes["subject"] == fact.stream.subject
    assert event.get_data() == json.loads(record.value)["data"]


def test_a_fact_that_occurred_when_it_was_recorded_is_told_apart_by_its_hash() -> None:
    """An import may give the very instant at which its fact is then recorded."""
    bare = next(fact for fact in samples() if fact.occurred_at is None)
    given = Fact(bare.stream, bare.version, bare.cause, bare.data, RECORDED_AT)
    for fact in (bare, given):
        stored = logged(fact)
        record = record_of(stored, epoch=1)
        assert logged_of(_place(record), record.value).canonical == stored.canonical


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        (b'"streamversion":', b'"streamVersion":', "unknown field"),
        (b'"occurredat":"2026-11-28T03:04:05.123456Z",', b"", "says when a fact occurred"),
        (b'"client":"api"', b'"client":"web"', "the hash is not that of these bytes"),
        (b'{"actor"', b'{"actor', "JSON is malformed"),
    ],
)
def test_a_record_that_was_changed_on_its_way_is_no_fact(
    was: bytes, becomes: bytes, why: str
) -> None:
    record = record_of(logged(samples()[1]), epoch=1)
    assert was in record.value
    with pytest.raises(MalformedFactError, match=why):
        logged_of(_place(record), record.value.replace(was, becomes))


def test_a_value_under_the_headers_of_another_fact_is_no_fact() -> None:
    one, other = (record_of(logged(fact), epoch=1) for fact in samples()[:2])
    with pytest.raises(MalformedFactError, match="different facts"):
        logged_of(_place(one), other.value)


def test_headers_of_somebody_else_are_none_of_ours() -> None:
    with pytest.raises(MalformedFactError, match="headers that are not ours"):
        place_of([("traceparent", b"00-1")], 0)
