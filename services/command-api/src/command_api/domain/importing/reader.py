"""From a record to a row, or to the reason why not."""

from command_api.domain.importing.identity import Identities, Identity
from command_api.domain.importing.reasons import RowRefused, refuse_row
from command_api.domain.importing.records import Record
from command_api.domain.importing.rows import Refused, Row
from command_api.domain.importing.sheet import Sheet
from command_api.domain.importing.timeline import timeline
from command_api.domain.importing.values import RowValues


class RowReader:
    """Reads the records of one pass in their order; it remembers the ids it has met."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._identities = Identities(tuple(column.name for column in sheet.columns))

    def read(self, record: Record) -> Row | Refused:
        """Read one record."""
        try:
            return self._row(record.line, self._fitting(record))
        except RowRefused as refused:
            return Refused(record.line, refused.reason, record.cells)

    def _fitting(self, record: Record) -> tuple[str, ...]:
        """Return as many cells as the header has; blank ones beyond it are nothing."""
        if record.problem:
            raise RowRefused(record.problem)
        columns = len(self._sheet.columns)
        if len(record.cells) < columns:
            raise refuse_row("too-few-cells", cells=len(record.cells), columns=columns)
        if any(map(str.strip, record.cells[columns:])):
            raise refuse_row("too-many-cells", cells=len(record.cells), columns=columns)
        return record.cells[:columns]

    def _row(self, line: int, cells: tuple[str, ...]) -> Row:
        values = RowValues(self._sheet, cells)
        product = values.text("product")
        title = values.title(product)
        status = values.status()
        times = timeline(values.dates(), status.type, self._sheet.clock)
        money = values.money()
        return Row(
            line=line,
            cells=cells,
            title=title,
            status=status,
            customer=values.customer(),
            owner=values.owner(),
            amount_minor=money.minor,
            currency=money.currency,
            period=values.period(),
            confidence=values.confidence(),
            expected_close_date=times.expected_close_date,
            created_at=times.created_at,
            closed_at=times.closed_at,
            closed_on=times.closed_on,
            note=values.text("note"),
            external_ref=values.text("external_ref"),
            product=product,
            lost_reason=values.lost_reason(status),
            # Last: only a row that goes in takes its id.
            identity=self._identity(values, line, cells),
            assumed=(*times.assumed, *values.assumed),
        )

    def _identity(self, values: RowValues, line: int, cells: tuple[str, ...]) -> Identity:
        if value := values.text("id"):
            return self._identities.by_id(value, line, values.column("id"))
        values.assume("ids-from-content")
        return self._identities.by_content(cells)
