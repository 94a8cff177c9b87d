"""What the topic of present states says: its bytes are pinned, and keep to their schema."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import pytest
from jsonschema import Draft202012Validator

from opportunity_events import v1
from opportunity_events.asyncapi import asyncapi_document
from opportunity_events.envelope import Fact
from opportunity_events.opportunity_states import (
    STATE_SCHEMA,
    MissingBeginningError,
    Particulars,
    StateChange,
    opportunity_of,
    particulars_after,
    state_key,
    state_records,
    void_tombstone,
)
from opportunity_events.topic import TopicRecord, place_of
from support.fact_samples import SEALED, samples
from support.logged_samples import RECORDED_AT, logged, wire_name

GOLDEN: Final = Path(__file__).parent / "golden" / "states"
SCHEMAS: Final = Path(__file__).parents[2] / "shared" / "events" / "schemas"
FACTS: Final = [fact for fact in samples() if isinstance(fact.data, v1.OpportunityFact)]
KNOWN: Final = Particulars(
    created_at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    title="Máy nén khí",
    external_ref="HĐ-7",
    contact_ids=(UUID(int=7),),
    note=SEALED,
)


def _records(fact: Fact) -> list[TopicRecord]:
    assert isinstance(fact.data, v1.OpportunityFact)
    stored = logged(fact)
    before = None if isinstance(fact.data, v1.OpportunityCreated) else KNOWN
    after = particulars_after(before, fact.data, stored.occurred_at)
    return state_records(stored, fact.cause.actor, fact.data, (before, after), epoch=2)


def _lines(record: TopicRecord) -> str:
    """Write a record down as kcat would show it: timestamp, key, headers, value."""
    headers = "".join(f"{name}: {value.decode()}\n" for name, value in record.headers)
    value = "(none)" if record.value is None else record.value.decode()
    return f"{record.timestamp_ms}\n{record.key.decode()}\n{headers}{value}\n"


def test_there_are_golden_states_for_every_fact_of_an_opportunity_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {wire_name(fact) for fact in FACTS}


@pytest.mark.parametrize("fact", FACTS, ids=wire_name)
def test_a_state_is_written_as_its_golden_bytes(fact: Fact) -> None:
    golden = (GOLDEN / f"{wire_name(fact)}.txt").read_text(encoding="utf-8")
    assert "".join(_lines(record) for record in _records(fact)) == golden


@pytest.mark.parametrize("fact", FACTS, ids=wire_name)
def test_a_state_keeps_to_its_schema(fact: Fact) -> None:
    schema = json.loads((SCHEMAS / f"{STATE_SCHEMA}.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    value: dict[str, Any] = json.loads(_records(fact)[0].value or b"")
    assert list(Draft202012Validator(schema).iter_errors(value)) == []
    assert list(Draft202012Validator(schema).iter_errors({**value, "surprise": 1})) != []


def test_the_headers_and_keys_that_asyncapi_tells_are_those_of_a_state() -> None:
    trait = asyncapi_document()["components"]["messageTraits"]["state"]
    record = _records(FACTS[0])[0]
    said = {name: value.decode() for name, value in record.headers}
    assert list(Draft202012Validator(trait["headers"]).iter_errors(said)) == []
    key = Draft202012Validator(trait["bindings"]["kafka"]["key"])
    assert list(key.iter_errors(json.loads(record.key))) == []


def test_a_deletion_says_what_was_and_then_that_the_key_stands_for_nothing() -> None:
    (deletion,) = (fact for fact in FACTS if isinstance(fact.data, v1.OpportunityDeleted))
    said, tombstone = _records(deletion)
    change = msgspec.json.decode(said.value or b"", type=StateChange)
    assert (change.op, change.after) == ("d", None)
    assert change.before is not None
    assert change.before.title == KNOWN.title
    assert (tombstone.key, tombstone.value) == (said.key, None)


def test_what_comes_back_is_there_as_if_it_were_new() -> None:
    (restored,) = (fact for fact in FACTS if isinstance(fact.data, v1.OpportunityRestored))
    (said,) = _records(restored)
    change = msgspec.json.decode(said.value or b"", type=StateChange)
    assert (change.op, change.before) == ("c", None)
    assert change.after is not None
    assert change.after.created_at == "2026-01-02T03:04:05.000006Z"


def test_an_edit_changes_what_later_facts_do_not_repeat() -> None:
    cell = next(f.data.before for f in FACTS if isinstance(f.data, v1.OpportunityDeleted))
    changes = (
        v1.Change("title", "Máy nén khí", "Máy nén khí 2"),
        v1.Change("contact_ids", (str(UUID(int=7)),), (str(UUID(int=8)), str(UUID(int=9)))),
        v1.Change("note", SEALED, None),
        v1.Change("amount_minor", 1, 2),
    )
    edit = v1.OpportunityEdited(UUID(int=1), cell, cell, changes, after_close=False)
    after = particulars_after(KNOWN, edit, RECORDED_AT)
    assert after == Particulars(
        KNOWN.created_at, "Máy nén khí 2", "HĐ-7", (UUID(int=8), UUID(int=9)), None
    )


def test_an_opportunity_without_its_beginning_is_refused() -> None:
    deletion = next(f.data for f in FACTS if isinstance(f.data, v1.OpportunityDeleted))
    with pytest.raises(MissingBeginningError):
        particulars_after(None, deletion, RECORDED_AT)


def test_a_key_says_whose_and_which() -> None:
    org, opportunity = UUID(int=1), UUID(int=2)
    assert opportunity_of(state_key(org, opportunity)) == (org, opportunity)
    with pytest.raises(msgspec.DecodeError):
        opportunity_of(b"org/opportunity/id")


def test_a_tombstone_of_what_the_log_does_not_know_has_no_place_in_the_lane() -> None:
    record = void_tombstone(state_key(UUID(int=1), UUID(int=2)), 3, 2, RECORDED_AT)
    place = place_of(record.headers, record.timestamp_ms)
    assert (record.value, place.lane, place.lane_position, place.epoch) == (None, 3, 0, 2)
    headers = asyncapi_document()["components"]["messageTraits"]["tombstone"]["headers"]
    said = {name: value.decode() for name, value in record.headers}
    assert list(Draft202012Validator(headers).iter_errors(said)) == []
