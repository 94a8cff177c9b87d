"""What a fact changed, as people read it: labelled values before and after."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from opportunity_history.changes import changes_of
from opportunity_history.entries import Entry
from opportunity_history.names import Names
from opportunity_history.wording import (
    ERASED_NAME,
    FIELDS,
    UNKNOWN,
    written,
    written_money,
    written_period,
)
from service_runtime.languages import Language, Words

_NOT_TOLD: Final = frozenset({"amount_minor", "currency", "confidence_source", "reason"})
_NAMED: Final = ("owner_id", "customer_id")
_LABELS: Final[Mapping[str, Words]] = {
    **FIELDS,
    "status": Words("trạng thái", "the status"),
    "deleted": Words("đã xóa", "deleted"),
    "name": Words("tên", "the name"),
    "email": Words("e-mail", "the e-mail"),
    "phone": Words("điện thoại", "the phone"),
    "role": Words("vai trò", "the role"),
    "team_id": Words("nhóm", "the team"),
    "active": Words("hoạt động", "active"),
    "person": Words("là cá nhân", "a natural person"),
    "time_zone": Words("múi giờ", "the time zone"),
    "language": Words("ngôn ngữ", "the language"),
    "visibility": Words("phạm vi nhìn thấy", "the visibility"),
    "color": Words("màu", "the colour"),
    "type": Words("loại", "the type"),
    "default_confidence": Words("tỉ lệ chốt mặc định", "the default confidence"),
}
_YES: Final = Words("có", "yes")
_NO: Final = Words("không", "no")
_PLAIN: Final = ("name", "email", "phone", "title", "external_ref", "role", "team_id", "person")


class Told(NamedTuple):
    """One change; None stands for nothing."""

    label: str
    before: str | None
    after: str | None


def told_changes(entry: Entry, names: Names, language: Language) -> list[Told]:
    """Return what a fact changed; its data were opened before."""
    if entry.kind.startswith("opportunity_"):
        return [*_of_opportunity(entry, names, language)]
    return [*_of_anything_else(entry, names, language)]


def side(told: list[Told], *, after: bool) -> str:
    """Join one side of the changes: `the status: Won; the closing date: 31 May 2026`."""
    values = ((one.label, one.after if after else one.before) for one in told)
    return "; ".join(f"{label}: {value}" for label, value in values if value is not None)


def _of_opportunity(entry: Entry, names: Names, language: Language) -> Iterator[Told]:
    changes = changes_of(entry)
    if any(one["field"] in {"amount_minor", "currency"} for one in changes):
        yield Told(
            _label("value", language),
            _money(entry.data.get("before"), language),
            _money(entry.data["after"], language),
        )
    for one in changes:
        if one["field"] not in _NOT_TOLD:
            yield _change(one, names, language)


def _of_anything_else(entry: Entry, names: Names, language: Language) -> Iterator[Told]:
    data = entry.data
    if "changes" in data:
        yield from (_change(one, names, language) for one in data["changes"])
    elif "from" in data or "to" in data:
        field = "name" if entry.kind.endswith("renamed") else _field_of(entry.kind)
        yield _change({"field": field, **data}, names, language)
    else:
        for field in _PLAIN:
            if data.get(field) is not None:
                yield _change({"field": field, "from": None, "to": data[field]}, names, language)


def _field_of(kind: str) -> str:
    return {
        "status_recolored": "color",
        "status_confidence_set": "default_confidence",
        "status_type_changed": "type",
        "statuses_reordered": "status",
    }.get(kind, "name")


def _change(change: Mapping[str, Any], names: Names, language: Language) -> Told:
    field = change["field"]
    before, after = (_spelled(field, change.get(side), names, language) for side in ("from", "to"))
    if change.get("erased"):
        # which of the two was erased is not kept: neither can be read, and both say so
        word = ERASED_NAME.in_language(language)
        before, after = before or word, after or word
    return Told(_label(field, language), before, after)


def _spelled(field: str, value: Any, names: Names, language: Language) -> str | None:  # noqa: ANN401 - plain JSON
    match value:
        case None:
            return None
        case bool():
            return (_YES if value else _NO).in_language(language)
        case {"name": str(name)}:
            return name
        case str() if field in _NAMED:
            return _name(field, value, names, language)
        case str() if field == "period":
            return written_period(value, language)
        case str() if field in {"expected_close_date", "closed_on"}:
            return written(field, value, language)
        case str() | int():
            return str(value)
        case [*items] if all(isinstance(item, str) for item in items):
            return ", ".join(items)
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _name(field: str, value: str, names: Names, language: Language) -> str:
    known = names.users if field == "owner_id" else names.customers
    name = known.get(UUID(value), UNKNOWN.in_language(language))
    return ERASED_NAME.in_language(language) if name is None else name


def _money(cell: Mapping[str, Any] | None, language: Language) -> str | None:
    if cell is None or cell["amount_minor"] is None:
        return None
    return written_money(cell["amount_minor"], cell["currency"], language)


def _label(field: str, language: Language) -> str:
    return _LABELS[field].in_language(language) if field in _LABELS else field
