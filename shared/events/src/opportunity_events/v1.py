"""What can happen: every fact of Cohoi, version 1.

A fact is written once and read for ever: fields are never renamed or re-typed here. A change is a
new version of the fact with an upcaster (see upcasters.py), and tests/contract pins the bytes.
"""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from opportunity_events.personal import Sealed

StatusType = Literal["active", "won", "lost"]
Period = Literal["one_time", "monthly", "annual"]
ConfidenceSource = Literal["status", "user"]
Language = Literal["vi", "en"]
Visibility = Literal["own", "team", "all"]
RoleName = Literal["rep", "manager", "admin", "auditor", "service"]
FieldValue = str | int | bool | None | tuple[str, ...] | Sealed


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One field before and after; ids in values are strings."""

    field: str
    from_: FieldValue
    to: FieldValue


class StatusRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A status as it was at that moment."""

    id: UUID
    name: str
    type: StatusType


class WholeStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A status with everything that a board knows of it."""

    id: UUID
    name: str
    type: StatusType
    color: str
    default_confidence: int | None


# --- organization, teams, users -------------------------------------------------------------


class OrganizationCreated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organization begins; its currency, zone and language are what others default to."""

    name: str
    currency: str
    time_zone: str
    language: Language
    visibility: Visibility


class OrganizationEdited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name, currency, time_zone, language or visibility changed."""

    changes: tuple[Change, ...]


class TeamAdded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team was added."""

    name: str


class TeamRenamed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """A team got another name."""

    from_: str
    to: str


class UserAdded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user was added, active."""

    name: Sealed
    email: Sealed | None
    role: RoleName
    team_id: UUID | None


class UserEdited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name, email, role, team_id or active changed."""

    changes: tuple[Change, ...]


class UserErased(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user's personal data became unreadable: the key is deleted."""

    key: UUID


# --- boards and statuses --------------------------------------------------------------------


class BoardCreated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board begins with its first statuses, in order, at least one of each type."""

    name: str
    statuses: tuple[WholeStatus, ...]


class BoardRenamed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """A board got another name."""

    from_: str
    to: str


class BoardArchived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board without live opportunities was put away."""

    name: str


class StatusAdded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A status was inserted at an index (0 = first)."""

    status: WholeStatus
    index: int


class StatusRenamed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """A status got another name."""

    status_id: UUID
    from_: str
    to: str


class StatusRecolored(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """A status got another colour, `#rrggbb`."""

    status_id: UUID
    from_: str
    to: str


class StatusConfidenceSet(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """A status got another default confidence, 0..100 or none."""

    status_id: UUID
    from_: int | None
    to: int | None


class StatusesReordered(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """The statuses of a board stand in another order; both lists are whole."""

    from_: tuple[UUID, ...]
    to: tuple[UUID, ...]


class StatusTypeChanged(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """An empty status changed its type; a closed type has no default confidence."""

    status_id: UUID
    from_: StatusType
    to: StatusType
    default_confidence_from: int | None
    default_confidence_to: int | None


class StatusDeletionStarted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deletion too large for one append began: from here on nothing enters the status."""

    status: StatusRef
    replacement: StatusRef
    allow_type_change: bool
    count: int


class StatusDeleted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A status is gone; what stood in it was moved before, in facts of its own."""

    status: WholeStatus
    index: int
    replacement: StatusRef | None
    moved: int


# --- customers and contacts -----------------------------------------------------------------


class CustomerAdded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer was added; `person` says that it is a natural person."""

    name: Sealed
    external_ref: str | None
    person: bool


class CustomerEdited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name, external_ref or person changed."""

    changes: tuple[Change, ...]


class CustomerArchived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer takes no new opportunities any more."""


class CustomerErased(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A natural person's data became unreadable: the key is deleted."""

    key: UUID


class ContactAdded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contact of the customer was added."""

    contact_id: UUID
    name: Sealed
    email: Sealed | None
    phone: Sealed | None
    title: Sealed | None


class ContactEdited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name, email, phone or title of a contact changed."""

    contact_id: UUID
    changes: tuple[Change, ...]


class ContactErased(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contact's personal data became unreadable: the key is deleted."""

    contact_id: UUID
    key: UUID


# --- opportunities --------------------------------------------------------------------------


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of an opportunity that is counted, as it stood at one version."""

    status: StatusRef
    owner_id: UUID
    customer_id: UUID
    amount_minor: int | None
    currency: str
    period: Period
    confidence: int | None
    confidence_source: ConfidenceSource
    expected_close_date: date | None
    closed_on: date | None
    lost_reason: str | None
    deleted: bool


class OpportunityCreated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opportunity begins, always in an active status; `before` is null."""

    board_id: UUID
    before: None
    after: Cell
    title: str
    external_ref: str | None
    contact_ids: tuple[UUID, ...]
    note: Sealed | None


class OpportunityEdited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields other than board and status changed; `after_close` where it stood closed."""

    board_id: UUID
    before: Cell
    after: Cell
    changes: tuple[Change, ...]
    after_close: bool


class OpportunityMoved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Moved between two statuses of one type."""

    board_id: UUID
    before: Cell
    after: Cell
    reason: str | None
    deleted_status: UUID | None


class OpportunityWon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Moved onto a won status from one of another type."""

    board_id: UUID
    before: Cell
    after: Cell
    reason: str | None
    deleted_status: UUID | None


class OpportunityLost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Moved onto a lost status from one of another type."""

    board_id: UUID
    before: Cell
    after: Cell
    reason: str | None
    deleted_status: UUID | None


class OpportunityReopened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Moved from a closed status onto an active one."""

    board_id: UUID
    before: Cell
    after: Cell
    reason: str | None
    deleted_status: UUID | None


class OpportunityDeleted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Left list, board and totals; can be read and restored."""

    board_id: UUID
    before: Cell
    after: Cell


class OpportunityRestored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Came back; `redirected_from` where its status was gone or of another type."""

    board_id: UUID
    before: Cell
    after: Cell
    redirected_from: UUID | None


OpportunityFact = (
    OpportunityCreated
    | OpportunityEdited
    | OpportunityMoved
    | OpportunityWon
    | OpportunityLost
    | OpportunityReopened
    | OpportunityDeleted
    | OpportunityRestored
)
TransitionFact = OpportunityMoved | OpportunityWon | OpportunityLost | OpportunityReopened
CustomerFact = (
    CustomerAdded
    | CustomerEdited
    | CustomerArchived
    | CustomerErased
    | ContactAdded
    | ContactEdited
    | ContactErased
)
BoardFact = (
    BoardCreated
    | BoardRenamed
    | BoardArchived
    | StatusAdded
    | StatusRenamed
    | StatusRecolored
    | StatusConfidenceSet
    | StatusesReordered
    | StatusTypeChanged
    | StatusDeletionStarted
    | StatusDeleted
)
OrganizationFact = OrganizationCreated | OrganizationEdited
TeamFact = TeamAdded | TeamRenamed
UserFact = UserAdded | UserEdited | UserErased
FactData = OrganizationFact | TeamFact | UserFact | BoardFact | CustomerFact | OpportunityFact
