"""The cells of one row as typed values, each by what its column decided."""

import re
from typing import Final

import msgspec

from command_api.domain.importing.amounts import minor_amount, read_figure
from command_api.domain.importing.assumptions import Assumed, AssumptionCode
from command_api.domain.importing.confidences import read_confidence
from command_api.domain.importing.currencies import currency_of_amount, named_currency
from command_api.domain.importing.dates import Moment, read_moment
from command_api.domain.importing.fields import Field
from command_api.domain.importing.identity import ID_CHARACTERS
from command_api.domain.importing.periods import read_period
from command_api.domain.importing.reasons import Param, refuse_row
from command_api.domain.importing.sheet import DEFAULT_TITLE, NO_CUSTOMER, Sheet
from command_api.domain.importing.statuses import FoundStatus, find_status
from command_api.domain.importing.timeline import Dates
from command_api.domain.text import (
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    REASON_CHARACTERS,
    REFERENCE_CHARACTERS,
    TITLE_CHARACTERS,
    normalize_name,
    normalize_text,
)
from opportunity_events.v1 import Period

_EMAIL_CHARACTERS: Final = 254
_LIMITS: Final[dict[Field, int]] = {
    "id": ID_CHARACTERS,
    "title": TITLE_CHARACTERS,
    "product": TITLE_CHARACTERS,
    "customer": NAME_CHARACTERS,
    "owner": _EMAIL_CHARACTERS,  # an address may stand for the name
    "status": NAME_CHARACTERS,
    "external_ref": REFERENCE_CHARACTERS,
    "lost_reason": REASON_CHARACTERS,
    "note": NOTE_CHARACTERS,
}
_RUNNING_TEXT: Final[frozenset[Field]] = frozenset({"note", "lost_reason"})
# Tabs and line breaks become spaces in names; everything else of the kind is nobody's intention.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_BREAK: Final = re.compile(r"\r\n?")


class Money(msgspec.Struct, frozen=True):
    """Minor units or "not estimated", and the currency, which is never unknown."""

    minor: int | None
    currency: str


class RowValues:
    """One row's values; whatever is asked for adds to what was taken for granted."""

    def __init__(self, sheet: Sheet, cells: tuple[str, ...]) -> None:
        self._sheet = sheet
        self._cells = cells
        self.assumed: list[Assumed] = []

    def assume(self, code: AssumptionCode, **params: Param) -> None:
        """Note that something was taken for granted."""
        self.assumed.append(Assumed(code, params))

    def column(self, field: Field) -> str:
        """Return the name of a field's column for people, empty where the file has none."""
        column = self._sheet.fields.get(field)
        return column.name if column else ""

    def cell(self, field: Field) -> str:
        """Return a field's cell as it stands, empty where the file has no column for it."""
        column = self._sheet.fields.get(field)
        return self._cells[column.index] if column else ""

    def text(self, field: Field) -> str | None:
        """Return a text as it is stored, None for a blank one."""
        cell = self.cell(field)
        if _CONTROL.search(cell):
            raise refuse_row("control-character", column=self.column(field))
        if field in _RUNNING_TEXT:
            text = normalize_text(_LINE_BREAK.sub("\n", cell))
        else:
            text = normalize_name(cell)
        if len(text) > (limit := _LIMITS[field]):
            raise refuse_row("text-too-long", column=self.column(field), limit=limit)
        return text or None

    def title(self, product: str | None) -> str:
        """Return the title, else the product, else a word: never a name (rule 27)."""
        if title := self.text("title"):
            return title
        if product:
            self.assume("title-from-product")
            return product
        default = DEFAULT_TITLE[self._sheet.language]
        self.assume("title-default", title=default)
        return default

    def customer(self) -> str | None:
        """Return the customer's name."""
        customer = self.text("customer")
        if customer is None:
            self.assume("no-customer", customer=NO_CUSTOMER[self._sheet.language])
        return customer

    def owner(self) -> str | None:
        """Return the owner's name or e-mail address."""
        owner = self.text("owner")
        if owner and "@" not in owner and len(owner) > NAME_CHARACTERS:
            raise refuse_row("text-too-long", column=self.column("owner"), limit=NAME_CHARACTERS)
        if owner is None:
            self.assume("no-owner")
        return owner

    def status(self) -> FoundStatus:
        """Return the status by the board's names, then by type."""
        status = find_status(self.text("status") or "", self._sheet.statuses)
        if status.name is None:
            self.assume("no-status")
        elif status.match == "type":
            self.assume("status-by-type", name=status.name, type=status.type)
        return status

    def lost_reason(self, status: FoundStatus) -> str | None:
        """Return why a lost row was lost; others have no such reason."""
        reason = self.text("lost_reason")
        if reason and status.type != "lost":
            self.assume("lost-reason-ignored")
            return None
        return reason

    def money(self) -> Money:
        """Return the amount in minor units of its currency."""
        named = self.cell("currency").strip()
        usual = self._sheet.currency
        if named:
            usual = named_currency(named, usual, self.column("currency"))
        column = self.column("amount")
        figure = read_figure(self.cell("amount"), column)
        if figure is None:
            self.assume("no-amount")
            return Money(None, usual)
        currency = currency_of_amount(figure.markers, usual, column, fixed=bool(named))
        if currency != usual:
            self.assume("currency-from-cell", column=column, currency=currency)
        amount = minor_amount(figure, self._sheet.survey.amount_style, currency, column)
        if amount.assumed:
            code = "mark-thousands" if amount.as_thousands else "mark-decimals"
            self.assume(code, column=column, mark=amount.assumed)
        return Money(amount.minor, currency)

    def period(self) -> Period | None:
        """Return the period, None for a blank one."""
        period = read_period(self.cell("period"), self.column("period"))
        if period is None:
            self.assume("no-period")
        return period

    def confidence(self) -> int | None:
        """Return the confidence in whole per cent, None for a blank one."""
        column, scale = self.column("confidence"), self._sheet.survey.confidence_scale
        cell = self.cell("confidence")
        confidence = read_confidence(cell, scale, column)
        if confidence is None:
            return None
        if scale == "fraction" and "%" not in cell:
            self.assume("confidence-fraction", column=column)
        if confidence.rounded:
            self.assume("confidence-rounded", column=column)
        return confidence.percent

    def dates(self) -> Dates:
        """Return what the date cells say."""
        created, closed = self._moment("created_at"), self._moment("closed_on")
        expected = self._moment("expected_close_date")
        names = self.column("created_at"), self.column("closed_on")
        return Dates(created, closed, expected, *names)

    def _moment(self, field: Field) -> Moment | None:
        survey, column = self._sheet.survey, self.column(field)
        order = survey.orders.get(field, "unknown")
        moment = read_moment(self.cell(field), order, column)
        if moment and moment.assumed:
            code = "date-order-default" if order == "unknown" else "date-order-shown"
            shown = "MM/dd" if order == "month-first" else "dd/MM"
            self.assume(code, column=column, order=shown)
        if moment and moment.serial:
            self.assume("spreadsheet-date", column=column)
        return moment
