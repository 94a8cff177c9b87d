"""The AsyncAPI 3.0 document of the topic: `make schemas` writes it, a test compares.

Run as `python -m opportunity_events.asyncapi FILE`.
"""

import sys
from pathlib import Path
from typing import Any, Final

from opportunity_events.schemas import render
from opportunity_events.topic import CONTENT_TYPE, FACTS_TOPIC
from opportunity_events.wire_types import WIRE_TYPES

_POSITIVE: Final = {"type": "string", "pattern": "^[1-9][0-9]*$"}
_HEADERS: Final[dict[str, Any]] = {
    "content-type": {"const": CONTENT_TYPE.decode()},
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
            "title": "Cohoi: the facts",
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
            }
        },
        "operations": {
            "publishFacts": {
                "action": "send",
                "channel": {"$ref": "#/channels/facts"},
                "summary": "One relay publishes a lane at a time, behind what the topic ends with.",
            }
        },
        "components": {
            "messages": {_message(name): _of(name) for name in names},
            "messageTraits": {"fact": {"headers": _headers(), "bindings": _key()}},
        },
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


def _headers() -> dict[str, Any]:
    return {"type": "object", "required": sorted(_HEADERS), "properties": _HEADERS}


def _key() -> dict[str, Any]:
    example = (
        "0192f0c1-7a00-7000-8000-000000000001/opportunity/0192f0c1-7a00-7000-8000-0000000000a0"
    )
    return {
        "kafka": {
            "key": {"type": "string", "description": "organization/kind/id", "examples": [example]},
            "bindingVersion": "0.5.0",
        }
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(render(asyncapi_document()))
