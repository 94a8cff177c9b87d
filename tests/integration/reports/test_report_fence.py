"""The second fence of reports: rows of other organizations are not there, whatever is asked."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import scalar_row

from report_worker.adapters.connections import connect_as_keeper, connect_to
from report_worker.domain.report import Format
from service_runtime.ids import new_id
from support.read_tables import ReadTables
from support.report_service import ReportService

TABLES = ("reports", "receipts")


@pytest.fixture
def planted(world: ReadTables, service: ReportService) -> ReadTables:
    """Give a world with a report and a receipt."""
    service.order(world, Format.CSV)
    service.change(
        "insert into reports.receipts (org, key, request_hash, status, answer, position)"
        " values (%s, 'k', decode(repeat('00', 32), 'hex'), 202, '', 1)",
        [world.org],
    )
    return world


@pytest.fixture
def stranger(database: str, planted: ReadTables) -> Iterator[psycopg.Connection]:
    """Give a connection of the door's role that is set to another organization."""
    assert planted.position
    connection = connect_to(database, new_id(), application="stranger", statement_timeout_s=5)
    yield connection
    connection.close()


def count(connection: psycopg.Connection, table: str) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(f"select count(*) from reports.{table}".encode())  # noqa: S608 - names of our own
        found = cursor.fetchone()
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_a_connection_reaches_its_own_organization_alone(
    database: str, planted: ReadTables, stranger: psycopg.Connection, table: str
) -> None:
    assert count(stranger, table) == 0
    assert stranger.execute(f"delete from reports.{table}".encode()).rowcount == 0  # noqa: S608 - names of our own
    with connect_to(database, planted.org, application="own", statement_timeout_s=5) as own:
        assert count(own, table) == 1
        for unset in ("select set_config('app.org', '', false)", "reset app.org"):
            own.execute(unset.encode())
        own.execute("select set_config('app.org', '', false)")
        assert count(own, table) == 0
    with connect_as_keeper(database, application="keeper", statement_timeout_s=5) as keeper:
        assert count(keeper, table) == 1


def test_nothing_can_be_written_for_another_organization(
    planted: ReadTables, stranger: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        stranger.execute(
            "insert into reports.receipts (org, key, request_hash, status, answer, position)"
            " values (%s, 'mine', decode(repeat('00', 32), 'hex'), 202, '', 1)",
            [planted.org],
        )


def test_every_table_of_reports_has_its_fence(database: str) -> None:
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "select c.relname, c.relrowsecurity, count(*) filter (where p.polname = 'fence')"
            " from pg_class c left join pg_policy p on p.polrelid = c.oid"
            " where c.relnamespace = 'reports'::regnamespace and c.relkind in ('r', 'p')"
            " group by 1, 2 order by 1"
        ).fetchall()
    assert found == [("receipts", True, 1), ("reports", True, 1)]
