"""The real pipeline of 8,800 deals: every row in, and equal to a sum by other means."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from service_runtime.ids import new_id
from support.import_room import ImportRoom

pytestmark = pytest.mark.maven_data
FILE = Path(__file__).parents[4] / "shared" / "data" / "maven_crm" / "sales_pipeline.csv"
ROWS = 8_800


def sums_of_the_file() -> tuple[Counter[str], int]:
    """Count the stages and sum what was won, with nothing of ours."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    won = sum(int(row["close_value"]) for row in rows if row["deal_stage"] == "Won")
    return Counter(row["deal_stage"] for row in rows), won


async def test_the_log_holds_what_the_file_says(room: ImportRoom) -> None:
    stages, won = sums_of_the_file()
    assert stages == {"Won": 4_238, "Lost": 2_473, "Engaging": 1_589, "Prospecting": 500}
    assert won == 10_005_534
    job = await room.imported(FILE.read_bytes(), new_id(), new_board="Sales")
    assert (job.state, job.done, job.unchanged, job.refused) == ("done", ROWS, 0, 0)
    cells = (await room.cells()).values()
    assert Counter(cell["status"]["name"] for cell in cells) == stages
    assert sum(c["amount_minor"] for c in cells if c["status"]["type"] == "won") == won * 100
    assert {cell["currency"] for cell in cells} == {"USD"}
    assert job.imported is not None
    made = job.imported.tally.made
    assert (made.customers, made.users, made.statuses) == (86, 30, 4)
    assumed = {one.code: one.rows for one in job.imported.tally.assumptions}
    assert assumed["no-customer"] == 1_425
    assert assumed["created-now"] == 500
    head = await room.head()
    assert job.board_id is not None
    again = await room.imported(FILE.read_bytes(), job.board_id)
    assert (again.state, again.done, again.unchanged) == ("done", 0, ROWS)
    assert await room.head() == head
