"""The history of an opportunity, from commands through the log to sentences."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from command_api.domain import commands as c
from projector.settings import Settings
from service_runtime.ids import new_id
from support.office import Office
from support.projections import key_settings, project_all
from support.query_door import QueryDoor, Reader


@pytest.fixture
def projection(database: str, tmp_path: Path) -> Settings:
    return key_settings(database, tmp_path)


async def texts(reader: Reader, path: str, language: str) -> list[str]:
    """Return the sentences of a history, oldest first."""
    items = (await reader.read(path, language=language))["items"]
    return [item["text"] for item in reversed(items)]


async def test_what_happened_is_told_in_both_languages(
    database: str, office: Office, door: QueryDoor, projection: Settings
) -> None:
    minh = await office.add_user("Minh")
    customer = await office.add_customer()
    board, statuses = await office.add_board("Tiếp cận", "Đàm phán")
    deal = await office.add_opportunity(
        board, customer, "Kho hàng", value=c.Money(125000, "USD"), note="gọi lại"
    )
    await office.ask(c.MoveOpportunity(deal, statuses["Đàm phán"], reason="họ muốn gặp"))
    edit = c.EditOpportunity(
        deal,
        value=c.Money(250050, "USD"),
        owner_id=minh,
        expected_close_date=date(2030, 3, 31),
        note="đã gặp",
    )
    await office.ask(edit)
    await office.ask(c.WinOpportunity(deal), user=minh, role="rep")
    await office.ask(c.DeleteOpportunity(deal))
    await project_all(database, projection)
    reader = door.as_user(office.org, office.admin, "admin")
    path = f"/v1/opportunities/{deal}/history"
    vietnamese, english = await texts(reader, path, "vi"), await texts(reader, path, "en")
    assert vietnamese[:2] == [
        "Lan tạo cơ hội “Kho hàng” ở Tiếp cận",
        "Lan chuyển từ Tiếp cận sang Đàm phán. Lý do: họ muốn gặp",
    ]
    assert english[:2] == [
        "Lan created “Kho hàng” in Tiếp cận",
        "Lan moved it from Tiếp cận to Đàm phán. Reason: họ muốn gặp",
    ]
    assert "đổi doanh thu từ 1.250,00 USD thành 2.500,50 USD" in vietnamese[2]
    assert "đổi người phụ trách từ Lan thành Minh" in vietnamese[2]
    assert "set the expected close date to 31 March 2030" in english[2]
    assert english[3].startswith("Minh won it, from Đàm phán to Won, closed on ")
    assert english[4] == "Lan deleted it"
    assert vietnamese[4] == "Lan xóa cơ hội"
    assert (await reader.read(path))["items"][0]["text"] == vietnamese[4]  # the organization's


async def test_the_data_says_each_field_before_and_after(
    database: str, office: Office, door: QueryDoor, projection: Settings
) -> None:
    customer = await office.add_customer()
    board, statuses = await office.add_board("Lead")
    deal = await office.add_opportunity(board, customer, "Deal", note="first")
    await office.ask(c.LoseOpportunity(deal, reason="too dear"))
    await office.ask(c.EditOpportunity(deal, note="second", confidence=40))
    await project_all(database, projection)
    reader = door.as_user(office.org, office.admin, "admin")
    edited, lost, created = (await reader.read(f"/v1/opportunities/{deal}/history"))["items"]
    assert [item["version"] for item in (edited, lost, created)] == [3, 2, 1]
    assert edited["actor"] == {"id": f"user/{office.admin}", "name": "Lan"}
    assert fields(lost)["status"] == (
        {"id": str(statuses["Lead"]), "name": "Lead", "type": "active"},
        {"id": str(statuses["Lost"]), "name": "Lost", "type": "lost"},
    )
    assert fields(lost)["lost_reason"] == (None, "too dear")
    assert fields(edited)["note"] == ("first", "second")
    assert fields(edited)["confidence"] == (None, 40)
    assert fields(edited)["confidence_source"] == ("status", "user")
    assert fields(created)["title"] == (None, "Deal")
    assert fields(created)["note"] == (None, "first")
    assert "deleted" not in fields(created)


async def test_what_was_erased_reads_erased_in_history_and_feed(
    database: str, office: Office, door: QueryDoor, projection: Settings
) -> None:
    person = new_id()
    await office.ask(c.AddCustomer(person, "Trần Văn An", None, person=True))
    quynh = await office.add_user("Quỳnh", "manager")
    board, _ = await office.add_board("Lead")
    deal = await office.add_opportunity(board, person, "Deal", note="đau lưng")
    await office.ask(c.EditOpportunity(deal, title="Deal 2"), user=quynh, role="manager")
    reader = door.as_user(office.org, office.admin, "admin")
    feed = await reader.ask("/v1/events")
    assert "Trần Văn An" in feed.text
    assert "đau lưng" in feed.text
    assert "ciphertext" not in feed.text
    await office.ask(c.EraseCustomer(person))
    await office.ask(c.EditUser(quynh, active=False))
    await office.ask(c.EraseUser(quynh))
    await project_all(database, projection)
    after = await reader.ask("/v1/events")
    history = await reader.ask(f"/v1/opportunities/{deal}/history", language="en")
    for answer in (after, history):
        assert "Trần Văn An" not in answer.text
        assert "đau lưng" not in answer.text
        assert "Quỳnh" not in answer.text
    added = next(f for f in after.json()["items"] if f["type"] == "customer_added.v1")
    assert added["data"]["name"] is None
    assert added["data"]["erased"] is True
    edited, created = history.json()["items"]
    assert edited["text"] == "An erased user changed the title from “Deal” to “Deal 2”"
    assert edited["actor"]["name"] is None
    note = next(change for change in created["changes"] if change["field"] == "note")
    assert note == {"field": "note", "from": None, "to": None, "erased": True}


async def test_a_history_is_paged_and_stops_where_it_is_applied(
    database: str, office: Office, door: QueryDoor, projection: Settings
) -> None:
    customer = await office.add_customer()
    board, _ = await office.add_board("Lead")
    deal = await office.add_opportunity(board, customer, "Deal")
    for number in range(4):
        await office.ask(c.EditOpportunity(deal, title=f"Deal {number}"))
    await project_all(database, projection)
    await office.ask(c.EditOpportunity(deal, title="not applied yet"))
    reader = door.as_user(office.org, office.admin, "admin")
    path = f"/v1/opportunities/{deal}/history"
    pages = await reader.pages(path, limit=2)
    items = [item for page in pages for item in page["items"]]
    assert [item["version"] for item in items] == [5, 4, 3, 2, 1]
    assert all(item["position"] <= pages[0]["position"] for item in items)
    cursor = pages[0]["next_cursor"]
    other = await office.add_opportunity(board, customer, "Other")
    await project_all(database, projection)
    wrong = await reader.refused(f"/v1/opportunities/{other}/history", cursor=cursor)
    assert wrong == (400, "bad-cursor", "cursor")


def fields(item: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the changes of a history item by field."""
    return {change["field"]: (change["from"], change["to"]) for change in item["changes"]}
