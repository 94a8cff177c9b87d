"""What becomes of rows: names found or made, roles kept to, dates, dry runs, encodings."""

import unicodedata
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from command_api.application.imports import batch
from command_api.domain import commands as c
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from support.import_room import ImportRoom

HEAD = "deal id,deal name,account,owner,stage,created date,close date,amount\n"


async def names(room: ImportRoom, kind: str) -> int:
    return sum(1 for fact in await room.facts() if fact["type"] == f"{kind}_added.v1")


async def test_customers_are_found_by_their_folded_name_else_made_once(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    there = await room.office.add_customer("Công ty An Phát")
    job = await room.imported(
        "deal name,account\nOne,CONG TY AN PHAT\nTwo,Minh Long\nThree,minh  long\nFour,Minh Lòng\n",
        board,
    )
    assert (job.done, job.refused) == (4, 0)
    customers = [cell["customer_id"] for cell in (await room.cells()).values()]
    assert customers[0] == str(there)
    assert customers[1] == customers[2] == customers[3]
    assert await names(room, "customer") == 2


async def test_a_batch_that_needs_too_many_commands_goes_in_in_parts(
    room: ImportRoom, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MAX_COMMANDS", 12)
    board, _ = await room.office.add_board("A")
    file = "deal name,account\n" + "".join(f"Deal {n},Customer {n}\n" for n in range(30))
    job = await room.imported(file, board)
    assert (job.done, job.refused) == (30, 0)
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch(
            "select count(*) as facts from log.facts"
            " where type in ('customer_added.v1', 'opportunity_created.v1') group by xmin::text"
        )
    finally:
        await connection.close()
    assert sum(row["facts"] for row in rows) == 60
    assert max(row["facts"] for row in rows) <= 12


async def test_an_archived_customer_is_not_found_and_a_new_one_is_made(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    first = await room.imported("deal name,account\nOne,Minh Long\n", board)
    (before,) = {cell["customer_id"] for cell in (await room.cells()).values()}
    await room.office.ask(c.ArchiveCustomer(UUID(before)))
    again = await room.imported("deal name,account\nOne,Minh Long\nTwo,Minh Long\n", board)
    assert (first.done, again.unchanged, again.done, again.refused) == (1, 1, 1, 0)
    assert len({cell["customer_id"] for cell in (await room.cells()).values()}) == 2


async def test_several_customers_of_one_name_are_asked_back(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    for _ in range(2):
        await room.office.add_customer("Minh Long")
    job = await room.imported("deal name,account\nOne,Minh Long\n", board)
    assert await room.reasons(job) == {2: "ambiguous-customer"}


async def test_rows_without_a_customer_go_under_one(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    job = await room.imported("deal name,account\nOne,\nTwo,\nThree,Chưa có khách hàng\n", board)
    assert job.done == 3
    assert len({cell["customer_id"] for cell in (await room.cells()).values()}) == 1


async def test_new_statuses_stand_before_the_closing_ones_and_closing_words_go_by_type(
    room: ImportRoom,
) -> None:
    board, statuses = await room.office.add_board("A")
    job = await room.imported(
        "deal name,stage\nOne,ĐÀM PHÁN\nTwo,đàm  phán\nThree,a\nFour,Hoàn thành\nFive,Thất bại\n",
        board,
    )
    assert job.done == 5
    assert await room.counted() == {"ĐÀM PHÁN": 2, "A": 1, "Won": 1, "Lost": 1}
    (added,) = [f["data"] for f in await room.facts() if f["type"] == "status_added.v1"]
    assert added["index"] == 1
    created = [f["data"] for f in await room.facts() if f["type"] == "opportunity_created.v1"]
    closed = [data["after"]["status"]["id"] for data in created[-2:]]
    assert closed == [str(statuses["A"])] * 2  # won and lost begin in the first active status


async def test_dates_are_when_it_happened_and_bad_ones_refuse_their_row(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    future = (utc_now() + timedelta(days=40)).date().isoformat()
    job = await room.imported(
        HEAD + "a,One,X,,Won,2024-01-10,2024-02-20,100\n"
        f"b,Two,X,,A,{future},,1\n"
        "c,Three,X,,Lost,2024-03-01,2024-02-01,1\n"
        "d,Four,X,,A,,,5\n"
        "e,Five,X,,Won,2024-05-01,,7\n",
        board,
    )
    assert await room.reasons(job) == {3: "date-in-future", 4: "closed-before-created"}
    facts = [f for f in await room.facts() if f["subject"].startswith("opportunity/")]
    instants = [(f["type"].split("_")[1], f.get("occurredat", "")[:16]) for f in facts]
    assert instants[:3] == [
        ("created.v1", "2024-01-09T17:00"),  # 00:00 in the organization's zone
        ("won.v1", "2024-02-19T17:00"),
        ("created.v1", ""),
    ]
    assert facts[1]["data"]["after"]["closed_on"] == "2024-02-20"
    today = utc_now().astimezone().date()
    won_now = facts[4]["data"]["after"]["closed_on"]
    assert instants[3] == ("created.v1", "2024-04-30T17:00")
    assert abs((today - today.fromisoformat(won_now)).days) <= 1


async def test_the_files_id_becomes_the_reference_and_figures_are_whole_units(
    room: ImportRoom,
) -> None:
    board, _ = await room.office.add_board("A")
    await room.imported(HEAD + "D-1,One,X,,A,,,1.250\n", board, currency="VND")
    (created,) = [f["data"] for f in await room.facts() if f["type"] == "opportunity_created.v1"]
    assert created["external_ref"] == "D-1"
    assert (created["after"]["amount_minor"], created["after"]["currency"]) == (1250, "VND")


async def test_a_rep_imports_what_a_rep_may_and_the_dry_run_says_so_too(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    rep = await room.office.add_user("Minh")
    await room.office.add_user("Hoa")
    today = utc_now().date().isoformat()
    file = (
        HEAD + f"a,Own,X,Minh,A,{today},,1\n"
        "b,Nobody's,New customer,,A,,,1\n"
        "c,Another's,X,Hoa,A,,,1\n"
        "d,Stranger's,X,Nobody known,A,,,1\n"
        "e,New status,X,,Fresh,,,1\n"
        "f,Back-dated,X,,A,2024-01-01,,1\n"
        "g,Closed before,X,,Won,,2024-01-01,1\n"
    )
    reasons = {
        4: "needs-manager-owner",
        5: "needs-admin-user",
        6: "needs-admin-status",
        7: "needs-manager-date",
        8: "needs-manager-date",
    }
    head = await room.head()
    dry = await room.imported(file, board, asker=room.user(rep, "rep"), dry_run=True)
    assert (dry.state, dry.done, dry.refused) == ("done", 2, 5)
    assert await room.reasons(dry) == reasons
    assert await room.head() == head
    job = await room.imported(file, board, asker=room.user(rep, "rep"))
    assert (job.done, job.refused) == (2, 5)
    assert await room.reasons(job) == reasons
    owners = {cell["owner_id"] for cell in (await room.cells()).values()}
    assert owners == {str(rep)}
    assert await names(room, "user") == 3


async def test_a_manager_may_name_owners_and_past_dates_but_adds_nobody(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    manager = await room.office.add_user("Vy", "manager")
    hoa = await room.office.add_user("Hoa")
    file = HEAD + "a,One,X,Hoa,A,2024-01-01,,1\nb,Two,X,Stranger,A,,,1\nc,Three,X,,New,,,1\n"
    job = await room.imported(file, board, asker=room.user(manager, "manager"))
    assert await room.reasons(job) == {3: "needs-admin-user", 4: "needs-admin-status"}
    assert [cell["owner_id"] for cell in (await room.cells()).values()] == [str(hoa)]


async def test_owners_are_found_by_address_and_inactive_ones_are_refused(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    gone = await room.office.add_user("Gone")
    await room.office.ask(c.EditUser(gone, active=False))
    job = await room.imported(
        HEAD + "a,One,X,LAN@example.com,A,,,1\nb,Two,X,Gone,A,,,1\n"
        "c,Three,X,new.person@example.com,A,,,1\nd,Four,X,NEW.person@example.com,A,,,1\n",
        board,
    )
    assert await room.reasons(job) == {3: "inactive-owner"}
    owners = [cell["owner_id"] for cell in (await room.cells()).values()]
    assert owners[0] == str(room.office.admin)
    assert owners[1] == owners[2] != owners[0]
    assert job.imported is not None
    assert job.imported.tally.made.users == 1


async def test_the_command_line_gives_rows_without_an_owner_to_the_first_admin_or_as_told(
    room: ImportRoom,
) -> None:
    board, _ = await room.office.add_board("A")
    hoa = await room.office.add_user("Hoa")
    await room.imported("deal name\nOne\n", board)
    await room.imported("deal name\nTwo\n", board, owner_id=hoa)
    owners = [cell["owner_id"] for cell in (await room.cells()).values()]
    assert owners == [str(room.office.admin), str(hoa)]


async def test_an_api_key_must_name_owners(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    key = c.Asker(room.office.org, f"key/{new_id()}", None, "service")
    job = await room.imported("deal name\nOne\n", board, asker=key)
    assert await room.reasons(job) == {2: "owner-missing"}


async def test_a_refused_row_makes_no_customer(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    await room.office.ask(c.ArchiveBoard(board))
    job = await room.imported("deal name,account\nOne,Never made\n", board)
    assert await room.reasons(job) == {2: "archived-board"}
    assert await names(room, "customer") == 0


async def test_a_dry_run_leaves_the_log_as_it_is_and_says_what_would_be(room: ImportRoom) -> None:
    head = await room.head()
    rows = (f"{n},Deal {n},Customer {n % 3},Owner {n % 2},S{n % 4},,,1\n" for n in range(900))
    file = HEAD + "".join(rows)
    dry = await room.imported(file, new_id(), dry_run=True, new_board="Sales")
    assert (dry.state, dry.done) == ("done", 900)
    assert await room.head() == head
    real = await room.imported(file, new_id(), new_board="Sales")
    assert dry.result == real.result
    assert dry.imported is not None
    made = dry.imported.tally.made
    assert (made.customers, made.users, made.statuses) == (3, 2, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
async def test_the_same_rows_in_any_encoding_are_the_same_opportunities(
    room: ImportRoom, encoding: str
) -> None:
    board, _ = await room.office.add_board("A")
    text = "tên cơ hội;khách hàng;doanh thu\r\nHợp đồng;Công ty Đông Á;1.000.000\r\n"
    raw = _vietnamese(text, encoding)
    first = await room.imported(raw, board, currency="VND")
    assert first.done == 1, await room.refused(first)
    (cell,) = (await room.cells()).values()
    assert cell["amount_minor"] == 1_000_000
    titles = [f["data"]["title"] for f in await room.facts() if "title" in f["data"]]
    assert titles == ["Hợp đồng"]
    again = await room.imported(raw, board, currency="VND")
    assert (again.done, again.unchanged) == (0, 1)


def _vietnamese(text: str, encoding: str) -> bytes:
    """Write a text as Windows does: a tone is a mark of its own where there is no letter."""
    if encoding != "cp1258":
        return text.encode(encoding)
    written = bytearray()
    for letter in text:
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            tones = "\u0300\u0301\u0303\u0309\u0323"
            parts = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in parts if mark in tones)
            rest = unicodedata.normalize("NFC", parts.replace(tone, ""))
            written += (rest + tone).encode("cp1258")
    return bytes(written)


async def test_equal_rows_are_counted_and_stay_what_they_are(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    file = "deal name,account\nSame,X\nSame,X\n"
    job = await room.imported(file, board)
    assert job.done == 2
    again = await room.imported(file + "Same,X\n", board)
    assert (again.done, again.unchanged) == (1, 2)
