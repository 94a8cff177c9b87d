"""Single values of query parameters, read strictly; what makes no sense says how to mend it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from opportunity_filters.refusals import BadFilter
from service_runtime.languages import Words

MAX_VALUES: Final = 100
MAX_INTEGER: Final = 9_007_199_254_740_991
Values = Mapping[str, Sequence[str]]
"""The query as it came: every key with its values, in order."""

_T = TypeVar("_T")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INTEGER: Final = re.compile(r"[0-9]{1,16}")


def read_each(values: Values, key: str, read: Callable[[str, str], _T]) -> tuple[_T, ...] | None:
    """Read all values of a key, each once; None where the key is not there."""
    given = values.get(key)
    if not given:
        return None
    if len(given) > MAX_VALUES:
        raise BadFilter(
            key,
            Words(
                f"Tối đa {MAX_VALUES} giá trị cho một tham số.",
                f"At most {MAX_VALUES} values of one parameter.",
            ),
        )
    return tuple(dict.fromkeys(read(key, text) for text in given))


def parse_uuid(text: str) -> UUID | None:
    """Read a UUID in its usual form; None for anything else."""
    return UUID(text) if _UUID.fullmatch(text) else None


def read_uuid(key: str, text: str) -> UUID:
    """Read an id."""
    found = parse_uuid(text)
    if found is None:
        raise BadFilter(key, Words("Giá trị phải là một mã UUID.", "This must be a UUID."))
    return found


def read_integer(key: str, text: str, *, least: int = 0, most: int = MAX_INTEGER) -> int:
    """Read a whole number within limits."""
    if not _INTEGER.fullmatch(text) or not least <= int(text) <= most:
        raise BadFilter(
            key,
            Words(
                f"Giá trị phải là số nguyên từ {least} đến {most}.",
                f"This must be a whole number from {least} to {most}.",
            ),
        )
    return int(text)


def read_flag(key: str, text: str) -> bool:
    """Read `true` or `false`."""
    return read_choice(key, text, ("true", "false")) == "true"


def read_choice(key: str, text: str, choices: Iterable[str]) -> str:
    """Read one of a few words."""
    known = tuple(choices)
    if text not in known:
        listed = ", ".join(known)
        raise BadFilter(
            key, Words(f"Giá trị phải là một trong: {listed}.", f"This must be one of: {listed}.")
        )
    return text
