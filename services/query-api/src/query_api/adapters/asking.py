"""Putting a statement to the read schema and reading what stands at the head of every answer."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from query_api.application.answers import Last, Page, Single, Standing
from query_api.domain.totals import PeriodSums, Sums, TotalsRow
from service_runtime.fragments import Statement
from service_runtime.read_schema import ReadSchema

ACQUIRE_TIMEOUT_S: Final = 5.0
_TotalsCells = tuple[str | None, str, str, str, str, str, str, str, str, str, str]
_totals_decoder: Final = msgspec.json.Decoder(list[_TotalsCells])
_last_decoder: Final = msgspec.json.Decoder(Last)


async def ask(reads: ReadSchema, statement: Statement) -> asyncpg.Record:
    """Put one statement that answers one row, and says the generation in its head."""
    text, values = statement.numbered()
    return await reads.ask(statement.values["org"], text, *values)


def standing_of(row: asyncpg.Record) -> Standing:
    """Read where an answer is true."""
    return Standing(row["position"], row["time_zone"], row["language"], tuple(row["unknown"]))


def raw(text: str) -> msgspec.Raw:
    """Take JSON that the database wrote as it is."""
    return msgspec.Raw(text.encode())


def page_of(row: asyncpg.Record) -> Page:
    """Read a page."""
    last = row["last"]
    return Page(raw(row["items"]), None if last is None else _last_decoder.decode(last))


def single_of(row: asyncpg.Record) -> Single | None:
    """Read a single thing; None where there is none."""
    return None if row["version"] is None else Single(row["version"], raw(row["item"]))


def totals_of(text: str) -> tuple[TotalsRow, ...]:
    """Read sums; all figures come as decimal text, for they outgrow JSON's numbers."""
    return tuple(_totals_row(cells) for cells in _totals_decoder.decode(text))


def _totals_row(cells: Sequence[Any]) -> TotalsRow:
    status, kind, currency, *figures = cells
    count, not_estimated, *sums = (int(figure) for figure in figures)
    return TotalsRow(
        status_id=None if status is None else UUID(status),
        type=kind,
        currency=currency,
        sums=Sums(count, not_estimated, PeriodSums(*sums[:3]), PeriodSums(*sums[3:])),
    )
