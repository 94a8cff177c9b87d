"""Figures, colours, currencies and zones in bodies: whole numbers and known names alone."""

import re
from functools import cache
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from command_api.domain.commands import Money
from command_api.domain.money import MAX_MINOR, minor_digits
from service_runtime.http.fields import Body
from service_runtime.http.validation_words import FieldRefused
from service_runtime.languages import Words

_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_BAD_COLOR = Words(
    "Màu phải có dạng #rrggbb, ví dụ #3b82f6.", "A colour is written #rrggbb, such as #3b82f6."
)
_BAD_CURRENCY = Words(
    "Hãy dùng mã tiền tệ ISO 4217 viết hoa đang lưu hành, ví dụ VND hoặc USD.",
    "Use a current ISO 4217 code in capitals, such as VND or USD.",
)
_BAD_ZONE = Words(
    "Hãy dùng tên múi giờ IANA, ví dụ Asia/Ho_Chi_Minh.",
    "Use the IANA name of a time zone, such as Asia/Ho_Chi_Minh.",
)


def _color(text: str) -> str:
    if _COLOR.fullmatch(text) is None:
        raise FieldRefused("bad-form", _BAD_COLOR)
    return text.lower()


def _currency(code: str) -> str:
    if minor_digits(code) is None:
        raise FieldRefused("unknown-currency", _BAD_CURRENCY)
    return code


# Not a zone but whatever the machine is set to, and each machine to another one.
_OF_A_MACHINE: Final = frozenset({"localtime"})


def _time_zone(name: str) -> str:
    if name not in _time_zones():
        raise FieldRefused("unknown-time-zone", _BAD_ZONE)
    return name


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _OF_A_MACHINE


Color = Annotated[
    str,
    AfterValidator(_color),
    WithJsonSchema(
        {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$", "minLength": 7, "maxLength": 7}
    ),
]
"""A colour as `#rrggbb`, kept in lower case."""

Currency = Annotated[
    str,
    AfterValidator(_currency),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "minLength": 3,
            "maxLength": 3,
            "examples": ["VND", "USD"],
        }
    ),
]
"""An active currency of ISO 4217."""

TimeZone = Annotated[
    str,
    AfterValidator(_time_zone),
    WithJsonSchema({"type": "string", "maxLength": 64, "examples": ["Asia/Ho_Chi_Minh"]}),
]
"""A zone of the IANA database."""

Confidence = Annotated[int, Field(ge=0, le=100)]
"""A whole number of per cent."""

AmountMinor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
"""An amount in the currency's minor units."""


class Value(Body):
    """An amount in minor units; null is "not estimated", no currency is the organization's."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount_minor": 125000, "currency": "USD"}]}
    )

    amount_minor: AmountMinor | None
    currency: Currency | None = None

    def money(self) -> Money:
        """Return it as commands carry it."""
        return Money(self.amount_minor, self.currency)
