"""Fixtures of the tests of reports: an organization in the read tables, and the service."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from support.read_tables import ReadTables
from support.report_door import ReportDoor, open_report_door
from support.report_service import ReportService


@pytest.fixture
def world(database: str) -> Iterator[ReadTables]:
    with ReadTables(database) as made:
        yield made


@pytest.fixture
def service(database: str, tmp_path: Path) -> ReportService:
    """Give the service without a broker, for what needs none."""
    return ReportService.over(database, "unix:///nowhere", tmp_path)


@pytest.fixture
async def door(service: ReportService) -> AsyncGenerator[ReportDoor]:
    async with open_report_door(service) as opened:
        yield opened
