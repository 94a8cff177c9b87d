"""The front door of reading: what a file is taken for, and its rows.

A dry run and the real one do the same: `plan(raw, options)`, then `rows()`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import dropwhile, islice
from typing import Final

from command_api.domain.importing.assumptions import Assumption
from command_api.domain.importing.columns import Column, Header, read_header
from command_api.domain.importing.currencies import candidates
from command_api.domain.importing.encoding import Decoded, Encoding, How, decode
from command_api.domain.importing.fields import Field
from command_api.domain.importing.mapping import Mapped, map_columns
from command_api.domain.importing.reader import RowReader
from command_api.domain.importing.reasons import refuse_file
from command_api.domain.importing.records import Record, records
from command_api.domain.importing.rows import Refused, Row
from command_api.domain.importing.separator import Separated, Separator, find_separator
from command_api.domain.importing.sheet import Sheet
from command_api.domain.importing.survey import survey
from command_api.domain.importing.timeline import Clock
from command_api.domain.money import minor_digits
from command_api.domain.text import status_key
from opportunity_events.v1 import Language, StatusType

_SCALES: Final = frozenset(
    (
        *("nghìn", "ngàn", "triệu", "tỷ", "tỉ", "trieu", "thousand", "thousands", "million"),
        *("millions", "billion", "billions", "mn", "bn"),
    )
)
_SHORT_SCALES: Final = frozenset(("k", "m", "tr", "trđ", "000", "000s", "1000"))
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller says of a file and where it goes.

    `currency`: of amounts that do not say theirs. `now`: aware. `statuses`: the board's live ones,
    by `status_key(name)`. `mapping`: column name to field, null for a column not to be read.
    """

    currency: str
    language: Language
    zone: tzinfo
    now: datetime
    statuses: Mapping[str, StatusType] = field(default_factory=dict[str, StatusType])
    mapping: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file is taken for. `total` counts its rows; `assumptions` are those of the whole file.

    Each row carries what was assumed of it alone; an `AssumptionTally` adds them up.
    """

    encoding: Encoding
    encoding_by: How
    separator: Separator
    mapping: tuple[Mapped, ...]
    total: int
    assumptions: tuple[Assumption, ...]
    sheet: Sheet
    _text: str
    _separated: Separated

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns: the header of a file of refused rows."""
        return tuple(column.name for column in self.sheet.columns)

    def rows(self) -> Iterator[Row | Refused]:
        """Yield every row in the order of the file; each call reads it anew, and to the same."""
        reader = RowReader(self.sheet)
        for record in _data(self._text, self._separated):
            if not record.blank:
                yield reader.read(record)


def plan(raw: bytes, options: Options) -> Plan:
    """Look through a file; raises `FileRefused` where it cannot be read at all."""
    if minor_digits(options.currency) is None:
        raise refuse_file("unknown-file-currency", currency=options.currency)
    decoded = decode(raw)
    separated = find_separator(decoded.text)
    header = _header(decoded.text, separated)
    mapping = map_columns(header.columns, options.mapping)
    fields = _fields(header, mapping)
    found = survey(_data(decoded.text, separated), fields)
    sheet = Sheet(
        columns=header.columns,
        fields=fields,
        survey=found,
        currency=_header_currency(fields) or options.currency,
        language=options.language,
        statuses=options.statuses,
        clock=Clock(options.now, options.zone),
    )
    return Plan(
        encoding=decoded.encoding,
        encoding_by=decoded.how,
        separator=separated.separator,
        mapping=mapping,
        total=found.rows,
        assumptions=tuple(_whole_file(decoded, header, sheet, options.currency)),
        sheet=sheet,
        _text=decoded.text,
        _separated=separated,
    )


def _filled(text: str, separated: Separated) -> Iterator[Record]:
    every = records(text, separated.separator, separated.start, separated.line)
    return dropwhile(lambda record: record.blank, every)


def _data(text: str, separated: Separated) -> Iterator[Record]:
    """Return the records behind the header, blank ones too."""
    return islice(_filled(text, separated), 1, None)


def _header(text: str, separated: Separated) -> Header:
    first = next(_filled(text, separated), None)
    if first is None:
        raise refuse_file("empty-file")
    if first.problem and first.problem.code != "cell-too-long":
        raise refuse_file("unreadable-header", line=first.line)
    return read_header(first.cells)


def _fields(header: Header, mapping: tuple[Mapped, ...]) -> dict[Field, Column]:
    """Return the column of every field that has one."""
    pairs = zip(header.columns, mapping, strict=True)
    fields: dict[Field, Column] = {mapped.field: column for column, mapped in pairs if mapped.field}
    if not fields:
        names = ", ".join(column.name for column in header.columns)
        raise refuse_file("nothing-mapped", columns=names)
    if (amount := fields.get("amount")) and _scaled(amount):
        raise refuse_file("scaled-amounts", column=amount.name)
    return fields


def _scaled(column: Column) -> bool:
    """Whether a header says that its figures are thousands or millions."""
    phrase = _WORD.findall(status_key(column.phrase))
    qualifier = _WORD.findall(status_key(column.qualifier))
    return not _SCALES.isdisjoint(phrase) or not (_SCALES | _SHORT_SCALES).isdisjoint(qualifier)


def _header_currency(fields: dict[Field, Column]) -> str | None:
    """Return the currency that the amount's header names, if it names one alone."""
    amount = fields.get("amount")
    named = candidates(amount.qualifier) if amount else ()
    return named[0] if len(named) == 1 else None


def _whole_file(
    decoded: Decoded, header: Header, sheet: Sheet, currency: str
) -> Iterator[Assumption]:
    rows = sheet.survey.rows
    if decoded.how == "fallback":
        yield Assumption("encoding-guessed", {"encoding": "Windows-1258"}, rows)
    for column in header.renamed:
        yield Assumption("column-named", {"column": column.name}, rows)
    if sheet.currency != currency and (amount := sheet.fields.get("amount")):
        params = {"column": amount.name, "currency": sheet.currency}
        yield Assumption("currency-from-header", {**params}, rows)
