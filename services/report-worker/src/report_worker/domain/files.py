"""What report files are called, on disk and on the reader's machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import compile as pattern
from typing import Final
from urllib.parse import quote
from uuid import UUID

from report_worker.domain.audit import AUDIT_TITLE
from report_worker.domain.columns import TITLE
from report_worker.domain.report import Format, Kind
from service_runtime.languages import Language, Words

_EXTENSIONS: Final = {Format.CSV: "csv", Format.CSV_RAW: "csv", Format.XLSX: "xlsx"}
_MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.CSV_RAW: "text/csv; charset=utf-8; header=present",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TITLES: Final[Mapping[Kind, Words]] = {"opportunities": TITLE, "audit": AUDIT_TITLE}
DRAFT: Final = "draft"
_STORED: Final = pattern(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9][0-9]{0,8})\.([a-z]+)"
)


@dataclass(frozen=True)
class StoredName:
    """A name in the report store; it holds the attempt, so that none overwrites another's."""

    report: UUID
    attempt: int
    ending: str

    def __str__(self) -> str:
        return f"{self.report}.{self.attempt}.{self.ending}"


def stored_name(report: UUID, attempt: int, written: Format) -> StoredName:
    """Return the name under which an attempt leaves its file."""
    return StoredName(report, attempt, _EXTENSIONS[written])


def draft_name(report: UUID, attempt: int) -> StoredName:
    """Return the name of the folder in which an attempt works."""
    return StoredName(report, attempt, DRAFT)


def read_stored_name(text: str) -> StoredName | None:
    """Take a name in the store apart; None where it is none of ours."""
    form = _STORED.fullmatch(text)
    return StoredName(UUID(form[1]), int(form[2]), form[3]) if form else None


def media_type(written: Format) -> str:
    """Return the Content-Type of a file."""
    return _MEDIA_TYPES[written]


def content_disposition(
    kind: Kind, written: Format, language: Language, *, position: int, erasures: int
) -> str:
    """Name the file for the reader: kind, position and count of erasures, which fix its bytes.

    ASCII in `filename`, the reader's language in `filename*` (RFC 6266).
    """
    raw = "-raw" if written is Format.CSV_RAW else ""
    ending = f"{raw}-p{position}-e{erasures}.{_EXTENSIONS[written]}"
    shown = quote(f"{_TITLES[kind].in_language(language)}{ending}", safe="")
    return f"attachment; filename=\"{kind}{ending}\"; filename*=UTF-8''{shown}"
