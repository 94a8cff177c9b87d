"""Facts to canonical bytes and back, and to the wire form that feed and topic give out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from opportunity_events.envelope import (
    STREAM_KINDS,
    Cause,
    Fact,
    Recorded,
    Stream,
    instant,
)
from opportunity_events.stored_form import CANONICAL, STORED, Stored
from opportunity_events.upcasters import UPCASTERS, Upcaster
from opportunity_events.v1 import FactData
from opportunity_events.wire_types import WIRE_NAMES, WIRE_TYPES


class UnknownFactError(Exception):
    """A wire type that this code does not know: stop loudly, never skip."""


class MalformedFactError(Exception):
    """Bytes that are no fact: damaged, or written by something else."""


class Codec:
    """Encodes facts canonically and decodes any version of them ever written."""

    def __init__(
        self,
        types: Mapping[str, type[FactData]] = WIRE_TYPES,
        upcasters: Mapping[str, Upcaster] = UPCASTERS,
    ) -> None:
        self._decoders = {name: msgspec.json.Decoder(cls) for name, cls in types.items()}
        self._types = types
        self._upcasters = upcasters

    def encode(self, fact: Fact) -> bytes:
        """Return the canonical bytes: sorted keys, UTF-8, no spaces, absent attributes left out.

        What cannot be read back is never written: raises MalformedFactError for data with a value
        that its type does not allow.
        """
        name = WIRE_NAMES[type(fact.data)]
        data = msgspec.Raw(CANONICAL.encode(fact.data))
        try:
            self._decoders[name].decode(data)
        except msgspec.ValidationError as error:
            raise MalformedFactError(f"{name}: {error}") from error
        cause = fact.cause
        stream, occurred_at = fact.stream, fact.occurred_at
        return CANONICAL.encode(
            Stored(
                actor=cause.actor,
                causationid=cause.causation_id,
                client=cause.client,
                commandid=cause.command_id,
                correlationid=cause.correlation_id,
                data=data,
                datacontenttype="application/json",
                dataschema=data_schema(name),
                id=fact.event_id,
                occurredat=None if occurred_at is None else instant(occurred_at),
                org=stream.org,
                source=f"/organizations/{stream.org}",
                specversion="1.0",
                streamversion=fact.version,
                subject=stream.subject,
                traceparent=cause.traceparent,
                type=name,
            )
        )

    def decode(self, canonical: bytes) -> Fact:
        """Read canonical bytes back, upcast to today's version.

        Raises UnknownFactError for a type that is not ours, MalformedFactError for damaged bytes.
        """
        try:
            stored = STORED.decode(canonical)
            data = self._data(stored.type, stored.data)
            kind, _, stream_id = stored.subject.partition("/")
            if kind not in STREAM_KINDS:
                raise MalformedFactError(f"no such stream kind: {kind!r}")
            return Fact(
                stream=Stream(stored.org, kind, UUID(stream_id)),
                version=stored.streamversion,
                cause=Cause(
                    stored.actor,
                    stored.client,
                    stored.commandid,
                    stored.causationid,
                    stored.correlationid,
                    stored.traceparent,
                ),
                data=data,
                occurred_at=None
                if stored.occurredat is None
                else datetime.fromisoformat(stored.occurredat),
            )
        except (msgspec.DecodeError, ValueError) as damage:
            raise MalformedFactError(str(damage)) from damage

    def _data(self, name: str, raw: msgspec.Raw) -> FactData:
        if name in self._decoders:
            return self._decoders[name].decode(raw)
        data: Any = msgspec.json.decode(raw)
        while name in self._upcasters:
            data = self._upcasters[name].upcast(data)
            name = self._upcasters[name].target
        if name not in self._types:
            raise UnknownFactError(name)
        return msgspec.convert(data, self._types[name])


CODEC: Final = Codec()


def data_schema(name: str) -> str:
    """Name the JSON Schema of a wire type (shared/events/schemas has the file)."""
    return f"urn:cohoi:schema:{name}"


def wire_form(canonical: bytes, recorded: Recorded) -> dict[str, Any]:
    """Return the fact as feed and topic give it out: the stored form and what the log knows."""
    form: dict[str, Any] = msgspec.json.decode(canonical)
    form["position"] = recorded.position
    form["time"] = instant(recorded.recorded_at)
    form["occurredat"] = instant(recorded.occurred_at)
    form["prevhash"] = recorded.prev_hash.hex()
    form["hash"] = recorded.hash.hex()
    return form


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Write any JSON value canonically: keys sorted, UTF-8, no spaces."""
    return CANONICAL.encode(value)
