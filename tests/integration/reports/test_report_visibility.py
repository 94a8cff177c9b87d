"""A report holds what its caller saw when it ordered it: the owners of then, at its position."""

import csv
import io
from uuid import UUID

import pytest

from report_worker.bootstrap.background import build_maker
from support.read_tables import ReadTables
from support.report_door import ReportDoor
from support.report_service import ReportService


async def titles(door: ReportDoor, service: ReportService, caller: dict[str, str]) -> set[str]:
    """Order a report, make it, and return the titles in its file."""
    report = await door.made(caller, format="csv-raw")
    assert report["state"] == "done"
    text = service.content(UUID(report["id"])).decode()
    return {row["title"] for row in csv.DictReader(io.StringIO(text, newline=""))}


@pytest.mark.parametrize(
    ("visibility", "rep", "manager"),
    [
        ("own", {"Của Lan"}, {"Của Lan", "Của Minh"}),
        ("team", {"Của Lan", "Của Minh"}, {"Của Lan", "Của Minh"}),
        ("all", {"Của Lan", "Của Minh", "Của Hoa"}, {"Của Lan", "Của Minh", "Của Hoa"}),
    ],
)
async def test_a_report_holds_what_its_caller_sees(
    world: ReadTables,
    door: ReportDoor,
    service: ReportService,
    visibility: str,
    rep: set[str],
    manager: set[str],
) -> None:
    world.set_visibility(visibility)
    north, south = world.add_team("Bắc"), world.add_team("Nam")
    lan, minh = world.add_user("Lan", team=north), world.add_user("Minh", team=north)
    hoa = world.add_user("Hoa", team=south)
    head = world.add_user("Bình", team=north, role="manager")
    for name, owner in (("Lan", lan), ("Minh", minh), ("Hoa", hoa)):
        world.add_opportunity(f"Của {name}", owner_id=owner)
    everything = {"Của Lan", "Của Minh", "Của Hoa"}
    assert await titles(door, service, door.token(world, lan)) == rep
    assert await titles(door, service, door.token(world, head, "manager")) == manager
    assert await titles(door, service, door.api_key(world)) == everything
    assert await titles(door, service, door.api_key(world, "rep")) == (
        everything if visibility == "all" else set()
    )


async def test_the_scope_is_of_the_order_and_the_owner_of_its_position(
    world: ReadTables, door: ReportDoor, service: ReportService
) -> None:
    world.set_visibility("own")
    lan, minh = world.add_user("Lan"), world.add_user("Minh")
    kept = world.add_opportunity("Ở lại", owner_id=lan)
    given = world.add_opportunity("Cho đi", owner_id=lan)
    caller = door.token(world, lan)
    report = (await door.order(caller, format="csv-raw")).json()["id"]
    assert service.row(UUID(report))["expected_rows"] == 0  # kept totals know of no deal of hers
    world.set_visibility("all")
    world.change_opportunity(given, owner_id=minh)
    world.add_opportunity("Sau đó", owner_id=lan)
    build_maker(service.settings).make(UUID(report), 1)
    text = service.content(UUID(report)).decode()
    assert {row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))} == {
        str(kept),
        str(given),
    }
