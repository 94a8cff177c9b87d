"""The committed JSON Schemas are those that the code makes, and the facts keep to them."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from opportunity_events.asyncapi import asyncapi_document
from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC, wire_form
from opportunity_events.envelope import ZERO_HASH, Fact, Recorded
from opportunity_events.opportunity_states import STATE_SCHEMA
from opportunity_events.schemas import render, schemas
from opportunity_events.topic import record_of
from opportunity_events.wire_types import WIRE_NAMES, WIRE_TYPES
from support.fact_samples import samples
from support.logged_samples import logged

SCHEMAS: Final = Path(__file__).parents[2] / "shared" / "events" / "schemas"


def test_there_is_a_committed_schema_for_every_fact_and_for_states_and_no_other() -> None:
    committed = {path.name.removesuffix(".json") for path in SCHEMAS.glob("*.json")}
    assert committed == {*WIRE_TYPES, STATE_SCHEMA}


@pytest.mark.parametrize("name", schemas())
def test_a_committed_schema_is_what_make_schemas_writes(name: str) -> None:
    assert (SCHEMAS / f"{name}.json").read_bytes() == render(schemas()[name])


def test_the_committed_asyncapi_document_is_what_make_schemas_writes() -> None:
    committed = (SCHEMAS.parent / "asyncapi.json").read_bytes()
    assert committed == render(asyncapi_document())


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi_document()
    references = set(re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(document)))
    assert len(references) > len(WIRE_TYPES)
    for reference in references:
        if reference.startswith("./"):
            assert (SCHEMAS.parent / reference).is_file(), reference
            continue
        found: Any = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]


def test_the_headers_that_asyncapi_tells_are_those_of_a_record() -> None:
    headers = asyncapi_document()["components"]["messageTraits"]["fact"]["headers"]
    record = record_of(logged(samples()[0]), epoch=1)
    said = {name: value.decode() for name, value in record.headers}
    assert list(Draft202012Validator(headers).iter_errors(said)) == []
    assert set(said) == set(headers["properties"])


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
