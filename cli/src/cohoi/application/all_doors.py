"""The readiness of all doors together: each one's checks under its own name."""

import asyncio
from collections.abc import Mapping

from service_runtime.http.health import Examined, Findings, Outcome
from service_runtime.troubles import Trouble


class AllDoors:
    """Asks the house itself and every door, and tells each check as `door.check`."""

    def __init__(self, own: Examined, doors: Mapping[str, Examined]) -> None:
        self._own = own
        self._doors = doors

    async def examine(self) -> Findings:
        """Ask all at once."""
        own, *found = await asyncio.gather(
            self._own.examine(), *(door.examine() for door in self._doors.values())
        )
        checks: dict[str, Outcome] = dict(own.checks)
        troubles: list[Trouble] = list(own.troubles)
        for name, findings in zip(self._doors, found, strict=True):
            checks |= {f"{name}.{check}": outcome for check, outcome in findings.checks.items()}
            troubles += [
                Trouble(f"{name}.{trouble.name}", trouble.words) for trouble in findings.troubles
            ]
        return Findings(checks, troubles)
