"""Amounts as people write them, to whole minor units, exactly or not at all.

`1.234` is a thousand here and one and a bit there. One cell cannot say which; the column can: a
first pass collects what the unambiguous cells prove (`Evidence`), and reading follows that.
"""

import re
from typing import Final, Literal

import msgspec

from command_api.domain.importing.reasons import refuse_row
from command_api.domain.money import MAX_MINOR, minor_digits

Point = Literal[".", ","]
Style = Literal[".", ",", "mixed", "unknown"]
"""What parts the decimals in a column: one of the two, now this and now that, or not to be told."""

_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009\t\r\n", " "))
_FIGURE: Final = re.compile(r"[0-9](?:.*[0-9])?", re.DOTALL)
_EXPONENT: Final = re.compile(r"[0-9][.,]?\s*[eE]\s*[+-]?[0-9]")
_PLAIN: Final = re.compile(r"[0-9]+")
_GROUPED: Final = re.compile(
    r"(?P<head>[0-9]{1,3})(?P<mark>[ '\u2019.,])(?P<rest>[0-9]{3}(?:(?P=mark)[0-9]{3})*+)"
    r"(?:(?P<point>[.,])(?P<fraction>[0-9]+))?"
)
_INDIAN: Final = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.(?P<fraction>[0-9]+))?")
_DECIMAL: Final = re.compile(r"(?P<whole>[0-9]*)(?P<point>[.,])(?P<fraction>[0-9]+)")
# "1.000,-" has no cents; any other dash, and brackets, say "less than nothing".
_NO_CENTS: Final = re.compile("^[.,][-\u2013\u2014]{1,2}")
_NEGATIVE: Final = "-\u2212\u2013()"
_THOUSANDS: Final = 3
_MAX_DIGITS: Final = len(str(MAX_MINOR))


class Figure(msgspec.Struct, frozen=True):
    """The digits of a cell and the currency texts around them.

    `proves`: the cell itself shows that this mark parts the decimals. `unclear`: whether this mark
    parts decimals or thousands the cell does not show; read as decimals, `fraction` has three.
    """

    whole: str
    fraction: str = ""
    proves: Point | None = None
    unclear: Point | None = None
    markers: tuple[str, ...] = ()


class Amount(msgspec.Struct, frozen=True):
    """Minor units; `assumed` is the mark that was taken for thousands or decimals by the column."""

    minor: int
    assumed: Point | None = None
    as_thousands: bool = False


def read_figure(cell: str, column: str) -> Figure | None:
    """Take a cell apart; None for a blank one."""
    text = cell.translate(_SPACES).strip()
    if not text:
        return None
    found = _FIGURE.search(text)
    if not found:
        raise refuse_row("not-a-number", column=column)
    if _EXPONENT.search(text):
        raise refuse_row("exponent-amount", column=column)
    before, body, after = text[: found.start()], found[0], text[found.end() :]
    after = _NO_CENTS.sub("", after)
    if any(sign in before + after for sign in _NEGATIVE):
        raise refuse_row("negative-amount", column=column)
    before = before.replace("+", "", 1).strip() if "+" in before else before
    if before.endswith((".", ",")) and before[:-1].strip() in ("", "$", "€", "£"):
        before, body = before[:-1], before[-1] + body
    markers = tuple(marker for part in (before, after) if (marker := part.strip()))
    figure = _laid_out(body)
    if figure is None:
        raise refuse_row("not-a-number", column=column)
    return msgspec.structs.replace(figure, markers=markers) if markers else figure


def _laid_out(body: str) -> Figure | None:
    if _PLAIN.fullmatch(body):
        return Figure(body)
    if grouped := _GROUPED.fullmatch(body):
        figure = _grouped(grouped)
        if figure:
            return figure
    if indian := _INDIAN.fullmatch(body):
        whole = body.partition(".")[0].replace(",", "")
        return Figure(whole, indian["fraction"] or "", proves=".")
    if decimal := _DECIMAL.fullmatch(body):
        return Figure(decimal["whole"] or "0", decimal["fraction"], proves=_point(decimal["point"]))
    return None


def _grouped(match: re.Match[str]) -> Figure | None:
    """Read thousands in groups; None where it cannot be that (a group never begins with 0)."""
    head, mark, rest, fraction = match["head"], match["mark"], match["rest"], match["fraction"]
    if head.startswith("0") or match["point"] == mark:
        return None
    point = _point(match["point"]) if match["point"] else None
    single = len(rest) == _THOUSANDS
    if mark in ".," and single and point is None:
        return Figure(head, rest, unclear=_point(mark))
    if point is None and mark in ".,":
        point = "," if mark == "." else "."
    return Figure(head + rest.replace(mark, ""), fraction or "", proves=point)


def _point(mark: str) -> Point:
    return "." if mark == "." else ","


class Evidence:
    """What the cells of a column prove about its decimals; filled by a first pass."""

    def __init__(self) -> None:
        self._proven: set[Point] = set()

    def add(self, cell: str) -> None:
        """Look at one cell."""
        text = cell.translate(_SPACES).strip()
        found = _FIGURE.search(text)
        figure = _laid_out(found[0]) if found else None
        if figure and figure.proves:
            self._proven.add(figure.proves)

    @property
    def style(self) -> Style:
        """What the column has shown so far."""
        if len(self._proven) > 1:
            return "mixed"
        for point in self._proven:
            return point
        return "unknown"


def minor_amount(figure: Figure, style: Style, currency: str, column: str) -> Amount:
    """Convert a figure in whole units of the currency to minor units; exact, or refused."""
    digits = minor_digits(currency)
    if digits is None:
        raise refuse_row("unknown-currency", column=column)
    if figure.unclear is None:
        return Amount(_minor(figure.whole, figure.fraction, currency, column))
    thousands = _means_thousands(figure, figure.unclear, style, digits, column)
    whole = figure.whole + figure.fraction if thousands else figure.whole
    fraction = "" if thousands else figure.fraction
    return Amount(_minor(whole, fraction, currency, column), figure.unclear, thousands)


def _means_thousands(figure: Figure, mark: Point, style: Style, digits: int, column: str) -> bool:
    """Decide what one mark before three digits means.

    A currency without decimals settles it. Else the column's evidence does. Without any: three
    digits are more than a currency of two decimals has, so it is thousands; with three decimals
    (KWD) the point parts the decimals, as its banks write it. With contrary evidence, only what
    could not be a decimal is taken.
    """
    if digits == 0:
        return True
    if style == "mixed":
        if len(figure.fraction.rstrip("0")) > digits:
            return True
        raise refuse_row("ambiguous-amount", column=column)
    if style == "unknown":
        return digits < _THOUSANDS or mark == ","
    return mark != style


def _minor(whole: str, fraction: str, currency: str, column: str) -> int:
    digits = minor_digits(currency) or 0
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if len(fraction) > digits:
        raise refuse_row("too-many-decimals", column=column, currency=currency, digits=digits)
    if len(whole) + digits > _MAX_DIGITS:
        raise refuse_row("amount-too-large", column=column, limit=MAX_MINOR)
    minor = int((whole + fraction.ljust(digits, "0")) or "0")
    if minor > MAX_MINOR:
        raise refuse_row("amount-too-large", column=column, limit=MAX_MINOR)
    return minor
