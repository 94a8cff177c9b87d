"""One example of every fact there is, the same for ever: the golden files are made of these."""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from opportunity_events import v1
from opportunity_events.envelope import Cause, Fact, Stream, StreamKind
from opportunity_events.personal import Sealed


def _id(number: int) -> UUID:
    return UUID(f"0192f0c1-7a00-7000-8000-{number:012d}")


ORG: Final = _id(1)
CAUSE: Final = Cause(
    actor=f"user/{_id(2)}",
    client="api",
    command_id=_id(3),
    causation_id=_id(3),
    correlation_id="4bf92f3577b34da6a3ce929d0e0e4736",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)
SEALED: Final = Sealed(_id(4), "bm9uY2Vub25jZTEy", "xIHhurdjIG3huq10")
RESEALED: Final = Sealed(_id(4), "bm9uY2Vub25jZTM0", "4buVaSBt4bubaQ==")
APPROACH: Final = v1.StatusRef(_id(11), "Tiếp cận", "active")
TALKS: Final = v1.StatusRef(_id(12), "Đàm phán", "active")
WON: Final = v1.StatusRef(_id(13), "Hoàn thành", "won")
LOST: Final = v1.StatusRef(_id(14), "Thất bại", "lost")
WHOLE: Final = v1.WholeStatus(_id(12), "Đàm phán", "active", "#3b82f6", 60)


def cell(
    status: v1.StatusRef = APPROACH,
    *,
    amount_minor: int | None = 9_007_199_254_740_991,
    confidence: int | None = 75,
    closed_on: date | None = None,
    lost_reason: str | None = None,
    deleted: bool = False,
) -> v1.Cell:
    return v1.Cell(
        status=status,
        owner_id=_id(2),
        customer_id=_id(21),
        amount_minor=amount_minor,
        currency="VND",
        period="monthly",
        confidence=confidence,
        confidence_source="user",
        expected_close_date=date(2026, 12, 31),
        closed_on=closed_on,
        lost_reason=lost_reason,
        deleted=deleted,
    )


CLOSED: Final = date(2026, 11, 24)
_WHOLE_BOARD: Final = (
    v1.WholeStatus(_id(11), "Tiếp cận", "active", "#3b82f6", None),
    v1.WholeStatus(_id(13), "Hoàn thành", "won", "#16a34a", None),
    v1.WholeStatus(_id(14), "Thất bại", "lost", "#dc2626", None),
)
_DATA: Final[tuple[tuple[StreamKind, v1.FactData], ...]] = (
    ("organization", v1.OrganizationCreated("An Phát", "VND", "Asia/Ho_Chi_Minh", "vi", "all")),
    ("organization", v1.OrganizationEdited((v1.Change("currency", "VND", "USD"),))),
    ("team", v1.TeamAdded("Miền Bắc")),
    ("team", v1.TeamRenamed("Miền Bắc", "Hà Nội")),
    ("user", v1.UserAdded(SEALED, None, "rep", _id(31))),
    (
        "user",
        v1.UserEdited((v1.Change("name", SEALED, RESEALED), v1.Change("role", "rep", "manager"))),
    ),
    ("user", v1.UserErased(_id(4))),
    ("board", v1.BoardCreated("Bán hàng", _WHOLE_BOARD)),
    ("board", v1.BoardRenamed("Bán hàng", "Doanh nghiệp")),
    ("board", v1.BoardArchived("Doanh nghiệp")),
    ("board", v1.StatusAdded(WHOLE, 1)),
    ("board", v1.StatusRenamed(_id(12), "Đàm phán", "Thương lượng")),
    ("board", v1.StatusRecolored(_id(12), "#3b82f6", "#f59e0b")),
    ("board", v1.StatusConfidenceSet(_id(12), 60, None)),
    (
        "board",
        v1.StatusesReordered(
            (_id(11), _id(12), _id(13), _id(14)), (_id(12), _id(11), _id(13), _id(14))
        ),
    ),
    ("board", v1.StatusTypeChanged(_id(12), "active", "lost", 60, None)),
    ("board", v1.StatusDeletionStarted(TALKS, APPROACH, allow_type_change=False, count=12_000)),
    ("board", v1.StatusDeleted(WHOLE, 1, APPROACH, 12_000)),
    ("customer", v1.CustomerAdded(SEALED, "KH-0001", person=True)),
    ("customer", v1.CustomerEdited((v1.Change("external_ref", "KH-0001", None),))),
    ("customer", v1.CustomerArchived()),
    ("customer", v1.CustomerErased(_id(4))),
    ("customer", v1.ContactAdded(_id(22), SEALED, SEALED, None, None)),
    ("customer", v1.ContactEdited(_id(22), (v1.Change("phone", None, SEALED),))),
    ("customer", v1.ContactErased(_id(22), _id(4))),
    (
        "opportunity",
        v1.OpportunityCreated(
            _id(10), None, cell(amount_minor=None), "Hợp đồng ✨", None, (_id(22),), SEALED
        ),
    ),
    (
        "opportunity",
        v1.OpportunityEdited(
            _id(10),
            cell(),
            cell(confidence=None),
            (
                v1.Change("confidence", 75, None),
                v1.Change("contact_ids", (str(_id(22)),), ()),
                v1.Change("note", SEALED, None),
            ),
            after_close=False,
        ),
    ),
    ("opportunity", v1.OpportunityMoved(_id(10), cell(), cell(TALKS), None, None)),
    (
        "opportunity",
        v1.OpportunityWon(_id(10), cell(TALKS), cell(WON, closed_on=CLOSED), None, _id(12)),
    ),
    (
        "opportunity",
        v1.OpportunityLost(
            _id(10), cell(), cell(LOST, closed_on=CLOSED, lost_reason="Giá"), "Giá", None
        ),
    ),
    (
        "opportunity",
        v1.OpportunityReopened(_id(10), cell(WON, closed_on=CLOSED), cell(), "Nhầm", None),
    ),
    ("opportunity", v1.OpportunityDeleted(_id(10), cell(), cell(deleted=True))),
    (
        "opportunity",
        v1.OpportunityRestored(_id(10), cell(TALKS, deleted=True), cell(), _id(12)),
    ),
)


def samples() -> list[Fact]:
    """Return a fact of every type; every second one has a business time of its own."""
    moment = datetime(2026, 11, 24, 3, 4, 5, 60, tzinfo=UTC)
    return [
        Fact(
            stream=Stream(ORG, kind, ORG if kind == "organization" else _id(40)),
            version=number,
            cause=CAUSE,
            data=data,
            occurred_at=moment if number % 2 else None,
        )
        for number, (kind, data) in enumerate(_DATA, start=1)
    ]
