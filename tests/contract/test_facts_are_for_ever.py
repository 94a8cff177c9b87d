"""The bytes of every fact are pinned: what was written once must be read, and hashed, for ever."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import pytest

from opportunity_events import v1
from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC, Codec, MalformedFactError, UnknownFactError, wire_form
from opportunity_events.envelope import ZERO_HASH, Fact, Recorded, Stream, event_id
from opportunity_events.upcasters import Upcaster
from opportunity_events.wire_types import WIRE_NAMES, WIRE_TYPES
from support.fact_samples import CAUSE, ORG, samples

GOLDEN: Final = Path(__file__).parent / "golden" / "facts"


def _name(fact: Fact) -> str:
    return WIRE_NAMES[type(fact.data)]


def test_there_is_a_golden_file_for_every_fact_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(WIRE_TYPES)
    assert {_name(fact) for fact in samples()} == set(WIRE_TYPES)


@pytest.mark.parametrize("fact", samples(), ids=_name)
def test_a_fact_is_written_as_its_golden_bytes(fact: Fact) -> None:
    assert CODEC.encode(fact) == (GOLDEN / f"{_name(fact)}.json").read_bytes()


@pytest.mark.parametrize("fact", samples(), ids=_name)
def test_golden_bytes_are_read_as_the_fact(fact: Fact) -> None:
    assert CODEC.decode((GOLDEN / f"{_name(fact)}.json").read_bytes()) == fact


@pytest.mark.parametrize("fact", samples(), ids=_name)
def test_canonical_bytes_are_those_of_any_canonical_json_writer(fact: Fact) -> None:
    written = CODEC.encode(fact)
    again = json.dumps(
        json.loads(written), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert again.encode() == written


def test_the_hashes_of_the_golden_facts_as_one_chain_never_change() -> None:
    last = ZERO_HASH
    for fact in samples():
        last = chain_hash(last, CODEC.encode(fact))
    assert last.hex() == (GOLDEN.parent / "chain.txt").read_text().strip()


def test_a_hash_covers_the_previous_hash_and_the_bytes() -> None:
    assert chain_hash(ZERO_HASH, b"x") == sha256(bytes(32) + b"x").digest()


def test_an_event_id_is_derived_from_organization_stream_and_version() -> None:
    fact = samples()[0]
    assert event_id(fact.stream, 1) == UUID("d488717f-188d-52aa-96c0-b2d725dccc9a")
    assert event_id(fact.stream, 2) != event_id(fact.stream, 1)


def test_absent_attributes_are_left_out_and_never_null() -> None:
    attributes = json.loads(CODEC.encode(samples()[1]))
    assert "occurredat" not in attributes
    assert None not in attributes.values()


def test_the_wire_form_adds_what_only_the_log_knows() -> None:
    fact = samples()[1]
    canonical = CODEC.encode(fact)
    moment = samples()[0].occurred_at
    assert moment is not None
    recorded = Recorded(fact, 0, 9, 4, moment, moment, ZERO_HASH, chain_hash(ZERO_HASH, canonical))
    form = wire_form(canonical, recorded)
    assert form["position"] == 4
    assert form["time"] == form["occurredat"] == "2026-11-24T03:04:05.000060Z"
    assert form["prevhash"] == "00" * 32
    assert "laneposition" not in form


def test_a_fact_of_an_unknown_type_stops_the_reader() -> None:
    damaged = CODEC.encode(samples()[0]).replace(
        b"organization_created.v1", b"organization_created.v9"
    )
    with pytest.raises(UnknownFactError):
        CODEC.decode(damaged)


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_damaged_bytes_are_no_fact(cut: int) -> None:
    with pytest.raises(MalformedFactError):
        CODEC.decode(CODEC.encode(samples()[0])[:cut])


def test_an_older_version_is_upcast_step_by_step_while_its_bytes_stay() -> None:
    """A made-up history of team_added: v0 called the name `title`, v00 had it in capitals."""

    def from_shouting(data: dict[str, Any]) -> dict[str, Any]:
        return {"title": str(data["TITLE"]).title()}

    def from_title(data: dict[str, Any]) -> dict[str, Any]:
        return {"name": data["title"]}

    codec = Codec(
        upcasters={
            "team_added.v00": Upcaster("team_added.v0", from_shouting),
            "team_added.v0": Upcaster("team_added.v1", from_title),
        }
    )
    written = (GOLDEN / "team_added.v1.json").read_bytes()
    old = written.replace(b"team_added.v1", b"team_added.v00").replace(
        '"name":"Miền Bắc"'.encode(), b'"TITLE":"NORTH"'
    )
    assert codec.decode(old).data == v1.TeamAdded("North")
    assert codec.decode(old).cause == CAUSE
    assert codec.decode(old).stream.org == ORG


def test_what_cannot_be_read_back_is_never_written() -> None:
    absent: Any = msgspec.UNSET
    stream = Stream(UUID(int=1), "team", UUID(int=2))
    fact = Fact(stream, 2, CAUSE, v1.TeamRenamed("North", absent))
    with pytest.raises(MalformedFactError, match="to"):
        CODEC.encode(fact)
