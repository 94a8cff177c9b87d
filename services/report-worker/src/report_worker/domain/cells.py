"""How single values are written for people: money, instants, and text that no program may run."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from report_worker.domain.columns import ERASED
from service_runtime.currencies import minor_digits
from service_runtime.languages import Language

_DIGITS_OF_UNKNOWN: Final = 2
# What makes a spreadsheet take a cell for a formula or a command; East Asian versions read the
# full-width signs the same way, and a leading line break is cut off before the look.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def disarm(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet might run."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def shown_name(name: str | None, language: Language) -> str:
    """Return a name, or the word that stands for an erased one."""
    return ERASED.in_language(language) if name is None else name


def decimals(currency: str) -> int:
    """Return the decimals in which a currency is written."""
    digits = minor_digits(currency)
    return _DIGITS_OF_UNKNOWN if digits is None else digits


def whole_units(minor: int, digits: int) -> str:
    """Write minor units as whole ones, exactly: 125000 at 2 digits is 1250.00."""
    if digits == 0:
        return str(minor)
    text = str(abs(minor)).rjust(digits + 1, "0")
    sign = "-" if minor < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def local_instant(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock of a zone, to the second, without the zone."""
    return instant.astimezone(zone).replace(microsecond=0, tzinfo=None)
