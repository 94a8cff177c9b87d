"""Audits: every fact of a filter, once, in order, told; the same bytes for ever."""

import csv
import io
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import openpyxl
import pytest

from opportunity_events import v1
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream
from projector.settings import Settings as ProjectorSettings
from report_worker.adapters import audit_rows
from report_worker.bootstrap.background import build_maker
from report_worker.domain.report import Format
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.generations import ReadConnection, connect_to_reads
from support.histories import History
from support.planted import Planted
from support.projections import MASTER_KEY, key_settings, project_all, tell
from support.report_service import ReportService


@dataclass
class Told:
    """A random history in the log and the read models."""

    connection: ReadConnection
    writer: FactWriter
    history: History
    database: str
    settings: ProjectorSettings

    org: UUID
    owner: UUID
    position: int
    clock: datetime

    async def go_on(self, facts: list[Planted]) -> None:
        """Let more happen, and apply it; the position of orders stays."""
        await self.writer.append(facts)
        await project_all(self.database, self.settings)

    async def facts(self, **where: Any) -> list[asyncpg.Record]:
        """Return what stands in the log up to the position."""
        rows = await self.connection.fetch(
            "select * from log.facts where org = $1 and position <= $2 order by position",
            self.org,
            self.position,
        )
        return [row for row in rows if all(row[key] == value for key, value in where.items())]


@pytest.fixture
async def told(database: str, tmp_path: Path) -> AsyncGenerator[Told]:
    settings = key_settings(database, tmp_path)
    connection = await connect_to_reads(database)
    writer = FactWriter(connection, MasterKey(MASTER_KEY))
    history = await tell(writer, 7, 400)
    await project_all(database, settings)
    row = await connection.fetchrow(
        "select position, recorded_at from read.applied where org = $1", history.org
    )
    owner = await connection.fetchval("select id from read.users where org = $1", history.org)
    assert row is not None
    yield Told(
        connection, writer, history, database, settings,
        history.org, owner, row["position"], row["recorded_at"],
    )  # fmt: skip
    await connection.close()


def made(service: ReportService, told: Told, written: Format, **filters: object) -> bytes:
    report = service.order(told, written, filters, kind="audit")
    build_maker(service.settings).make(report, 1)
    row = service.row(report)
    assert row["state"] == "done", row["error"]
    return service.content(report)


def raw(service: ReportService, told: Told, **filters: object) -> list[dict[str, str]]:
    text = made(service, told, Format.CSV_RAW, **filters).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_without_a_filter_it_holds_every_fact_of_the_organization(
    told: Told, service: ReportService
) -> None:
    rows = raw(service, told)
    facts = await told.facts()
    assert [int(row["position"]) for row in rows] == [fact["position"] for fact in facts]
    for row, fact in zip(rows, facts, strict=True):
        decoded = CODEC.decode(fact["bytes"])
        assert row["type"] == fact["type"]
        assert (row["subject"], row["subject_id"]) == (fact["stream_kind"], str(fact["stream_id"]))
        assert row["actor_id"] == decoded.cause.actor
        assert row["client"] == decoded.cause.client
        assert row["command_id"] == str(decoded.cause.command_id)
        assert row["causation_id"] == str(decoded.cause.causation_id)
        assert row["event_id"] == str(fact["event_id"])
        assert row["recorded_at"] == fact["recorded_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert row["occurred_at"] == fact["occurred_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert row["text"]
        assert "ciphertext" not in row["data"]


async def test_with_a_filter_it_holds_all_facts_of_what_the_filter_selects(
    told: Told, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    selected = await told.connection.fetch(
        "select id from read.opportunities where org = $1 and status_type = 'won'", told.org
    )
    wanted = {row["id"] for row in selected}
    facts = [fact for fact in await told.facts() if fact["stream_id"] in wanted]
    assert len(facts) > len(wanted) > 3
    few = raw(service, told, type="won")
    assert [int(row["position"]) for row in few] == [fact["position"] for fact in facts]
    monkeypatch.setattr(audit_rows, "FEW", 2)  # so many that the whole log is looked through
    monkeypatch.setattr(audit_rows, "_BATCH", 7)
    assert raw(service, told, type="won") == few


async def test_it_holds_the_whole_history_of_what_its_caller_saw_and_nothing_else(
    told: Told, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = await told.connection.fetch(
        "select id from read.opportunities where org = $1 and owner_id = $2", told.org, told.owner
    )
    seen = {row["id"] for row in owned}
    facts = [fact["position"] for fact in await told.facts() if fact["stream_id"] in seen]
    assert len(facts) > len(seen) > 1
    pinned = json.dumps({"visible": [str(told.owner)], "whole_log": False})
    for few in (audit_rows.FEW, 0):
        monkeypatch.setattr(audit_rows, "FEW", few)
        report = service.order(told, Format.CSV_RAW, kind="audit")
        service.change(
            "update reports.reports set criteria = criteria || %s::jsonb where id = %s",
            [pinned, report],
        )
        build_maker(service.settings).make(report, 1)
        rows = csv.DictReader(io.StringIO(service.content(report).decode(), newline=""))
        assert [int(row["position"]) for row in rows] == facts


async def test_deleted_ones_are_in_it_unless_it_is_asked_for_others(
    told: Told, service: ReportService
) -> None:
    deals = await told.facts(stream_kind="opportunity")
    board = CODEC.decode(deals[0]["bytes"]).data
    assert isinstance(board, v1.OpportunityCreated)
    deleted = {
        row["id"]
        for row in await told.connection.fetch(
            "select id from read.opportunities where org = $1 and deleted_at is not null", told.org
        )
    }
    everything = {row["subject_id"] for row in raw(service, told, type=["active", "won", "lost"])}
    assert everything == {str(fact["stream_id"]) for fact in deals}
    assert {str(one) for one in deleted} < everything


async def test_it_tells_titles_of_then_and_names_of_its_position(
    told: Told, service: ReportService
) -> None:
    rows = raw(service, told)
    titles: dict[str, str] = {}
    for row in rows:
        data = json.loads(row["data"])
        if row["subject"] != "opportunity":
            assert row["title"] == ""
            continue
        if "title" in data:
            titles[row["subject_id"]] = data["title"]
        for change in data.get("changes", ()):
            if change["field"] == "title":
                titles[row["subject_id"]] = change["to"]
        assert row["title"] == titles[row["subject_id"]]
    assert len(set(titles.values())) > 5


async def test_made_again_later_it_is_the_same_bytes(told: Told, service: ReportService) -> None:
    before = {written: made(service, told, written) for written in Format}
    more = [planted for _ in range(60) for planted in told.history.step()]
    erasing = (v1.UserErased, v1.CustomerErased, v1.ContactErased)
    await told.go_on([planted for planted in more if not isinstance(planted.data, erasing)])
    for written in Format:
        assert made(service, told, written) == before[written], written


async def test_what_was_erased_says_so_at_every_position(
    told: Told, service: ReportService
) -> None:
    row = await told.connection.fetchrow(
        "select c.id, c.name, o.id as deal from read.customers c "
        "join read.opportunities o on o.org = c.org and o.customer_id = c.id "
        "where o.note is not null and c.org = $1 and c.erased_at is null limit 1",
        told.org,
    )
    assert row is not None
    note = str(
        await told.connection.fetchval(
            "select note from read.opportunities where id = $1", row["deal"]
        )
    )
    before = made(service, told, Format.CSV_RAW).decode()
    assert note in before
    fact = await told.connection.fetchrow(
        "select bytes, position from log.facts where stream_id = $1 and version = 1", row["id"]
    )
    assert fact is not None
    data = CODEC.decode(fact["bytes"]).data
    assert isinstance(data, v1.CustomerAdded)
    await told.go_on(
        [Planted(Stream(told.org, "customer", row["id"]), v1.CustomerErased(data.name.key))]
    )
    text = made(service, told, Format.CSV_RAW, customer=str(row["id"])).decode()
    shown = list(csv.DictReader(io.StringIO(text, newline="")))
    of_deal = [one for one in shown if one["subject_id"] == str(row["deal"])]
    assert any("(erased)" in one["from"] + one["to"] for one in of_deal) or any(
        '"erased":true' in one["data"] for one in of_deal
    )
    assert note not in text
    named = [json.loads(one["data"]) for one in raw(service, told)]
    assert {"erased", "external_ref", "name", "person"} == set(named[_at(fact)])
    assert (named[_at(fact)]["name"], named[_at(fact)]["erased"]) == (None, True)


def _at(fact: asyncpg.Record) -> int:
    return fact["position"] - 1


async def test_an_erasure_while_it_is_made_makes_it_anew(
    told: Told, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = service.order(told, Format.CSV_RAW, {}, kind="audit")
    real, erased = audit_rows.AuditRows.batches, False

    def erasing(rows: audit_rows.AuditRows) -> Any:
        nonlocal erased
        yield from _then(
            real(rows),
            lambda: (
                None
                if erased
                else service.change(
                    "insert into log.erasures (org, subject, erased_at) "
                    "values (%s, 'user/x', now())",
                    [told.org],
                )
            ),
        )
        erased = True

    def _then(batches: Any, act: Any) -> Any:
        yield next(batches)
        act()
        yield from batches

    monkeypatch.setattr(audit_rows.AuditRows, "batches", erasing)
    maker = build_maker(service.settings)
    maker.make(report, 1)
    row = service.row(report)
    assert (row["state"], row["attempt"]) == ("queued", 2)
    assert service.files_of(told.org) == []
    erased = True
    service.change("update reports.reports set not_before = null")
    maker.make(report, 2)
    assert service.row(report)["state"] == "done"


async def test_people_read_whole_sentences_and_spreadsheets_run_nothing(
    told: Told, service: ReportService
) -> None:
    evil = '=HYPERLINK("http://x")'
    (deal,) = {
        row["id"]
        for row in await told.connection.fetch(
            "select id from read.opportunities where org = $1 and deleted_at is null limit 1",
            told.org,
        )
    }
    fact = (await told.facts(stream_id=deal))[-1]
    after = CODEC.decode(fact["bytes"]).data.after  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    board = CODEC.decode(fact["bytes"]).data.board_id  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    change = v1.Change("title", "cũ", evil)
    edited = v1.OpportunityEdited(board, after, after, (change,), after_close=False)
    await told.go_on([Planted(Stream(told.org, "opportunity", deal), edited)])
    told.position += 1
    text = made(service, told, Format.CSV).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[-1]["Opportunity"] == f"'{evil}"
    assert rows[-1]["To"] == f"the title: {evil}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    book = openpyxl.load_workbook(io.BytesIO(made(service, told, Format.XLSX)))
    sheet = book["Audit"]
    assert sheet.max_row == told.position + 1
    last = [cell.value for cell in sheet[sheet.max_row]]
    assert last[0] == told.position
    assert last[6] == evil
    assert sheet.cell(sheet.max_row, 7).data_type == "s"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Position in the log"] == told.position


_HEAD = "select head from log.organizations where org = $1"
MEASURE = """
import sys, uuid
from report_worker.bootstrap.background import build_maker
from report_worker.settings import load_settings
build_maker(load_settings()).make(uuid.UUID(sys.argv[1]), 1)
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.parametrize("written", list(Format))
async def test_ten_times_the_facts_take_no_more_memory(
    told: Told, service: ReportService, tmp_path: Path, written: Format
) -> None:
    peaks: list[int] = []
    for steps in (400, 4_000):
        history = await tell(told.writer, steps, steps)
        await project_all(told.database, told.settings)
        told.org = history.org
        told.position = int(await told.connection.fetchval(_HEAD, history.org))
        report = service.order(told, written, kind="audit")
        with service.start(("-c", MEASURE, str(report)), tmp_path / f"{steps}.log") as process:
            assert process.process.wait(timeout=120) == 0, process.said
        assert service.row(report)["rows"] == told.position > steps * 0.7
        peaks.append(int(process.said.splitlines()[-1]))
    assert peaks[1] < peaks[0] + 12 * 1024  # KiB
