"""The statuses that a board gets where nobody named any: rule 1."""

from typing import Final
from uuid import UUID

from command_api.domain.board.state import Status
from command_api.domain.text import status_key
from opportunity_events.v1 import Language, StatusType

DEFAULT_COLORS: Final[dict[StatusType, str]] = {
    "active": "#3b82f6",
    "won": "#16a34a",
    "lost": "#dc2626",
}
DEFAULT_NAMES: Final[dict[Language, dict[StatusType, str]]] = {
    "vi": {"active": "Đang hoạt động", "won": "Hoàn thành", "lost": "Thất bại"},
    "en": {"active": "Active", "won": "Won", "lost": "Lost"},
}


def with_missing_types(
    given: tuple[Status, ...], language: Language, spare_ids: tuple[UUID, UUID, UUID]
) -> tuple[Status, ...]:
    """Append the default of every type that is missing; a taken name gets a number behind it."""
    statuses = list(given)
    taken = {status_key(status.name) for status in statuses}
    order: tuple[StatusType, ...] = ("active", "won", "lost")
    for status_type, spare in zip(order, spare_ids, strict=True):
        if any(status.type == status_type for status in given):
            continue
        plain = DEFAULT_NAMES[language][status_type]
        name, number = plain, 2
        while status_key(name) in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(status_key(name))
        statuses.append(Status(spare, name, status_type, DEFAULT_COLORS[status_type], None))
    return tuple(statuses)
