"""How values that asyncpg does not know cross the wire: word lists and JSON, in binary."""

import struct
from collections.abc import Iterable
from typing import Any, Final

import asyncpg
import msgspec

_COUNT: Final = struct.Struct("!i")
_POSITIONS: Final = struct.Struct("!H")
_NO_POSITIONS: Final = b"\0\0\0"  # the lexeme's end, and a count of positions of 0
_JSONB_VERSION: Final = b"\x01"


def encode_words(words: Iterable[str]) -> bytes:
    """Write lexemes without positions as PostgreSQL's binary `tsvector`."""
    lexemes = [word.encode() + _NO_POSITIONS for word in words]
    return _COUNT.pack(len(lexemes)) + b"".join(lexemes)


def decode_words(binary: bytes) -> tuple[str, ...]:
    """Read the lexemes of a binary `tsvector`, sorted; positions are passed over."""
    (count,) = _COUNT.unpack_from(binary)
    words: list[str] = []
    place = _COUNT.size
    for _ in range(count):
        end = binary.index(b"\0", place)
        words.append(binary[place:end].decode())
        (positions,) = _POSITIONS.unpack_from(binary, end + 1)
        place = end + 1 + _POSITIONS.size * (positions + 1)
    return tuple(sorted(words))


def _encode_jsonb(value: object) -> bytes:
    return _JSONB_VERSION + msgspec.json.encode(value)


def _decode_jsonb(binary: bytes) -> Any:  # noqa: ANN401 - any JSON value
    return msgspec.json.decode(binary[len(_JSONB_VERSION) :])


async def set_codecs(connection: asyncpg.Connection) -> None:
    """Teach a connection to write and read the columns of the read models."""
    await connection.set_type_codec(
        "tsvector",
        schema="pg_catalog",
        encoder=encode_words,
        decoder=decode_words,
        format="binary",
    )
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=_encode_jsonb,
        decoder=_decode_jsonb,
        format="binary",
    )
