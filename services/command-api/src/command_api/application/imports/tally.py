"""What an import made and took for granted so far; stands in the job's row between batches."""

import msgspec

from command_api.domain.importing.assumptions import Assumption


class Made(msgspec.Struct, frozen=True):
    """How many customers, users and statuses an import had to make."""

    customers: int = 0
    users: int = 0
    statuses: int = 0

    def plus(self, other: "Made") -> "Made":
        """Add two counts."""
        return Made(
            self.customers + other.customers,
            self.users + other.users,
            self.statuses + other.statuses,
        )


class Tally(msgspec.Struct, frozen=True):
    """Counts over all batches that are settled."""

    made: Made
    assumptions: tuple[Assumption, ...]
