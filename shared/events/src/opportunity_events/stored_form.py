"""A fact as its canonical bytes hold it, and as the wire adds what the log alone knows."""

from typing import Any, Final
from uuid import UUID

import msgspec

from opportunity_events.envelope import Client


class Stored(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """The stored form, its fields in the order of the alphabet, in which they are written.

    `data` is kept raw until its type is known.
    """

    actor: str
    causationid: UUID
    client: Client
    commandid: UUID
    correlationid: str
    data: msgspec.Raw
    datacontenttype: str
    dataschema: str
    id: UUID
    occurredat: str | None = None
    org: UUID
    source: str
    specversion: str
    streamversion: int
    subject: str
    traceparent: str | None = None
    type: str


class Wire(Stored, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """The wire form: the stored one, and the numbers that were given under the lane's lock."""

    hash: str
    position: int
    prevhash: str
    time: str

    def stored(self, occurred_at: str | None) -> Stored:
        """Return the stored form, with the instant that an import gave, or without."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in Stored.__struct_fields__}
        kept["occurredat"] = occurred_at
        return Stored(**kept)


STORED: Final = msgspec.json.Decoder(Stored)
WIRE: Final = msgspec.json.Decoder(Wire)
CANONICAL: Final = msgspec.json.Encoder(order="sorted")
"""Writes canonical JSON: keys sorted, UTF-8, no spaces."""
