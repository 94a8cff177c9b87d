"""Places in ordered lists, and the opaque cursors in which clients carry them.

A cursor is no secret: it holds the keys of the last row that was given out, and a digest that
binds them to the list, the filter and the sort. What comes back is checked all the same.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec

from query_api.domain.refusals import BadCursor
from query_api.domain.sorting import KeyKind, Order

MAX_CURSOR_CHARACTERS: Final = 512
MAX_KEY_BYTES: Final = 240
_DIGEST_BYTES: Final = 12
_CANONICAL: Final = msgspec.json.Encoder(order="sorted")
_BIGINT: Final = re.compile(r"-?[0-9]{1,18}")
Key = str | int | date | datetime


@dataclass(frozen=True)
class Place:
    """Just behind a row: its keys, or None for an empty one, and its id.

    A text may be cut to its first `MAX_KEY_BYTES`; then `whole` is false and the rest is to be
    looked up by the id.
    """

    empty: bool
    keys: tuple[Key | None, ...]
    id: UUID
    whole: bool = True


class _Carried(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    empty: bool
    whole: bool
    id: UUID
    keys: list[str | None]


_decoder: Final = msgspec.msgpack.Decoder(_Carried)


def write_cursor(
    keys: tuple[str | None, ...], row_id: UUID, *, empty: bool, binding: Mapping[str, Any]
) -> str:
    """Return the cursor for the place behind a row; the keys are as the database writes them."""
    cut = [None if key is None else _cut(key) for key in keys]
    carried = _Carried(empty, cut == list(keys), row_id, cut)
    payload = msgspec.msgpack.encode(carried)
    sealed = _digest(payload, binding) + payload
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def read_cursor(text: str, order: Order, binding: Mapping[str, Any]) -> Place:
    """Return the place that a cursor carries; raise BadCursor unless it was made for this list."""
    try:
        if len(text) > MAX_CURSOR_CHARACTERS:
            raise BadCursor
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        sealed = base64.b64decode(padded, altchars=b"-_", validate=True)
        digest, payload = sealed[:_DIGEST_BYTES], sealed[_DIGEST_BYTES:]
        if digest != _digest(payload, binding):
            raise BadCursor
        carried = _decoder.decode(payload)
        if len(carried.keys) != len(order.kinds) or (carried.empty and not order.may_be_empty):
            raise BadCursor
        keys = tuple(
            None if key is None else _PARSERS[kind](key)
            for key, kind in zip(carried.keys, order.kinds, strict=True)
        )
        if (keys[-1] is None) is not carried.empty or None in keys[:-1]:
            raise BadCursor
        return Place(carried.empty, keys, carried.id, carried.whole)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise BadCursor from error


def _digest(payload: bytes, binding: Mapping[str, Any]) -> bytes:
    bound = _CANONICAL.encode(dict(binding))
    length = len(bound).to_bytes(4, "big")
    return hashlib.sha256(length + bound + payload).digest()[:_DIGEST_BYTES]


def _cut(key: str) -> str:
    raw = key.encode()
    return key if len(raw) <= MAX_KEY_BYTES else raw[:MAX_KEY_BYTES].decode(errors="ignore")


def _text(key: str) -> str:
    if "\0" in key:
        raise BadCursor
    return key


def _integer(key: str) -> int:
    if not _BIGINT.fullmatch(key):
        raise BadCursor
    return int(key)


def _instant(key: str) -> datetime:
    found = datetime.fromisoformat(key)
    if found.tzinfo is None:
        raise BadCursor
    return found


_PARSERS: Final[Mapping[KeyKind, Callable[[str], Key]]] = MappingProxyType(
    {"date": date.fromisoformat, "instant": _instant, "integer": _integer, "text": _text}
)
