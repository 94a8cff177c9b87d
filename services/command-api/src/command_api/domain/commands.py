"""What people can ask for. Texts are normalized and sizes checked before a command is made.

`UNSET` in an edit means "leave it"; None clears.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from opportunity_events.v1 import Language, Period, RoleName, StatusType, Visibility


class Asker(msgspec.Struct, frozen=True):
    """Who asks: the organization is never taken from anywhere else."""

    org: UUID
    actor: str  # user/<id>, key/<id> or system
    user_id: UUID | None
    role: RoleName


class Money(msgspec.Struct, frozen=True):
    """An amount in minor units; without a currency it is in the organization's."""

    amount_minor: int | None
    currency: str | None


# --- organization, teams, users -------------------------------------------------------------


class CreateOrganization(msgspec.Struct, frozen=True):
    """Begin an organization (only the command line can)."""

    org: UUID
    name: str
    currency: str
    time_zone: str
    language: Language


class EditOrganization(msgspec.Struct, frozen=True):
    """Change the organization's settings."""

    name: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET


class AddTeam(msgspec.Struct, frozen=True):
    """Add a team."""

    team_id: UUID
    name: str


class RenameTeam(msgspec.Struct, frozen=True):
    """Give a team another name."""

    team_id: UUID
    name: str | UnsetType = UNSET


class AddUser(msgspec.Struct, frozen=True):
    """Add a user."""

    user_id: UUID
    name: str
    email: str | None
    role: RoleName
    team_id: UUID | None


class EditUser(msgspec.Struct, frozen=True):
    """Change a user."""

    user_id: UUID
    name: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    role: RoleName | UnsetType = UNSET
    team_id: UUID | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class EraseUser(msgspec.Struct, frozen=True):
    """Make an inactive user's personal data unreadable."""

    user_id: UUID


# --- boards and statuses --------------------------------------------------------------------


class NewStatus(msgspec.Struct, frozen=True):
    """A status to be; a colour of None takes the type's."""

    status_id: UUID
    name: str
    type: StatusType
    color: str | None
    default_confidence: int | None


class CreateBoard(msgspec.Struct, frozen=True):
    """Begin a board; missing types get their defaults, with ids from `spare_ids` (three)."""

    board_id: UUID
    name: str
    statuses: tuple[NewStatus, ...]
    spare_ids: tuple[UUID, UUID, UUID]


class RenameBoard(msgspec.Struct, frozen=True):
    """Give a board another name."""

    board_id: UUID
    name: str | UnsetType = UNSET


class ArchiveBoard(msgspec.Struct, frozen=True):
    """Put a board away."""

    board_id: UUID


class AddStatus(msgspec.Struct, frozen=True):
    """Add a status; without an index behind the last one of its type."""

    board_id: UUID
    status: NewStatus
    index: int | None


class EditStatus(msgspec.Struct, frozen=True):
    """Change a status: one fact a field, in the order name, color, default_confidence, type."""

    board_id: UUID
    status_id: UUID
    name: str | UnsetType = UNSET
    color: str | UnsetType = UNSET
    default_confidence: int | UnsetType | None = UNSET
    type: StatusType | UnsetType = UNSET


class ReorderStatuses(msgspec.Struct, frozen=True):
    """Put all statuses of a board into this order."""

    board_id: UUID
    status_ids: tuple[UUID, ...]


AT_ONCE = 1_000
"""So many opportunities are moved out of a status in one append; more take a job (rule 6)."""


class DeleteStatus(msgspec.Struct, frozen=True):
    """Delete a status; what stands in it goes to the replacement, at once or by a job."""

    board_id: UUID
    status_id: UUID
    replacement: UUID | None
    allow_type_change: bool
    at_once: int = AT_ONCE


class MoveOut(msgspec.Struct, frozen=True):
    """Move one opportunity out of a status that is going; only the job of its deletion asks it."""

    opportunity_id: UUID
    board_id: UUID
    status_id: UUID


class FinishDeletion(msgspec.Struct, frozen=True):
    """Let a going status go, once nothing stands in it; only the job of its deletion asks it."""

    board_id: UUID
    status_id: UUID
    moved: int


# --- customers and contacts -----------------------------------------------------------------


class AddCustomer(msgspec.Struct, frozen=True):
    """Add a customer."""

    customer_id: UUID
    name: str
    external_ref: str | None
    person: bool


class EditCustomer(msgspec.Struct, frozen=True):
    """Change a customer."""

    customer_id: UUID
    name: str | UnsetType = UNSET
    external_ref: str | UnsetType | None = UNSET
    person: bool | UnsetType = UNSET


class ArchiveCustomer(msgspec.Struct, frozen=True):
    """Put a customer away: no new opportunities."""

    customer_id: UUID


class EraseCustomer(msgspec.Struct, frozen=True):
    """Make a natural person's data unreadable."""

    customer_id: UUID


class AddContact(msgspec.Struct, frozen=True):
    """Add a contact of a customer."""

    customer_id: UUID
    contact_id: UUID
    name: str
    email: str | None
    phone: str | None
    title: str | None


class EditContact(msgspec.Struct, frozen=True):
    """Change a contact."""

    customer_id: UUID
    contact_id: UUID
    name: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET


class EraseContact(msgspec.Struct, frozen=True):
    """Make a contact's personal data unreadable."""

    customer_id: UUID
    contact_id: UUID


# --- opportunities --------------------------------------------------------------------------


class CreateOpportunity(msgspec.Struct, frozen=True):
    """Begin an opportunity. `closed_at` and `occurred_at` are an import's: business times."""

    opportunity_id: UUID
    title: str
    customer_id: UUID
    board_id: UUID | None = None
    status_id: UUID | None = None
    value: Money | None = None
    period: Period = "one_time"
    confidence: int | UnsetType | None = UNSET
    expected_close_date: date | None = None
    contact_ids: tuple[UUID, ...] = ()
    owner_id: UUID | None = None
    note: str | None = None
    external_ref: str | None = None
    occurred_at: datetime | None = None
    closed_at: datetime | None = None
    lost_reason: str | None = None


class EditOpportunity(msgspec.Struct, frozen=True):
    """Change any field but board and status."""

    opportunity_id: UUID
    title: str | UnsetType = UNSET
    customer_id: UUID | UnsetType = UNSET
    value: Money | UnsetType | None = UNSET
    period: Period | UnsetType = UNSET
    confidence: int | UnsetType | None = UNSET
    expected_close_date: date | UnsetType | None = UNSET
    contact_ids: tuple[UUID, ...] | UnsetType = UNSET
    owner_id: UUID | UnsetType = UNSET
    note: str | UnsetType | None = UNSET
    external_ref: str | UnsetType | None = UNSET
    occurred_at: datetime | None = None


class MoveOpportunity(msgspec.Struct, frozen=True):
    """Move to a status of the same board, whichever its type."""

    opportunity_id: UUID
    status_id: UUID
    reason: str | None = None
    closed_on: date | None = None
    occurred_at: datetime | None = None


class WinOpportunity(msgspec.Struct, frozen=True):
    """Win: to the status, else to the board's first won one."""

    opportunity_id: UUID
    status_id: UUID | None = None
    closed_on: date | None = None
    reason: str | None = None
    occurred_at: datetime | None = None


class LoseOpportunity(msgspec.Struct, frozen=True):
    """Lose: to the status, else to the board's first lost one."""

    opportunity_id: UUID
    status_id: UUID | None = None
    closed_on: date | None = None
    reason: str | None = None
    occurred_at: datetime | None = None


class ReopenOpportunity(msgspec.Struct, frozen=True):
    """Reopen: to the status, else to the last active one it stood in, else to the first."""

    opportunity_id: UUID
    status_id: UUID | None = None
    reason: str | None = None
    occurred_at: datetime | None = None


class DeleteOpportunity(msgspec.Struct, frozen=True):
    """Take it off list, board and totals."""

    opportunity_id: UUID
    occurred_at: datetime | None = None


class RestoreOpportunity(msgspec.Struct, frozen=True):
    """Bring a deleted one back."""

    opportunity_id: UUID
    occurred_at: datetime | None = None


OpportunityCommand = (
    EditOpportunity
    | MoveOpportunity
    | WinOpportunity
    | LoseOpportunity
    | ReopenOpportunity
    | DeleteOpportunity
    | RestoreOpportunity
)


class BulkOpportunities(msgspec.Struct, frozen=True):
    """One command on each of at most 1,000 opportunities, each on its own."""

    commands: tuple[OpportunityCommand, ...]
    dry_run: bool


PeopleCommand = (
    CreateOrganization | EditOrganization | AddTeam | RenameTeam | AddUser | EditUser | EraseUser
)
BoardCommand = (
    CreateBoard
    | RenameBoard
    | ArchiveBoard
    | AddStatus
    | EditStatus
    | ReorderStatuses
    | DeleteStatus
    | MoveOut
    | FinishDeletion
)
CustomerCommand = (
    AddCustomer
    | EditCustomer
    | ArchiveCustomer
    | EraseCustomer
    | AddContact
    | EditContact
    | EraseContact
)
Command = (
    PeopleCommand
    | BoardCommand
    | CustomerCommand
    | CreateOpportunity
    | OpportunityCommand
    | BulkOpportunities
)
