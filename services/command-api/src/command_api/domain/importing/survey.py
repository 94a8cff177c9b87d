"""The first pass over a file: how many rows there are, and what their cells prove together."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from command_api.domain.importing import amounts, confidences, dates
from command_api.domain.importing.amounts import Style
from command_api.domain.importing.columns import Column
from command_api.domain.importing.confidences import Scale
from command_api.domain.importing.dates import Order
from command_api.domain.importing.fields import Field
from command_api.domain.importing.reasons import refuse_file
from command_api.domain.importing.records import Record

MAX_ROWS: Final = 200_000
DATE_FIELDS: Final[tuple[Field, ...]] = ("created_at", "closed_on", "expected_close_date")


class Survey(msgspec.Struct, frozen=True):
    """What a file's rows decide together; `orders` has the order of every date column."""

    rows: int
    amount_style: Style
    orders: dict[Field, Order]
    confidence_scale: Scale


def survey(records: Iterable[Record], fields: Mapping[Field, Column]) -> Survey:
    """Count the rows and weigh the evidence of every column; refuses a file of too many rows."""
    rows = 0
    amount, confidence = amounts.Evidence(), confidences.Evidence()
    days: dict[Field, dates.Evidence] = {
        field: dates.Evidence() for field in DATE_FIELDS if field in fields
    }
    watched: list[tuple[int, amounts.Evidence | confidences.Evidence | dates.Evidence]] = [
        (fields[field].index, evidence) for field, evidence in days.items()
    ]
    if column := fields.get("amount"):
        watched.append((column.index, amount))
    if column := fields.get("confidence"):
        watched.append((column.index, confidence))
    for seen, record in enumerate(records, start=1):
        if seen > MAX_ROWS:  # blank ones too: the limit is there to bound the work
            raise refuse_file("too-many-rows", limit=MAX_ROWS)
        rows += not record.blank
        if record.problem is None:
            for index, evidence in watched:
                if index < len(record.cells):
                    evidence.add(record.cells[index])
    own: dict[Field, Order] = {field: evidence.order for field, evidence in days.items()}
    return Survey(rows, amount.style, _orders(own), confidence.scale)


def _orders(own: dict[Field, Order]) -> dict[Field, Order]:
    """Let a column without evidence follow the others of the file, where those agree."""
    proven = set(own.values()) - {"unknown"}
    common: Order = "unknown"
    if proven == {"day-first"}:
        common = "day-first"
    elif proven == {"month-first"}:
        common = "month-first"
    return {field: common if order == "unknown" else order for field, order in own.items()}
