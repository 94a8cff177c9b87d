"""The real file: every row in, and its sums by other means."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from command_api.domain.importing.assumptions import AssumptionTally
from command_api.domain.importing.mapping import Mapped
from command_api.domain.importing.rows import Row
from support.import_files import planned

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "maven_crm"

pytestmark = pytest.mark.maven_data


@pytest.fixture(name="pipeline")
def _pipeline() -> Path:
    return FOLDER / "sales_pipeline.csv"


def test_every_row_of_the_pipeline_goes_in_with_its_figures(pipeline: Path) -> None:
    outcome = planned(pipeline.read_bytes())
    rows = [row for row in outcome.rows() if isinstance(row, Row)]
    assert len(rows) == outcome.total == 8_800
    with pipeline.open(newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert Counter(row.status.name for row in rows) == Counter(r["deal_stage"] for r in expected)
    for row, source in zip(rows, expected, strict=True):
        assert row.identity.text == source["opportunity_id"]
        assert row.title == source["product"]
        assert row.customer == (source["account"] or None)
        value = source["close_value"]
        assert row.amount_minor == (int(value) * 100 if value else None)
        assert (row.closed_on.isoformat() if row.closed_on else "") == source["close_date"]
        assert row.expected_close_date is None
    won = sum(row.amount_minor or 0 for row in rows if row.status.type == "won")
    assert won == 10_005_534_00
    types = Counter(row.status.type for row in rows)
    assert types == {"won": 4_238, "lost": 2_473, "active": 2_089}


def test_what_was_assumed_of_the_pipeline_is_counted(pipeline: Path) -> None:
    outcome = planned(pipeline.read_bytes(), language="vi")
    tally = AssumptionTally(outcome.assumptions)
    for row in outcome.rows():
        assert isinstance(row, Row)
        tally.add(row.assumed)
    counted = Counter[str]()
    for one in tally.assumptions():
        counted[one.code] += one.rows
    assert counted == {
        "title-from-product": 8_800,
        "no-period": 8_800,
        "status-by-type": 4_238 + 2_473,
        "no-amount": 1_589 + 500,
        "no-customer": 1_425,
        "created-now": 500,
    }


def test_the_columns_of_the_pipeline_are_understood(pipeline: Path) -> None:
    assert planned(pipeline.read_bytes()).mapping == (
        Mapped("opportunity_id", "id", "synonym"),
        Mapped("sales_agent", "owner", "synonym"),
        Mapped("product", "product", "exact"),
        Mapped("account", "customer", "synonym"),
        Mapped("deal_stage", "status", "synonym"),
        Mapped("engage_date", "created_at", "synonym"),
        Mapped("close_date", "closed_on", "synonym"),
        Mapped("close_value", "amount", "synonym"),
    )


@pytest.mark.parametrize("name", ["accounts", "products", "sales_teams", "data_dictionary"])
def test_the_other_files_end_in_rows_or_one_refusal(name: str) -> None:
    raw = (FOLDER / f"{name}.csv").read_bytes()
    outcome = planned(raw)
    assert len(list(outcome.rows())) == outcome.total
