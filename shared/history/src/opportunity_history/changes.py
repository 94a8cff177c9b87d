"""What a fact changed, field by field."""

from collections.abc import Iterator
from typing import Any, Final

from opportunity_history.entries import Entry, Json

CELL_FIELDS: Final = (
    "status",
    "owner_id",
    "customer_id",
    "amount_minor",
    "currency",
    "period",
    "confidence",
    "confidence_source",
    "expected_close_date",
    "closed_on",
    "lost_reason",
    "deleted",
)
_CREATED_FIELDS: Final = ("title", "external_ref", "contact_ids", "note")
Change = dict[str, Any]
"""`field`, `from`, `to`; and `erased` where what it was is not readable any more."""


def changes_of(entry: Entry) -> list[Change]:
    """Return every change of a fact; a creation changes everything that it sets from nothing."""
    data = entry.data
    found = list(_cell_changes(data))
    if data.get("before") is None:
        found.extend(_created(data))
    named = {change["field"] for change in found}
    found.extend(dict(one) for one in data.get("changes", ()) if one["field"] not in named)
    if data.get("reason") is not None and entry.kind != "opportunity_lost":
        # a loss keeps its reason in a field of its own, the others in the fact alone
        found.append({"field": "reason", "from": None, "to": data["reason"]})
    return found


def _cell_changes(data: Json) -> Iterator[Change]:
    before: Json = data.get("before") or {}
    after: Json = data["after"]
    for name in CELL_FIELDS:
        old, new = before.get(name), after.get(name)
        if name == "deleted":
            old, new = bool(old), bool(new)
        if old != new:
            yield {"field": name, "from": old, "to": new}


def _created(data: Json) -> Iterator[Change]:
    for name in _CREATED_FIELDS:
        value = data.get(name)
        erased = name == "note" and data.get("erased", False)
        if value or erased:
            change = {"field": name, "from": None, "to": value}
            yield {**change, "erased": True} if erased else change
