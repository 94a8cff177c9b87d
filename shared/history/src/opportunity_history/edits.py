"""The sentence part that says what an edit changed."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from opportunity_history.entries import Entry, Json
from opportunity_history.names import Names
from opportunity_history.wording import (
    ERASED_NAME,
    FIELDS,
    UNKNOWN,
    listed,
    written,
    written_money,
)
from service_runtime.languages import Language, Words

_UNTOLD: Final = frozenset({"note", "contact_ids"})
_SET: Final = Words("đặt {field} là {to}", "set {field} to {to}")
_CLEARED: Final = Words("bỏ {field} (trước đó là {old})", "cleared {field} (it was {old})")
_CHANGED: Final = Words("đổi {field} từ {old} thành {to}", "changed {field} from {old} to {to}")
_TOUCHED: Final = Words("đổi {field}", "changed {field}")


def edit_phrase(entry: Entry, names: Names, language: Language) -> str:
    """Say what an edit changed: `changed the value from … to … and set the note to …`."""
    return listed(list(_phrases(entry, names, language)), language)


def _phrases(entry: Entry, names: Names, language: Language) -> Iterator[str]:
    data = entry.data
    before, after = data["before"], data["after"]
    changed = {one["field"]: one for one in data["changes"]}
    if "amount_minor" in changed or "currency" in changed:
        yield _value_phrase(before, after, language)
    if "confidence_source" in changed and "confidence" not in changed:
        # the figure stays and is somebody's own from now on
        yield _phrase("confidence", None, after["confidence"], names, language)
    for field, one in changed.items():
        if field in {"amount_minor", "currency", "confidence_source"}:
            continue
        if field in _UNTOLD:
            yield _TOUCHED.in_language(language).format(field=_label(field, language))
        else:
            yield _phrase(field, one["from"], one["to"], names, language)


def _value_phrase(before: Json, after: Json, language: Language) -> str:
    old, new = before["amount_minor"], after["amount_minor"]
    if old is None and new is None:
        return _said("currency", before["currency"], after["currency"], language)
    return _said(
        "value",
        None if old is None else written_money(old, before["currency"], language),
        None if new is None else written_money(new, after["currency"], language),
        language,
    )


def _phrase(field: str, old: Any, new: Any, names: Names, language: Language) -> str:  # noqa: ANN401 - plain JSON
    return _said(
        field,
        _spelled(field, old, names, language),
        _spelled(field, new, names, language),
        language,
    )


def _spelled(field: str, value: Any, names: Names, language: Language) -> str | None:  # noqa: ANN401 - plain JSON
    if value is None:
        return None
    if field not in {"owner_id", "customer_id"}:
        return written(field, value, language)
    known = names.users if field == "owner_id" else names.customers
    name = known.get(UUID(value), UNKNOWN.in_language(language))
    return ERASED_NAME.in_language(language) if name is None else name


def _said(field: str, old: str | None, new: str | None, language: Language) -> str:
    form = (
        _CHANGED if old is not None and new is not None else _SET if new is not None else _CLEARED
    )
    if old is None and new is None:
        form = _TOUCHED
    return form.in_language(language).format(field=_label(field, language), old=old, to=new)


def _label(field: str, language: Language) -> str:
    return FIELDS[field].in_language(language) if field in FIELDS else field
