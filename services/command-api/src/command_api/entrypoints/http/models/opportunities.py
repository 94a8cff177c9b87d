"""Bodies about opportunities."""

from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import UNSET, UnsetType
from pydantic import ConfigDict, Field

from command_api.domain.commands import (
    CreateOpportunity,
    EditOpportunity,
    LoseOpportunity,
    Money,
    MoveOpportunity,
    ReopenOpportunity,
    RestoreOpportunity,
    WinOpportunity,
)
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.figures import Confidence, Value
from command_api.entrypoints.http.models.text import Note, Reason, Reference, Title
from opportunity_events.v1 import Period
from service_runtime.http.fields import Body, Day, Id
from service_runtime.ids import new_id

MAX_CONTACT_IDS: Final = 50
ContactIds = Annotated[list[Id], Field(max_length=MAX_CONTACT_IDS)]

_ID: Final = "0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f"
_CREATE_EXAMPLE: Final[dict[str, Any]] = {
    "title": "Phần mềm kho cho An Phát",
    "customer_id": _ID,
    "value": {"amount_minor": 250000000, "currency": "VND"},
    "period": "annual",
    "confidence": 60,
    "expected_close_date": "2026-03-31",
}


class OpportunityToCreate(Body):
    """A new opportunity; without a board it stands on the oldest live one."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CREATE_EXAMPLE]})

    title: Title
    customer_id: Id
    board_id: Id | None = None
    status_id: Id | None = None
    value: Value | None = None
    period: Period = "one_time"
    confidence: Confidence | None = absent()
    expected_close_date: Day | None = None
    contact_ids: Annotated[ContactIds, Field(default_factory=list[UUID])]
    owner_id: Id | None = None
    note: Note | None = None
    external_ref: Reference | None = None

    def command(self) -> CreateOpportunity:
        """Return the command, with a new id."""
        return CreateOpportunity(
            opportunity_id=new_id(),
            title=self.title,
            customer_id=self.customer_id,
            board_id=self.board_id,
            status_id=self.status_id,
            value=None if self.value is None else self.value.money(),
            period=self.period,
            confidence=self.confidence,
            expected_close_date=self.expected_close_date,
            contact_ids=tuple(self.contact_ids),
            owner_id=self.owner_id,
            note=self.note,
            external_ref=self.external_ref,
        )


class OpportunityChanges(Body):
    """What of an opportunity changes; board and status change by moving."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"confidence": 75, "expected_close_date": None}]}
    )

    title: Title = absent()
    customer_id: Id = absent()
    value: Value | None = absent()
    period: Period = absent()
    confidence: Confidence | None = absent()
    expected_close_date: Day | None = absent()
    contact_ids: ContactIds = absent()
    owner_id: Id = absent()
    note: Note | None = absent()
    external_ref: Reference | None = absent()

    def command(self, opportunity: UUID) -> EditOpportunity:
        """Return the command."""
        return EditOpportunity(
            opportunity,
            title=self.title,
            customer_id=self.customer_id,
            value=self._money(),
            period=self.period,
            confidence=self.confidence,
            expected_close_date=self.expected_close_date,
            contact_ids=tuple(self.contact_ids) if self._gives("contact_ids") else UNSET,
            owner_id=self.owner_id,
            note=self.note,
            external_ref=self.external_ref,
        )

    def _money(self) -> Money | UnsetType | None:
        if not self._gives("value"):
            return UNSET
        return None if self.value is None else self.value.money()

    def _gives(self, field: str) -> bool:
        return field in self.model_fields_set


class Move(Body):
    """Where to move: a status of the same board; `closed_on` where that closes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status_id": _ID}]})

    status_id: Id
    reason: Reason | None = None
    closed_on: Day | None = None

    def command(self, opportunity: UUID) -> MoveOpportunity:
        """Return the command."""
        return MoveOpportunity(opportunity, self.status_id, self.reason, self.closed_on)


class Win(Body):
    """How it is won; without a status in the board's first won one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"closed_on": "2026-01-31"}]})

    status_id: Id | None = None
    closed_on: Day | None = None
    reason: Reason | None = None

    def command(self, opportunity: UUID) -> WinOpportunity:
        """Return the command."""
        return WinOpportunity(opportunity, self.status_id, self.closed_on, self.reason)


class Lose(Body):
    """How it is lost; without a status in the board's first lost one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Giá cao hơn đối thủ"}]})

    status_id: Id | None = None
    closed_on: Day | None = None
    reason: Reason | None = None

    def command(self, opportunity: UUID) -> LoseOpportunity:
        """Return the command."""
        return LoseOpportunity(opportunity, self.status_id, self.closed_on, self.reason)


class Reopen(Body):
    """How it is reopened; without a status where it last stood active, if that is live."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Khách hàng quay lại"}]})

    status_id: Id | None = None
    reason: Reason | None = None

    def command(self, opportunity: UUID) -> ReopenOpportunity:
        """Return the command."""
        return ReopenOpportunity(opportunity, self.status_id, self.reason)


class Nothing(Body):
    """A command that needs no more to be said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    def command(self, opportunity: UUID) -> RestoreOpportunity:
        """Return the command."""
        return RestoreOpportunity(opportunity)
