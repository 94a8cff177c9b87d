"""The committed JSON Schemas are those that the code makes, and the facts keep to them."""

import json
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC, wire_form
from opportunity_events.envelope import ZERO_HASH, Fact, Recorded
from opportunity_events.schemas import fact_schema, render
from opportunity_events.wire_types import WIRE_NAMES, WIRE_TYPES
from support.fact_samples import samples

SCHEMAS: Final = Path(__file__).parents[2] / "shared" / "events" / "schemas"


def test_there_is_a_committed_schema_for_every_fact_and_no_other() -> None:
    assert {path.name.removesuffix(".json") for path in SCHEMAS.glob("*.json")} == set(WIRE_TYPES)


@pytest.mark.parametrize("name", WIRE_TYPES)
def test_a_committed_schema_is_what_make_schemas_writes(name: str) -> None:
    assert (SCHEMAS / f"{name}.json").read_bytes() == render(fact_schema(name, WIRE_TYPES[name]))


@pytest.mark.parametrize("fact", samples(), ids=lambda fact: WIRE_NAMES[type(fact.data)])
def test_a_fact_on_the_wire_keeps_to_its_schema(fact: Fact) -> None:
    name = WIRE_NAMES[type(fact.data)]
    schema = json.loads((SCHEMAS / f"{name}.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    canonical = CODEC.encode(fact)
    moment = next(sample.occurred_at for sample in samples() if sample.occurred_at is not None)
    recorded = Recorded(fact, 0, 1, 1, moment, moment, ZERO_HASH, chain_hash(ZERO_HASH, canonical))
    form = wire_form(canonical, recorded)
    assert list(Draft202012Validator(schema).iter_errors(form)) == []
    form["data"] = {"surprise": 1}
    assert list(Draft202012Validator(schema).iter_errors(form)) != []
