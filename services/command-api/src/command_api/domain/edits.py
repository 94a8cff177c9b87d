"""How an edit becomes changes: only what is given and differs."""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from command_api.domain.context import Context
from opportunity_events.personal import Sealed
from opportunity_events.v1 import Change, FieldValue


def changed(
    fields: Iterable[tuple[str, FieldValue | UnsetType, FieldValue]],
) -> list[Change]:
    """Return a change for each (field, wanted, present) that is given and differs."""
    return [
        Change(field, present, wanted)
        for field, wanted, present in fields
        if not isinstance(wanted, UnsetType) and wanted != present
    ]


def changed_sealed(
    context: Context,
    subject: str,
    fields: Iterable[tuple[str, str | UnsetType | None, Sealed | None]],
) -> list[Change]:
    """Return a change for each personal (field, wanted text, present) that is given and differs."""
    changes: list[Change] = []
    for field, wanted, present in fields:
        if wanted is UNSET or context.privacy.text(field, present) == wanted:
            continue
        sealed = None if wanted is None else context.privacy.seal(subject, field, str(wanted))
        changes.append(Change(field, present, sealed))
    return changes
