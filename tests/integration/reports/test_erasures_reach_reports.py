"""An erasure reaches report files: not given out any more at once, removed by the next round."""

from collections.abc import Iterator

import httpx
import pytest

from report_worker.application.sweeping import Due, Sweeper
from report_worker.bootstrap.background import build_maker, open_sweeper
from report_worker.domain.report import Format, Queue
from service_runtime.ids import new_id
from support.read_tables import ReadTables
from support.report_door import ReportDoor
from support.report_service import ReportService


class NoBroker:
    """A broker that takes nothing."""

    def empty_queues(self) -> list[Queue]:
        return []

    def enqueue(self, due: Due) -> None:
        raise AssertionError(due)


@pytest.fixture
def sweeper(service: ReportService) -> Iterator[Sweeper]:
    with open_sweeper(service.settings, NoBroker()) as opened:
        yield opened


def erase_somebody(service: ReportService, world: ReadTables) -> None:
    """Delete a person's key, as an erasure does."""
    key, subject = new_id(), f"contact/{new_id()}"
    service.change(
        "insert into vault.keys (key_id, org, subject, wrapped, created_at)"
        " values (%s, %s, %s, '', now())",
        [key, world.org, subject],
    )
    service.change("delete from vault.keys where key_id = %s", [key])


async def test_a_file_from_before_an_erasure_is_gone_at_once(
    world: ReadTables, service: ReportService, door: ReportDoor, sweeper: Sweeper
) -> None:
    world.add_opportunity("Ghế")
    caller = door.token(world, world.owner)
    before = await door.made(caller)
    path = f"/{before['id']}/file"
    assert (await door.get(path, caller)).status_code == httpx.codes.OK
    sweeper.follow_erasures()
    erase_somebody(service, world)
    gone = await door.get(path, caller)
    assert (gone.status_code, gone.json()["type"]) == (410, "expired")
    assert len(service.files(world)) == 1
    assert sweeper.follow_erasures() == 1
    assert service.files(world) == []
    assert (await door.get(f"/{before['id']}", caller)).json()["state"] == "expired"
    after = await door.made(caller)
    assert (await door.get(f"/{after['id']}/file", caller)).status_code == httpx.codes.OK
    assert sweeper.follow_erasures() == 0
    assert len(service.files(world)) == 1


async def test_files_of_other_organizations_stay(
    database: str, world: ReadTables, service: ReportService, sweeper: Sweeper
) -> None:
    with ReadTables(database) as other:
        report = service.order(other, Format.CSV)
        build_maker(service.settings).make(report, 1)
        sweeper.follow_erasures()
        erase_somebody(service, world)
        sweeper.follow_erasures()
        assert service.row(report)["state"] == "done"
        assert len(service.files(other)) == 1


async def test_what_was_searched_for_before_an_erasure_is_forgotten(
    world: ReadTables, service: ReportService, door: ReportDoor, sweeper: Sweeper
) -> None:
    caller = door.token(world, world.owner)
    keyed = {**caller, "Idempotency-Key": "k"}
    search = {"kind": "opportunities", "format": "csv", "filters": {"q": "Zyxwvut", "type": "won"}}
    waiting = (await door.request("POST", "", keyed, json=search)).json()["id"]
    done = (await door.made(caller, filters={"q": "Zyxwvut"}))["id"]
    other = (await door.order(caller, filters={"type": "won"})).json()["id"]
    erase_somebody(service, world)
    sweeper.follow_erasures()
    for report, state in ((waiting, "cancelled"), (done, "expired"), (other, "queued")):
        shown = (await door.get(f"/{report}", caller)).json()
        assert (shown["state"], "q" in shown["filters"]) == (state, False)
        assert "zyxwvut" not in str(service.row(report)).casefold()
    again = await door.request("POST", "", keyed, json=search)
    assert again.json()["id"] != waiting  # the answer that repeated the search is forgotten too


async def test_who_is_erased_while_a_report_is_made_is_in_no_file(
    world: ReadTables, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    from report_worker.adapters.interval_rows import SnapshotRows  # noqa: PLC0415 - changed here

    world.add_opportunity("Ghế")
    report = service.order(world, Format.CSV_RAW)
    real, erased = SnapshotRows.raw_csv, False

    def erasing(rows: SnapshotRows) -> Iterator[tuple[bytes, int]]:
        nonlocal erased
        yield from real(rows)
        if not erased:
            erase_somebody(service, world)
            erased = True

    monkeypatch.setattr(SnapshotRows, "raw_csv", erasing)
    maker = build_maker(service.settings)
    maker.make(report, 1)
    assert (service.row(report)["state"], service.files(world)) == ("queued", [])
    service.change("update reports.reports set not_before = null")
    maker.make(report, 2)
    assert (service.row(report)["state"], service.row(report)["log_erasures"]) == ("done", 1)
