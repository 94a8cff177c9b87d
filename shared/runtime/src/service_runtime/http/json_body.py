"""JSON from outside, read strictly: what two readers could understand differently is refused."""

import json
import math
from collections.abc import Iterator
from typing import Any, Final, NoReturn

_SURROGATES = range(0xD800, 0xE000)
_EXACT = 2**53
"""Up to here every whole number has a float of its own, so that none is rounded to another."""


class MalformedJson(Exception):  # noqa: N818 - says what is so
    """Bytes that are not one JSON value in UTF-8."""


class BadCharacters(Exception):  # noqa: N818 - says what is so
    """JSON whose texts hold NUL or lone surrogates; `pointers` say where."""

    def __init__(self, pointers: list[str]) -> None:
        super().__init__(f"{len(pointers)} texts")
        self.pointers = pointers


def parse_json(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read one JSON value: UTF-8, no repeated keys, no NaN, no NUL or lone surrogate in text.

    Raises MalformedJson or BadCharacters.
    """
    try:
        text = raw.decode("utf-8")
        value = _strict.decode(text)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(type(error).__name__) from error
    # only an escape can bring such a character through the decoder and the parser
    if "\\u" in text and (pointers := list(_bad_texts(value))):
        raise BadCharacters(pointers)
    return value


def has_bad_characters(text: str) -> bool:
    """Say whether a text holds NUL or a lone surrogate, which no column takes."""
    return "\0" in text or any(ord(character) in _SURROGATES for character in text)


def pointer_of(*steps: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of a place."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is repeated")
    return value


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _finite(text: str) -> float | int:
    """Read a number with a point or an exponent; a whole one is whole however it is written."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("out of range")
    return int(number) if number.is_integer() and abs(number) <= _EXACT else number


_strict: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite
)


def _bad_texts(value: object) -> Iterator[str]:
    """Yield the pointers of the bad texts; a bad key is told by its object's pointer."""
    pending: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while pending:
        place, found = pending.pop()
        if isinstance(found, str):
            if has_bad_characters(found):
                yield pointer_of(*place)
        elif isinstance(found, dict):
            for key, inner in found.items():
                if has_bad_characters(key):
                    yield pointer_of(*place)
                else:
                    pending.append(((*place, key), inner))
        elif isinstance(found, list):
            pending.extend(((*place, index), inner) for index, inner in enumerate(found))
