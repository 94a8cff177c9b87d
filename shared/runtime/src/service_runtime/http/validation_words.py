"""What the errors of pydantic are called here, and what they say to people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from service_runtime.languages import Words


class FieldRefused(ValueError):  # noqa: N818 - a refusal
    """For validators of request models: a value is not taken, for a reason with words."""

    def __init__(self, code: str, detail: Words) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Saying(NamedTuple):
    """A code for programs, and the sentences; `{}` fields are limits of the schema."""

    code: str
    vi: str
    en: str


_REQUIRED = Saying("required", "Trường này là bắt buộc.", "This is required.")
_STRING = Saying("not-text", "Giá trị phải là chuỗi ký tự.", "This must be a string.")
_INTEGER = Saying("not-an-integer", "Giá trị phải là số nguyên.", "This must be a whole number.")
_NUMBER = Saying("not-a-number", "Giá trị phải là số.", "This must be a number.")
_BOOLEAN = Saying(
    "not-a-boolean", "Giá trị phải là true hoặc false.", "This must be true or false."
)
_ID = Saying("not-an-id", "Giá trị phải là một mã UUID.", "This must be a UUID.")
_DATE = Saying(
    "not-a-date", "Giá trị phải là ngày dạng YYYY-MM-DD.", "This must be a date as YYYY-MM-DD."
)
_INSTANT = Saying(
    "not-an-instant",
    "Giá trị phải là thời điểm theo RFC 3339, ví dụ 2026-01-31T08:00:00Z.",
    "This must be an instant as in RFC 3339, such as 2026-01-31T08:00:00Z.",
)
_OBJECT = Saying("not-an-object", "Giá trị phải là một đối tượng JSON.", "This must be an object.")
_LIST = Saying("not-a-list", "Giá trị phải là một danh sách.", "This must be a list.")
_CHOICE = Saying(
    "not-a-choice", "Giá trị phải là một trong: {choices}.", "This must be one of: {choices}."
)
_UNKNOWN = Saying(
    "unknown-field",
    "Trường này không được hỗ trợ; hãy bỏ nó đi.",
    "This field is not known; leave it out.",
)
_BAD_CHARACTER = Saying(
    "bad-character",
    "Văn bản chứa ký tự không hợp lệ (NUL hoặc surrogate lẻ); hãy bỏ các ký tự đó.",
    "The text holds NUL or a lone surrogate; take these characters out.",
)
_OTHER = Saying("bad-value", "Giá trị này không hợp lệ.", "This value is not valid.")
UNKNOWN_PARAMETER: Final = Words(
    "Tham số này không được hỗ trợ; hãy bỏ nó đi.", "This parameter is not known; leave it out."
)
REPEATED_PARAMETER: Final = Words(
    "Tham số này chỉ được dùng một lần.", "This parameter may stand only once."
)
BAD_CHARACTER: Final = Words(_BAD_CHARACTER.vi, _BAD_CHARACTER.en)
MALFORMED_FORM: Final = Words(
    "Nội dung multipart/form-data không đọc được. Hãy kiểm tra boundary và các phần rồi gửi lại.",
    "The multipart/form-data cannot be read. Check its boundary and its parts, and send it again.",
)

_SAYINGS: Final[Mapping[str, Saying]] = MappingProxyType(
    {
        "missing": _REQUIRED,
        "union_tag_not_found": _REQUIRED,
        "extra_forbidden": _UNKNOWN,
        "unexpected_keyword_argument": _UNKNOWN,
        "string_type": _STRING,
        "string_unicode": _BAD_CHARACTER,
        "string_too_short": Saying(
            "too-short", "Cần ít nhất {min_length} ký tự.", "At least {min_length} characters."
        ),
        "string_too_long": Saying(
            "too-long", "Tối đa {max_length} ký tự.", "At most {max_length} characters."
        ),
        "string_pattern_mismatch": Saying(
            "bad-form", "Giá trị không đúng dạng yêu cầu.", "This does not have the right form."
        ),
        "int_type": _INTEGER,
        "int_parsing": _INTEGER,
        "int_parsing_size": _INTEGER,
        "int_from_float": _INTEGER,
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "finite_number": _NUMBER,
        "decimal_type": _NUMBER,
        "decimal_parsing": _NUMBER,
        "bool_type": _BOOLEAN,
        "bool_parsing": _BOOLEAN,
        "greater_than": Saying("too-small", "Phải lớn hơn {gt}.", "More than {gt}."),
        "greater_than_equal": Saying("too-small", "Không được nhỏ hơn {ge}.", "At least {ge}."),
        "less_than": Saying("too-large", "Phải nhỏ hơn {lt}.", "Less than {lt}."),
        "less_than_equal": Saying("too-large", "Không được lớn hơn {le}.", "At most {le}."),
        "uuid_type": _ID,
        "uuid_parsing": _ID,
        "uuid_version": _ID,
        "date_type": _DATE,
        "date_parsing": _DATE,
        "date_from_datetime_parsing": _DATE,
        "date_from_datetime_inexact": _DATE,
        "datetime_type": _INSTANT,
        "datetime_parsing": _INSTANT,
        "datetime_from_date_parsing": _INSTANT,
        "datetime_object_invalid": _INSTANT,
        "timezone_aware": _INSTANT,
        "model_type": _OBJECT,
        "model_attributes_type": _OBJECT,
        "dict_type": _OBJECT,
        "dataclass_type": _OBJECT,
        "list_type": _LIST,
        "tuple_type": _LIST,
        "set_type": _LIST,
        "frozen_set_type": _LIST,
        "too_short": Saying(
            "too-few", "Cần ít nhất {min_length} phần tử.", "At least {min_length} items."
        ),
        "too_long": Saying(
            "too-many", "Tối đa {max_length} phần tử.", "At most {max_length} items."
        ),
        "literal_error": _CHOICE,
        "enum": _CHOICE,
        "union_tag_invalid": _CHOICE,
    }
)
_LIMITS = ("min_length", "max_length", "gt", "ge", "lt", "le")


def say(kind: str, context: Mapping[str, Any]) -> tuple[str, Words]:
    """Return code and sentence for an error of pydantic; its own message may quote the input."""
    refused = context.get("error")
    if isinstance(refused, FieldRefused):
        return refused.code, refused.detail
    saying = _SAYINGS.get(kind, _OTHER)
    if kind == "string_too_short" and context.get("min_length") == 1:
        return "empty", Words("Không được để trống.", "This must not be empty.")
    known = {name: str(context[name]) for name in _LIMITS if name in context}
    choices = str(context.get("expected") or context.get("expected_tags") or "")
    english = choices.replace(" or ", ", ").replace("'", "")
    known["choices"] = english
    return saying.code, Words(saying.vi.format(**known), saying.en.format(**known))
