"""Sentences and data of a history, for every fact of an opportunity, in both languages."""

from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest

from opportunity_events import v1
from opportunity_events.envelope import Cause
from opportunity_events.wire_types import WIRE_NAMES
from opportunity_history.changes import changes_of
from opportunity_history.entries import Entry, mentioned_in
from opportunity_history.names import Names
from opportunity_history.sentences import actor_of, sentence
from opportunity_history.wording import written_date, written_money

LAN, MINH, GONE, KEY, ACME, BOARD = (UUID(int=number) for number in range(1, 7))
AT = datetime(2026, 5, 31, 2, 15, tzinfo=UTC)
NAMES = Names(
    users={LAN: "Lan", MINH: "Minh", GONE: None}, keys={KEY: "Cổng"}, customers={ACME: "Acme"}
)
LEAD = v1.StatusRef(UUID(int=11), "Tiếp cận", "active")
TALKS = v1.StatusRef(UUID(int=12), "Đàm phán", "active")
WON = v1.StatusRef(UUID(int=13), "Hoàn thành", "won")
LOST = v1.StatusRef(UUID(int=14), "Thất bại", "lost")


def cell(status: v1.StatusRef = LEAD, **fields: Any) -> v1.Cell:
    """Return an opportunity as it stood."""
    plain = v1.Cell(
        status=status,
        owner_id=LAN,
        customer_id=ACME,
        amount_minor=None,
        currency="VND",
        period="one_time",
        confidence=None,
        confidence_source="status",
        expected_close_date=None,
        closed_on=None,
        lost_reason=None,
        deleted=False,
    )
    return msgspec.structs.replace(plain, **fields)


def entry(data: v1.FactData, actor: str = f"user/{LAN}", client: Any = "web") -> Entry:
    """Return a fact as its history shows it."""
    name = WIRE_NAMES[type(data)]
    cause = Cause(actor, client, LAN, LAN, "trace")
    kind = name.removesuffix(".v1")
    return Entry(LAN, name, kind, 2, 9, AT, AT, cause, msgspec.to_builtins(data))


def edited(before: v1.Cell, after: v1.Cell, *changes: v1.Change, late: bool = False) -> Entry:
    """Return an edit whose changes are the cells' and these."""
    was, now = msgspec.to_builtins(before), msgspec.to_builtins(after)
    found = [v1.Change(field, was[field], now[field]) for field in was if was[field] != now[field]]
    fact = v1.OpportunityEdited(BOARD, before, after, (*found, *changes), after_close=late)
    return entry(fact)


CREATED = v1.OpportunityCreated(BOARD, None, cell(), "Kho", None, (), None)
CLOSED = {"closed_on": date(2026, 5, 3)}
SAID: list[tuple[Entry, str, str]] = [
    (entry(CREATED), "Lan tạo cơ hội “Kho” ở Tiếp cận", "Lan created “Kho” in Tiếp cận"),
    (
        entry(CREATED, "system", "import"),
        "Hệ thống tạo cơ hội “Kho” ở Tiếp cận (nhập từ tệp)",
        "The system created “Kho” in Tiếp cận (imported from a file)",
    ),
    (
        entry(v1.OpportunityMoved(BOARD, cell(), cell(TALKS), None, None)),
        "Lan chuyển từ Tiếp cận sang Đàm phán",
        "Lan moved it from Tiếp cận to Đàm phán",
    ),
    (
        entry(v1.OpportunityMoved(BOARD, cell(), cell(TALKS), None, LEAD.id), f"key/{KEY}"),
        "Khóa API Cổng chuyển từ Tiếp cận sang Đàm phán, vì trạng thái Tiếp cận bị xóa",
        "API key Cổng moved it from Tiếp cận to Đàm phán, because the status Tiếp cận was deleted",
    ),
    (
        entry(v1.OpportunityWon(BOARD, cell(), cell(WON, **CLOSED), "giá tốt", None)),
        (
            "Lan đánh dấu hoàn thành, chuyển từ Tiếp cận sang Hoàn thành, ngày chốt 03/05/2026."
            " Lý do: giá tốt"
        ),
        "Lan won it, from Tiếp cận to Hoàn thành, closed on 3 May 2026. Reason: giá tốt",
    ),
    (
        entry(v1.OpportunityLost(BOARD, cell(), cell(LOST, **CLOSED), None, None), f"user/{GONE}"),
        (
            "Một người dùng (đã được xóa thông tin) đánh dấu thất bại, "
            "chuyển từ Tiếp cận sang Thất bại,"
            " ngày chốt 03/05/2026"
        ),
        "An erased user lost it, from Tiếp cận to Thất bại, closed on 3 May 2026",
    ),
    (
        entry(v1.OpportunityReopened(BOARD, cell(WON), cell(TALKS), None, None)),
        "Lan mở lại, chuyển từ Hoàn thành sang Đàm phán",
        "Lan reopened it, from Hoàn thành to Đàm phán",
    ),
    (
        entry(v1.OpportunityDeleted(BOARD, cell(), cell(deleted=True))),
        "Lan xóa cơ hội",
        "Lan deleted it",
    ),
    (
        entry(v1.OpportunityRestored(BOARD, cell(deleted=True), cell(), None)),
        "Lan khôi phục cơ hội ở Tiếp cận",
        "Lan restored it in Tiếp cận",
    ),
    (
        entry(v1.OpportunityRestored(BOARD, cell(deleted=True), cell(TALKS), LEAD.id)),
        "Lan khôi phục cơ hội ở Đàm phán, vì trạng thái cũ không còn dùng được",
        "Lan restored it in Đàm phán, because its former status was gone",
    ),
    (
        edited(cell(), cell(amount_minor=1250000)),
        "Lan đặt doanh thu là 1.250.000 VND",
        "Lan set the value to 1,250,000 VND",
    ),
    (
        edited(cell(amount_minor=5), cell(amount_minor=150, currency="USD"), late=True),
        "Lan đổi doanh thu từ 5 VND thành 1,50 USD sau khi đã chốt",
        "Lan changed the value from 5 VND to 1.50 USD after it had been closed",
    ),
    (
        edited(cell(amount_minor=5), cell(owner_id=MINH)),
        "Lan bỏ doanh thu (trước đó là 5 VND) và đổi người phụ trách từ Lan thành Minh",
        "Lan cleared the value (it was 5 VND) and changed the owner from Lan to Minh",
    ),
    (
        edited(cell(), cell(currency="USD")),
        "Lan đổi loại tiền từ VND thành USD",
        "Lan changed the currency from VND to USD",
    ),
    (
        edited(
            cell(confidence=60),
            cell(confidence=75, confidence_source="user", period="monthly"),
            v1.Change("note", None, "x"),
        ),
        (
            "Lan đổi chu kỳ từ một lần thành hàng tháng, đổi tỉ lệ chốt từ 60% thành 75%"
            " và đổi ghi chú"
        ),
        (
            "Lan changed the period from one-time to monthly, changed the confidence from 60%"
            " to 75% and changed the note"
        ),
    ),
    (
        edited(cell(confidence=60), cell(confidence=60, confidence_source="user")),
        "Lan đặt tỉ lệ chốt là 60%",
        "Lan set the confidence to 60%",
    ),
    (
        edited(
            cell(),
            cell(customer_id=UUID(int=99), expected_close_date=date(2026, 12, 1)),
            v1.Change("external_ref", "A", None),
        ),
        (
            "Lan đổi khách hàng từ Acme thành (không rõ), đặt ngày chốt dự kiến là 01/12/2026"
            " và bỏ mã tham chiếu (trước đó là “A”)"
        ),
        (
            "Lan changed the customer from Acme to (unknown), set the expected close date to"
            " 1 December 2026 and cleared the external reference (it was “A”)"
        ),
    ),
]


@pytest.mark.parametrize(("told", "vietnamese", "english"), SAID)
def test_a_fact_is_a_sentence(told: Entry, vietnamese: str, english: str) -> None:
    assert sentence(told, NAMES, "vi") == vietnamese
    assert sentence(told, NAMES, "en") == english


def test_every_fact_of_an_opportunity_is_told() -> None:
    assert {told.type for told, _, _ in SAID} == {
        WIRE_NAMES[kind] for kind in get_args(v1.OpportunityFact)
    }


def test_what_people_typed_is_told_as_it_is() -> None:
    braces = msgspec.structs.replace(CREATED, title="{actor} 100% {0} %s")
    assert sentence(entry(braces), NAMES, "en") == "Lan created “{actor} 100% {0} %s” in Tiếp cận"


def test_changes_are_the_cells_differences_and_the_facts_own() -> None:
    told = edited(cell(), cell(amount_minor=5), v1.Change("title", "a", "b"))
    assert changes_of(told) == [
        {"field": "amount_minor", "from": None, "to": 5},
        {"field": "title", "from": "a", "to": "b"},
    ]
    moved = entry(v1.OpportunityMoved(BOARD, cell(), cell(TALKS), "vì", None))
    assert changes_of(moved) == [
        {
            "field": "status",
            "from": msgspec.to_builtins(LEAD),
            "to": msgspec.to_builtins(TALKS),
        },
        {"field": "reason", "from": None, "to": "vì"},
    ]
    deleted = entry(v1.OpportunityDeleted(BOARD, cell(), cell(deleted=True)))
    assert changes_of(deleted) == [{"field": "deleted", "from": False, "to": True}]


def test_actors_have_the_ids_of_facts_and_the_names_of_now() -> None:
    assert actor_of(f"user/{LAN}", NAMES, "en") == {"id": f"user/{LAN}", "name": "Lan"}
    assert actor_of(f"user/{GONE}", NAMES, "en")["name"] is None
    assert actor_of(f"key/{KEY}", NAMES, "en")["name"] == "Cổng"
    assert actor_of("system", NAMES, "vi")["name"] == "Hệ thống"


def test_everybody_who_is_mentioned_is_asked_for() -> None:
    told = edited(cell(), cell(owner_id=MINH))
    found = mentioned_in(f"key/{KEY}", told.data)
    assert (found.users, found.keys, found.customers) == ({LAN, MINH}, {KEY}, {ACME})


def test_money_and_dates_are_written_as_people_do() -> None:
    assert written_money(123456789, "VND", "vi") == "123.456.789 VND"
    assert written_money(123456789, "USD", "vi") == "1.234.567,89 USD"
    assert written_money(1005, "KWD", "en") == "1.005 KWD"
    assert written_money(5, "USD", "en") == "0.05 USD"
    assert written_date("2026-05-03", "vi") == "03/05/2026"
