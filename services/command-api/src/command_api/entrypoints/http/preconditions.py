"""If-Match: the version that a command is based on."""

import re
from typing import Final, Literal

from service_runtime.languages import Words
from service_runtime.problems import Problem

IF_MATCH_HEADER: Final = "If-Match"
IF_MATCH_PATTERN: Final = r'^("[1-9][0-9]{0,17}"|\*)$'

Precondition = int | Literal["*"]

_VERSION: Final = re.compile(r'"([1-9][0-9]{0,17})"')
_BAD_FORM = Words(
    'Header If-Match phải là phiên bản từ ETag, ví dụ "7" kể cả dấu ngoặc kép, hoặc *.',
    'The header If-Match is the version from an ETag, such as "7" with its quotes, or *.',
)
_NOTHING_THERE = Words(
    "Lệnh này tạo mới hoặc không nói về riêng một mục nào, nên không có phiên bản để so. Hãy bỏ "
    "header If-Match.",
    "This makes something new, or speaks of no single thing, so there is no version to compare. "
    "Leave out the header If-Match.",
)


def parse_if_match(headers: list[str]) -> Precondition | None:
    """Return the version, `*` (exists), or None where the request brings none."""
    if not headers:
        return None
    given = headers[0].strip(" \t")
    if len(headers) == 1 and given == "*":
        return "*"
    form = _VERSION.fullmatch(given)
    if len(headers) > 1 or form is None:
        raise Problem("malformed-header", _BAD_FORM, data={"header": IF_MATCH_HEADER})
    return int(form[1])


def refuse_if_match(headers: list[str]) -> None:
    """Refuse a precondition where there is nothing that it could speak of."""
    if headers:
        raise Problem("malformed-header", _NOTHING_THERE, data={"header": IF_MATCH_HEADER})
