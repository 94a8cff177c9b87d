"""How figures, dates, names and fields are written in the two languages."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from service_runtime.currencies import minor_digits
from service_runtime.languages import Language, Words

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_TWO: Final = 2
_PERIODS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "one_time": Words("một lần", "one-time"),
        "monthly": Words("hàng tháng", "monthly"),
        "annual": Words("hàng năm", "yearly"),
    }
)
FIELDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "title": Words("tên cơ hội", "the title"),
        "owner_id": Words("người phụ trách", "the owner"),
        "customer_id": Words("khách hàng", "the customer"),
        "value": Words("doanh thu", "the value"),
        "currency": Words("loại tiền", "the currency"),
        "period": Words("chu kỳ", "the period"),
        "confidence": Words("tỉ lệ chốt", "the confidence"),
        "expected_close_date": Words("ngày chốt dự kiến", "the expected close date"),
        "closed_on": Words("ngày chốt", "the closing date"),
        "lost_reason": Words("lý do thất bại", "the reason of the loss"),
        "external_ref": Words("mã tham chiếu", "the external reference"),
        "contact_ids": Words("liên hệ", "the contacts"),
        "note": Words("ghi chú", "the note"),
    }
)
SYSTEM: Final = Words("Hệ thống", "The system")
ERASED_USER: Final = Words("Một người dùng (đã được xóa thông tin)", "An erased user")
ERASED_NAME: Final = Words("(đã xóa)", "(erased)")
UNKNOWN: Final = Words("(không rõ)", "(unknown)")


def written_date(text: str, language: Language) -> str:
    """Write a date: 31/05/2026, 31 May 2026."""
    day = date.fromisoformat(text)
    if language == "vi":
        return f"{day.day:02}/{day.month:02}/{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def written_money(amount_minor: int, currency: str, language: Language) -> str:
    """Write an amount with its currency's decimals: 1.250.000 VND, 1,250.50 USD."""
    digits = minor_digits(currency)
    digits = _TWO if digits is None else digits
    whole, minor = divmod(amount_minor, 10**digits)
    grouped = f"{whole:,}"
    decimals = f".{minor:0{digits}}" if digits else ""
    number = grouped + decimals
    if language == "vi":
        number = number.translate(str.maketrans(",.", ".,"))
    return f"{number} {currency}"


def written_period(period: str, language: Language) -> str:
    """Write a period."""
    return _PERIODS[period].in_language(language) if period in _PERIODS else period


def written(field: str, value: Any, language: Language) -> str:  # noqa: ANN401 - plain JSON
    """Write the value of a field that is no id and no money."""
    match field:
        case "expected_close_date" | "closed_on":
            return written_date(value, language)
        case "confidence":
            return f"{value}%"
        case "period":
            return written_period(value, language)
        case "currency":
            return str(value)
        case _:
            return f"“{value}”"


def listed(parts: Sequence[str], language: Language) -> str:
    """Join phrases: a, b and c."""
    if len(parts) < _TWO:
        return "".join(parts)
    joint = " và " if language == "vi" else " and "
    return ", ".join(parts[:-1]) + joint + parts[-1]
