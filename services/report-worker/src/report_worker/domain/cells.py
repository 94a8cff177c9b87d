"""How single values are written for people: money, instants, and text that no program may run."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from report_worker.domain.columns import ERASED
from service_runtime.currencies import minor_digits
from service_runtime.languages import Language

USUAL_DIGITS: Final = 2
"""The decimals of most currencies, and of one that is not known."""


def shown_name(name: str | None, language: Language) -> str:
    """Return a name, or the word that stands for an erased one."""
    return ERASED.in_language(language) if name is None else name


def decimals(currency: str) -> int:
    """Return the decimals in which a currency is written."""
    digits = minor_digits(currency)
    return USUAL_DIGITS if digits is None else digits


def local_instant(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock of a zone, to the second, without the zone."""
    return instant.astimezone(zone).replace(microsecond=0, tzinfo=None)
