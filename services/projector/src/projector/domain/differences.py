"""What differs between what is stored and what the facts say, as data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from projector.domain.tables import Row, Table

SHOWN: Final = 100
WHOLE_ROW: Final = "*"
UNREADABLE: Final = "\x00not to be read any more"
"""Stands for a personal value whose key is gone, while its erasure is not applied yet."""

_PEOPLE: Final = frozenset({"users", "user_versions", "customers", "customer_versions", "contacts"})
_PERSONAL: Final = frozenset(
    {"name", "name_key", "words", "email", "phone", "title", "note", "contacts"}
)
_Contacts = list[dict[str, str | None]]


@dataclass(frozen=True)
class Difference:
    """One cell, or one row, that is not what the facts say."""

    table: str
    key: str
    column: str
    stored: str
    expected: str


class Findings:
    """Differences: all counted, the first hundred kept."""

    def __init__(self) -> None:
        self.count = 0
        self.shown: list[Difference] = []

    def add(self, table: str, key: str, column: str, stored: object, expected: object) -> None:
        """Note one difference."""
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(Difference(table, key, column, _show(stored), _show(expected)))


def compare_rows(
    table: Table, stored: Sequence[Any] | None, expected: Row | None, findings: Findings
) -> int:
    """Compare two rows cell by cell; return how many cells were compared."""
    if stored is None:
        if expected is not None:
            _add_row(table, expected, "no row", "a row", findings)
        return 0
    if expected is None:
        _add_row(table, stored, "a row", "no row", findings)
        return 0
    if tuple(stored) != expected:
        for column, was, should in _differing(table, stored, expected):
            findings.add(f"read.{table.name}", _show_key(table.key(expected)), column, was, should)
    return len(expected)


def _add_row(
    table: Table, row: Sequence[Any], stored: str, expected: str, findings: Findings
) -> None:
    findings.add(f"read.{table.name}", _show_key(table.key(row)), WHOLE_ROW, stored, expected)


def _differing(
    table: Table, stored: Sequence[Any], expected: Row
) -> Iterator[tuple[str, Any, Any]]:
    unreadable = UNREADABLE in expected
    for column, was, should in zip(table.columns, stored, expected, strict=True):
        personal = column in _PERSONAL and (table.name in _PEOPLE or column == "note")
        if was == should or (personal and (unreadable or _unread(was, should))):
            continue
        # what is personal is in no output: that it differs is enough
        yield (column, "[personal]", "[personal]") if personal else (column, was, should)


def _unread(stored: object, expected: object) -> bool:
    """Say whether contacts differ in nothing but what is not to be read any more."""
    if not isinstance(stored, list) or not isinstance(expected, list):
        return False
    were, should_be = cast("_Contacts", stored), cast("_Contacts", expected)
    return len(were) == len(should_be) and all(
        was.keys() == should.keys()
        and all(should[name] in {UNREADABLE, was[name]} for name in should)
        for was, should in zip(were, should_be, strict=True)
    )


def _show_key(key: Row) -> str:
    return " ".join(map(str, key))


def _show(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
