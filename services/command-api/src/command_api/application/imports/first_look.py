"""A first look at an uploaded file: whether its beginning says that it cannot be read."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from command_api.application.imports.order import ImportOptions
from command_api.domain.importing.plan import Options, plan
from command_api.domain.importing.reasons import FileRefused

LOOKED_AT_BYTES: Final = 1024 * 1024
# What the beginning of a file proves of the whole; all else is left to the import itself.
_PROVEN: Final = frozenset(
    (
        *("not-csv", "unreadable-header", "too-many-columns", "column-name-too-long"),
        *("nothing-mapped", "unknown-column", "unknown-field", "field-twice", "scaled-amounts"),
        *("unknown-file-currency", "nul-character"),
    )
)


def look(beginning: bytes, options: ImportOptions, now: datetime) -> None:
    """Raise FileRefused for a file whose beginning says that it cannot be imported."""
    whole = len(beginning) < LOOKED_AT_BYTES
    seen = beginning if whole else _whole_lines(beginning)
    try:
        plan(seen, Options(options.currency, "en", ZoneInfo("UTC"), now, mapping=options.mapping))
    except FileRefused as refused:
        if whole or all(reason.code in _PROVEN for reason in refused.reasons):
            raise


def _whole_lines(beginning: bytes) -> bytes:
    """Cut behind the last line end; in UTF-16 that has a zero beside it."""
    end = beginning.rfind(b"\n") + 1 or len(beginning)
    if beginning[end : end + 1] == b"\0" and end % 2:
        end += 1
    return beginning[:end]
