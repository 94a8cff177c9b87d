"""Moments of the past: a position (what was known then), an instant (what was so then), or both."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+ -]\d{2}:\d{2})", re.ASCII
)
FIRST_INSTANT: Final = datetime(1900, 1, 1, tzinfo=UTC)
LAST_INSTANT: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Calendars have ends; no fact is dated outside of these."""

Axes = Literal["position", "instant", "both"]


@dataclass(frozen=True)
class Moment:
    """By which facts something is shown: up to a position, that occurred up to an instant.

    A moment without a position is by all that is known. One of the two is always there.
    """

    position: int | None
    instant: datetime | None

    @property
    def axes(self) -> Axes:
        """Say which of the two are given."""
        if self.instant is None:
            return "position"
        return "instant" if self.position is None else "both"

    def normalized(self) -> dict[str, Any]:
        """Return it as plain JSON, the same for what means the same."""
        instant = None if self.instant is None else self.instant.isoformat()
        return {"position": self.position, "instant": instant}


def parse_instant(text: str) -> datetime | None:
    """Read an instant of RFC 3339, in UTC; None for anything else.

    A `+` that a client forgot to encode arrives as a space, and is taken for what it was.
    """
    if not _INSTANT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text.upper().replace(" ", "+")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if FIRST_INSTANT <= found < LAST_INSTANT else None
