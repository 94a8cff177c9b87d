"""What a decision is told from outside: who asks, what time it is, how data is sealed."""

from datetime import date, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import msgspec

from command_api.domain.commands import Asker
from command_api.domain.refusal import Forbidden
from opportunity_events.personal import Sealed

MANAGING_ROLES: Final = frozenset({"manager", "admin", "service"})


class Privacy(Protocol):
    """Seals and opens personal values of `user/<id>`, `customer/<id>`, `contact/<id>`."""

    def seal(self, subject: str, field: str, text: str) -> Sealed:
        """Seal a value under the subject's key, which is made where there is none yet."""
        ...

    def text(self, field: str, sealed: Sealed | None) -> str | None:
        """Open a value; None for none, and for one whose key was deleted."""
        ...


class Context(msgspec.Struct, frozen=True):
    """The surroundings of one decision. `now` is the decider's clock, aware."""

    asker: Asker
    now: datetime
    privacy: Privacy

    def today(self, time_zone: str) -> date:
        """Return today's date in the organization's zone."""
        return local_date(self.now, time_zone)

    @property
    def manages(self) -> bool:
        """Whether the asker may do what managers may."""
        return self.asker.role in MANAGING_ROLES

    def demand_manager(self) -> None:
        """Refuse whoever is no manager."""
        if not self.manages:
            raise Forbidden("manager")


def local_date(moment: datetime, time_zone: str) -> date:
    """Return the date of an instant in a zone: the one place where an instant becomes a day."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
