"""What a status name in a file means: one of the board's, a type's own word, or a new status."""

from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

import msgspec

from command_api.domain.text import normalize_name, status_key
from opportunity_events.v1 import StatusType

Match = Literal["board", "type", "new", "none"]

# Accents count, as in every status name. "Closed Won" is how Salesforce and HubSpot say it.
_WORDS: Final[dict[StatusType, tuple[str, ...]]] = {
    "active": (),
    "won": ("Won", "Hoàn thành", "Closed Won", "ClosedWon", "Closed - Won"),
    "lost": ("Lost", "Thất bại", "Closed Lost", "ClosedLost", "Closed - Lost"),
}


class FoundStatus(msgspec.Struct, frozen=True):
    """The name as the file has it, its type, and how that was found.

    `board`: the board has a status of that name. `type`: it is the word for won or lost, so it
    goes to the board's first status of that type. `new`: an active status to be added. `none`: the
    row names no status, so it goes to the board's first active one.
    """

    name: str | None
    type: StatusType
    match: Match


@cache
def closing_words() -> dict[str, StatusType]:
    """Return the words that name a type, by their key."""
    words: dict[str, StatusType] = {}
    for status_type, names in _WORDS.items():
        words.update({status_key(name): status_type for name in names})
    return words


def find_status(cell: str, board: Mapping[str, StatusType]) -> FoundStatus:
    """Find a status among the board's, given as `status_key(name)` with its type."""
    name = normalize_name(cell)
    if not name:
        return FoundStatus(None, "active", "none")
    key = status_key(name)
    if known := board.get(key):
        return FoundStatus(name, known, "board")
    if closing := closing_words().get(key):
        return FoundStatus(name, closing, "type")
    return FoundStatus(name, "active", "new")
