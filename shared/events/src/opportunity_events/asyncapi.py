"""The AsyncAPI 3.0 document of the topics: `make schemas` writes it, a test compares.

Run as `python -m opportunity_events.asyncapi FILE`.
"""

import sys
from pathlib import Path
from typing import Any, Final

from opportunity_events.opportunity_states import (
    STATE_CONTENT_TYPE,
    STATE_SCHEMA,
    STATES_TOPIC,
    StateChange,
)
from opportunity_events.schemas import render
from opportunity_events.topic import CONTENT_TYPE, FACTS_TOPIC
from opportunity_events.wire_types import WIRE_TYPES

_POSITIVE: Final = {"type": "string", "pattern": "^[1-9][0-9]*$"}
_STATE: Final = "opportunity_state_v1"
_TOMBSTONE: Final = "opportunity_tombstone"
_ORG_EXAMPLE: Final = "0192f0c1-7a00-7000-8000-000000000001"
_OPPORTUNITY_EXAMPLE: Final = "0192f0c1-7a00-7000-8000-0000000000a0"
_FACT_KEY: Final[dict[str, Any]] = {
    "type": "string",
    "description": "organization/kind/id",
    "examples": [f"{_ORG_EXAMPLE}/opportunity/{_OPPORTUNITY_EXAMPLE}"],
}
_UUID: Final = {"type": "string", "format": "uuid"}
_STATE_KEY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "org"],
    "additionalProperties": False,
    "properties": {"id": _UUID, "org": _UUID},
    "examples": [{"id": _OPPORTUNITY_EXAMPLE, "org": _ORG_EXAMPLE}],
}
_NOT_NEGATIVE: Final = {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}
_OF_NO_FACT: Final[dict[str, dict[str, Any]]] = {
    "type": {"type": "string", "description": "The wire type of the deletion, or void."},
    "laneposition": {**_NOT_NEGATIVE, "description": "0 where it comes from no fact."},
    "streamversion": {**_NOT_NEGATIVE, "description": "0 where it comes from no fact."},
}
_HEADERS: Final[dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid", "description": "The fact's id: the dedupe key."},
    "type": {"type": "string", "description": "The wire type, as in the value."},
    "lane": {
        "type": "string",
        "pattern": "^(0|[1-9][0-9]*)$",
        "description": "The lane, which is the partition.",
    },
    "laneposition": {
        **_POSITIVE,
        "description": "1, 2, 3 … without a gap, in the order of the lane.",
    },
    "laneepoch": {
        **_POSITIVE,
        "description": "Which story of the lane it belongs to; it grows where an operator adopts.",
    },
    "streamversion": {**_POSITIVE, "description": "The version of the thing that it is about."},
    "hash": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "description": "SHA-256 of the previous hash of the stream and the canonical bytes.",
    },
}


def asyncapi_document() -> dict[str, Any]:
    """Return the document; the schemas of the values stand in files of their own."""
    names = sorted(WIRE_TYPES)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cohoi: the facts, and present states",
            "version": "1.0.0",
            "description": "Every fact of every organization of an installation, once and in order "
            "for whoever holds them against their lane positions. docs/stream.md says how.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE.decode(),
        "channels": {
            "facts": {
                "address": FACTS_TOPIC,
                "title": "Facts",
                "description": "A partition for each lane, kept for ever, never compacted. The key "
                "is organization and subject.",
                "messages": {
                    _message(name): {"$ref": f"#/components/messages/{_message(name)}"}
                    for name in names
                },
                "bindings": {
                    "kafka": {
                        "topic": FACTS_TOPIC,
                        "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1},
                        "bindingVersion": "0.5.0",
                    }
                },
            },
            "states": _states(),
        },
        "operations": {
            "publishFacts": {
                "action": "send",
                "channel": {"$ref": "#/channels/facts"},
                "summary": "One relay publishes a lane at a time, behind what the topic ends with.",
            },
            "publishStates": {
                "action": "send",
                "channel": {"$ref": "#/channels/states"},
                "summary": "One relay says a lane at a time; it may say the same again.",
            },
        },
        "components": {
            "messages": {
                **{_message(name): _of(name) for name in names},
                _STATE: _state(),
                _TOMBSTONE: _tombstone(),
            },
            "messageTraits": {
                "fact": {"headers": _headers(CONTENT_TYPE), "bindings": _key(_FACT_KEY)},
                "state": {
                    "headers": _headers(STATE_CONTENT_TYPE),
                    "bindings": _key(_STATE_KEY),
                },
                "tombstone": {
                    "headers": _headers(STATE_CONTENT_TYPE, **_OF_NO_FACT),
                    "bindings": _key(_STATE_KEY),
                },
            },
        },
    }


def _states() -> dict[str, Any]:
    return {
        "address": STATES_TOPIC,
        "title": "Present states",
        "description": "A partition for each lane, compacted: of each opportunity what stands now. "
        "There where COHOI_KAFKA_STATES_TOPIC names it.",
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in (_STATE, _TOMBSTONE)
        },
        "bindings": {
            "kafka": {
                "topic": STATES_TOPIC,
                "topicConfiguration": {"cleanup.policy": ["compact"]},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _state() -> dict[str, Any]:
    return {
        "name": STATE_SCHEMA,
        "title": STATE_SCHEMA,
        "summary": (StateChange.__doc__ or "").strip().splitlines()[0],
        "contentType": STATE_CONTENT_TYPE.decode(),
        "traits": [{"$ref": "#/components/messageTraits/state"}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{STATE_SCHEMA}.json"},
        },
    }


def _tombstone() -> dict[str, Any]:
    return {
        "name": "tombstone",
        "title": "tombstone",
        "summary": "The opportunity was deleted: from here on the key stands for nothing. Or, of "
        "type void, a restored log does not know it.",
        "contentType": STATE_CONTENT_TYPE.decode(),
        "traits": [{"$ref": "#/components/messageTraits/tombstone"}],
        "payload": {"type": "null"},
    }


def _message(name: str) -> str:
    """Return a name without the dot, which references do not take."""
    return name.replace(".", "_")


def _of(name: str) -> dict[str, Any]:
    described = (WIRE_TYPES[name].__doc__ or "").strip().splitlines()[0]
    return {
        "name": name,
        "title": name,
        "summary": described,
        "traits": [{"$ref": "#/components/messageTraits/fact"}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{name}.json"},
        },
    }


def _headers(content_type: bytes, **others: dict[str, Any]) -> dict[str, Any]:
    headers = {"content-type": {"const": content_type.decode()}, **_HEADERS, **others}
    return {"type": "object", "required": sorted(headers), "properties": headers}


def _key(key: dict[str, Any]) -> dict[str, Any]:
    return {"kafka": {"key": key, "bindingVersion": "0.5.0"}}


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(render(asyncapi_document()))
