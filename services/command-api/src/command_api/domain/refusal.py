"""What business can say no with: a slug and data, no HTTP.

The classes stand in the order in which answers take precedence (http-api.md, Manners): what the
caller asked for wrongly comes before what has become of the thing, and that before everything
else that speaks against it.
"""

from typing import ClassVar
from uuid import UUID

import msgspec

from opportunity_events.v1 import StatusType


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Business said no; nothing happened."""

    slug: ClassVar[str]


class NotFound(Refusal):
    """The thing that the command names does not exist for this caller."""

    slug = "not-found"


class Forbidden(Refusal):
    """The caller's role does not allow it; `need` says what would."""

    slug = "forbidden"

    def __init__(self, need: str) -> None:
        super().__init__(need)
        self.need = need


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a body (JSON pointer) or a query (`?name`), with a code."""

    where: str
    code: str


class Invalid(Refusal):
    """What was asked for makes no sense, or names something unknown."""

    slug = "invalid"

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{fault.where}: {fault.code}" for fault in faults))
        self.faults = faults


class KeyReused(Refusal):
    """The idempotency key belongs to another request."""

    slug = "idempotency-key-reused"


class AlreadyDeleted(Refusal):
    """The thing (or person) is gone since its version `version`."""

    slug = "already-deleted"

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class VersionConflict(Refusal):
    """The caller's version is stale in `fields`, or newer than the resource (no fields)."""

    slug = "version-conflict"

    def __init__(self, since: int, version: int, fields: tuple[str, ...]) -> None:
        super().__init__(since, version, fields)
        self.since = since
        self.version = version
        self.fields = fields


class Conflict(Refusal):
    """The other 409s: the state of things speaks against it."""


class NameTaken(Conflict):
    """A status of that board has the name."""

    slug = "name-taken"

    def __init__(self, status_id: UUID) -> None:
        super().__init__(status_id)
        self.status_id = status_id


class LastOfType(Conflict):
    """Every board keeps at least one status of each type."""

    slug = "last-of-type"

    def __init__(self, status_type: StatusType) -> None:
        super().__init__(status_type)
        self.status_type = status_type


class InUse(Conflict):
    """Live opportunities stand there."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class StatusInUse(InUse):
    """A status that holds live opportunities needs a replacement to be deleted.

    One that is `receiving` those of a status that is going has to stay until that has ended.
    """

    slug = "status-in-use"

    def __init__(self, count: int, *, receiving: bool = False) -> None:
        super().__init__(count)
        self.receiving = receiving


class TypeInUse(InUse):
    """A status that holds live opportunities keeps its type."""

    slug = "type-in-use"


class BoardInUse(InUse):
    """A board that holds live opportunities cannot be archived."""

    slug = "board-in-use"


class TypeChange(Conflict):
    """Opportunities would change type: must be asked for in so many words."""

    slug = "type-change"

    def __init__(self, before: StatusType, after: StatusType, count: int) -> None:
        super().__init__(before, after, count)
        self.before = before
        self.after = after
        self.count = count


class StatusGone(Conflict):
    """The status is deleted, or going; `replacement` is (id, name), followed to its end."""

    slug = "status-gone"

    def __init__(self, status_id: UUID, replacement: tuple[UUID, str] | None) -> None:
        super().__init__(status_id, replacement)
        self.status_id = status_id
        self.replacement = replacement


class NotAPermutation(Conflict):
    """The list is not exactly the board's present statuses."""

    slug = "not-a-permutation"

    def __init__(
        self, missing: tuple[UUID, ...], unknown: tuple[UUID, ...], repeated: tuple[UUID, ...]
    ) -> None:
        super().__init__(missing, unknown, repeated)
        self.missing = missing
        self.unknown = unknown
        self.repeated = repeated


class BoardArchived(Conflict):
    """The board was put away."""

    slug = "board-archived"


class CustomerArchived(Conflict):
    """The customer was put away."""

    slug = "customer-archived"


class Busy(Exception):  # noqa: N818 - an answer: try again later
    """The queue is full, or the command lost ten rounds: may be retried with its key."""
