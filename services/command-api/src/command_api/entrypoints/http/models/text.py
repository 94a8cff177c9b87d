"""Texts in bodies: normalized as they are stored, measured then, and free of control characters."""

import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticKnownError

from command_api.domain.text import (
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    REASON_CHARACTERS,
    REFERENCE_CHARACTERS,
    TITLE_CHARACTERS,
    normalize_name,
    normalize_text,
)
from service_runtime.http.validation_words import FieldRefused
from service_runtime.languages import Words

EMAIL_CHARACTERS: Final = 254
PHONE_CHARACTERS: Final = 40

# What a reader of the schema can check: something to see, and no control character.
_ONE_LINE: Final = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f]"
_LINES: Final = r"[^\s\u0000-\u001f\u007f-\u009f]"
_PHONE_BEGINS: Final = r"^[^\S\u0000-\u001f\u007f-\u009f]*\+?[0-9 ()./\-]{3}"
_EMAIL: Final = re.compile(
    r"(?P<local>[^\s@\"(),:;<>\[\]\\]{1,64})@"
    r"(?P<domain>[^\W_]([\w-]{0,61}[^\W_])?(\.[^\W_]([\w-]{0,61}[^\W_])?)+)"
)
_PHONE: Final = re.compile(r"\+?[0-9 ()./\-]{3,30}( ?(x|ext\.?|#) ?[0-9]{1,8})?", re.IGNORECASE)
_MIN_PHONE_DIGITS: Final = 3

_CONTROL = Words(
    "Chỉ dùng chữ trên một dòng: hãy bỏ các ký tự điều khiển, kể cả xuống dòng và tab.",
    "Only text on one line: take out control characters, line breaks and tabs included.",
)
_CONTROL_IN_LINES = Words(
    "Hãy bỏ các ký tự điều khiển; chỉ được dùng xuống dòng và tab.",
    "Take out the control characters; only line breaks and tabs may stand here.",
)
_BAD_EMAIL = Words(
    "Địa chỉ e-mail phải có dạng ten@congty.vn, tối đa 254 ký tự.",
    "An e-mail address looks like name@company.com and has at most 254 characters.",
)
_BAD_PHONE = Words(
    "Số điện thoại chỉ gồm chữ số, khoảng trắng và + ( ) . / -, ví dụ +84 28 3822 0000.",
    "A phone number has digits, spaces and + ( ) . / - only, such as +84 28 3822 0000.",
)


def _checked(
    normalize: Callable[[str], str], limit: int, kept: str, refusal: Words
) -> Callable[[str], str]:
    def check(text: str) -> str:
        if any(unicodedata.category(c) == "Cc" and c not in kept for c in text):
            raise FieldRefused("bad-character", refusal)
        normal = normalize(text)
        if not normal:
            raise PydanticKnownError("string_too_short", {"min_length": 1})
        if len(normal) > limit:
            raise PydanticKnownError("string_too_long", {"max_length": limit})
        return normal

    return check


def _one_line(limit: int, normalize: Callable[[str], str]) -> tuple[AfterValidator, WithJsonSchema]:
    schema: dict[str, Any] = {
        "type": "string",
        "minLength": 1,
        "maxLength": limit,
        "pattern": _ONE_LINE,
    }
    return AfterValidator(_checked(normalize, limit, "", _CONTROL)), WithJsonSchema(schema)


def _lines(limit: int) -> tuple[AfterValidator, WithJsonSchema]:
    def normalize(text: str) -> str:
        return normalize_text(text.replace("\r\n", "\n"))

    # a carriage return is good only as half of a line break from Windows
    def whole(text: str) -> str:
        if "\r" in text.replace("\r\n", "\n"):
            raise FieldRefused("bad-character", _CONTROL_IN_LINES)
        return _checked(normalize, limit, "\n\t\r", _CONTROL_IN_LINES)(text)

    schema: dict[str, Any] = {
        "type": "string",
        "minLength": 1,
        "maxLength": limit,
        "pattern": _LINES,
    }
    return AfterValidator(whole), WithJsonSchema(schema)


def _email(text: str) -> str:
    form = _EMAIL.fullmatch(text)
    if form is None or len(text) > EMAIL_CHARACTERS:
        raise FieldRefused("bad-form", _BAD_EMAIL)
    return text


def _phone(text: str) -> str:
    digits = sum(c.isdecimal() for c in text)
    if _PHONE.fullmatch(text) is None or digits < _MIN_PHONE_DIGITS:
        raise FieldRefused("bad-form", _BAD_PHONE)
    return text


Name = Annotated[str, *_one_line(NAME_CHARACTERS, normalize_name)]
"""A name of up to 100 characters, its runs of spaces collapsed."""

Title = Annotated[str, *_one_line(TITLE_CHARACTERS, normalize_name)]
"""A title of up to 300 characters, its runs of spaces collapsed."""

Reference = Annotated[str, *_one_line(REFERENCE_CHARACTERS, normalize_text)]
"""The id of a thing in another system, up to 100 characters."""

Note = Annotated[str, *_lines(NOTE_CHARACTERS)]
"""Running text of up to 10,000 characters; line breaks and tabs may stand in it."""

Reason = Annotated[str, *_lines(REASON_CHARACTERS)]
"""Why something was done, up to 500 characters; line breaks and tabs may stand in it."""

Email = Annotated[
    str,
    AfterValidator(_checked(normalize_text, EMAIL_CHARACTERS, "", _CONTROL)),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "maxLength": EMAIL_CHARACTERS, "format": "idn-email"}),
]
"""An e-mail address; that it can be reached is not looked at."""

Phone = Annotated[
    str,
    AfterValidator(_checked(normalize_text, PHONE_CHARACTERS, "", _CONTROL)),
    AfterValidator(_phone),
    WithJsonSchema({"type": "string", "maxLength": PHONE_CHARACTERS, "pattern": _PHONE_BEGINS}),
]
"""A phone number as people write it, an extension included."""
