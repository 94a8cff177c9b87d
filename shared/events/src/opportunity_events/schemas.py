"""JSON Schemas (2020-12) of all that the topics say: `make schemas` writes them, a test compares.

Run as `python -m opportunity_events.schemas DIRECTORY`.
"""

import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from opportunity_events.codec import data_schema
from opportunity_events.opportunity_states import STATE_SCHEMA, StateChange
from opportunity_events.v1 import FactData
from opportunity_events.wire_types import WIRE_TYPES

_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_UUID: Final = {"type": "string", "format": "uuid"}
_INSTANT: Final = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
}
_ALWAYS: Final = (
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "org",
    "position",
    "streamversion",
    "occurredat",
    "actor",
    "client",
    "commandid",
    "causationid",
    "correlationid",
    "prevhash",
    "hash",
    "data",
)


def fact_schema(name: str, cls: type[FactData]) -> dict[str, Any]:
    """Return the schema of one wire type, envelope and data."""
    (data,), components = msgspec.json.schema_components([cls], ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": data_schema(name),
        "title": name,
        "description": (cls.__doc__ or "").strip().splitlines()[0],
        "type": "object",
        "required": list(_ALWAYS),
        "additionalProperties": False,
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _UUID,
            "source": {"type": "string", "pattern": "^/organizations/"},
            "type": {"const": name},
            "subject": {
                "type": "string",
                "pattern": "^(organization|team|user|board|customer|opportunity)/",
            },
            "time": _INSTANT,
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"const": data_schema(name)},
            "org": _UUID,
            "position": {"type": "integer", "minimum": 1},
            "streamversion": {"type": "integer", "minimum": 1},
            "occurredat": _INSTANT,
            "actor": {"type": "string", "pattern": "^((user|key)/|system$)"},
            "client": {"enum": ["web", "api", "import", "cli", "worker"]},
            "commandid": _UUID,
            "causationid": _UUID,
            "correlationid": {"type": "string"},
            "traceparent": {"type": "string"},
            "prevhash": _HASH,
            "hash": _HASH,
            "data": data,
        },
        "$defs": components,
    }
    return schema


def state_schema() -> dict[str, Any]:
    """Return the schema of what the topic of present states says of an opportunity."""
    (_,), components = msgspec.json.schema_components([StateChange], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": data_schema(STATE_SCHEMA),
        **components.pop(StateChange.__name__),
        "title": STATE_SCHEMA,
        "$defs": components,
    }


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by its name."""
    facts = {name: fact_schema(name, cls) for name, cls in WIRE_TYPES.items()}
    return {**facts, STATE_SCHEMA: state_schema()}


def write_schemas(directory: Path) -> None:
    """Write a file per schema; files of those that are no more would be noticed by the test."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (directory / f"{name}.json").write_bytes(render(schema))


def render(schema: dict[str, Any]) -> bytes:
    """Write a schema down for people and for comparing."""
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
