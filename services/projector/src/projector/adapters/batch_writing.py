"""What a batch changed, stored with one statement a table."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final, TypeVar

from projector.adapters.generation_tables import GenerationTables
from projector.domain import boards, customers, opportunities, organizations, teams, users
from projector.domain.fold import Fold
from projector.domain.timeline import Closing, Interval, State, Timeline
from service_runtime.sql import load_sql

_SQL: Final = "projector.adapters.sql"
_CONTACT_IDS: Final = opportunities.COLUMNS.index("contact_ids")
_STATUS_KEY: Final = 4
_OWNER_KEY: Final = 5
_Row = Sequence[Any]
S = TypeVar("S", bound=State)


class StoredOtherwiseError(Exception):
    """A row did not take what a batch says: the read models were changed behind our back."""


async def write_changes(tables: GenerationTables, fold: Fold) -> None:
    """Write the rows that a batch's fold came to; none is written twice."""
    await _write_opportunities(tables, fold)
    await _write_boards(tables, fold)
    await _write_customers(tables, fold)
    await _write_people(tables, fold)
    await _write_totals(tables, fold)
    await _write_erasures(tables, fold)
    await _run(tables, "upsert_applied", fold.applied_rows())


async def _write_opportunities(tables: GenerationTables, fold: Fold) -> None:
    rows: list[_Row] = []
    for state in fold.opportunities.touched():
        row = [*opportunities.row(state)]
        # ragged arrays do not nest: the list crosses as PostgreSQL writes it
        row[_CONTACT_IDS] = "{" + ",".join(map(str, state.contact_ids)) + "}"
        rows.append(row)
    await _upsert(tables, "upsert_opportunities", rows)
    await _close(tables, "close_opportunity_versions", fold.opportunities.closings)
    await _copy(
        tables,
        "opportunity_versions",
        opportunities.VERSION_COLUMNS,
        _version_rows(fold.opportunities, opportunities.version_row),
    )


async def _write_boards(tables: GenerationTables, fold: Fold) -> None:
    touched = [*fold.boards.touched()]
    await _upsert(tables, "upsert_boards", [boards.row(state) for state in touched])
    statuses = [row for state in touched for row in boards.status_rows(state)]
    await _upsert(tables, "upsert_statuses", statuses)
    await _close(tables, "close_board_versions", fold.boards.closings)
    versions = _version_rows(fold.boards, boards.version_row)
    await _copy(tables, "board_versions", boards.VERSION_COLUMNS, versions)


async def _write_customers(tables: GenerationTables, fold: Fold) -> None:
    touched = [*fold.customers.touched()]
    await _upsert(tables, "upsert_customers", [customers.row(state) for state in touched])
    contacts = [row for state in touched for row in customers.contact_rows(state)]
    await _upsert(tables, "upsert_contacts", contacts)
    await _close(tables, "close_customer_versions", fold.customers.closings)
    versions = _version_rows(fold.customers, customers.version_row)
    await _copy(tables, "customer_versions", customers.VERSION_COLUMNS, versions)


async def _write_people(tables: GenerationTables, fold: Fold) -> None:
    organizations_now = [organizations.row(state) for state in fold.organizations.touched()]
    await _upsert(tables, "upsert_organizations", organizations_now)
    await _close(tables, "close_organization_versions", fold.organizations.closings)
    organization_versions = _version_rows(fold.organizations, organizations.version_row)
    await _copy(
        tables,
        "organization_versions",
        organizations.VERSION_COLUMNS,
        organization_versions,
    )
    teams_now = [teams.row(state) for state in fold.teams.touched()]
    await _upsert(tables, "upsert_teams", teams_now)
    users_now = [users.row(state) for state in fold.users.touched()]
    await _upsert(tables, "upsert_users", users_now)
    await _close(tables, "close_user_versions", fold.users.closings)
    versions = _version_rows(fold.users, users.version_row)
    await _copy(tables, "user_versions", users.VERSION_COLUMNS, versions)


async def _write_totals(tables: GenerationTables, fold: Fold) -> None:
    rows = [*fold.totals.rows()]
    await _run(tables, "add_totals", rows)
    lessened = [row[:_STATUS_KEY] for row in rows if row[_STATUS_KEY] < 0]
    await _run(tables, "delete_empty_totals", lessened)
    owner_rows = [*fold.totals.owner_rows()]
    await _run(tables, "add_owner_totals", owner_rows)
    lessened = [row[:_OWNER_KEY] for row in owner_rows if row[_OWNER_KEY] < 0]
    await _run(tables, "delete_empty_owner_totals", lessened)


async def _write_erasures(tables: GenerationTables, fold: Fold) -> None:
    erasures = fold.erasures
    await _run(tables, "add_erasures", [*erasures.rows()])
    await _run(tables, "blank_user_versions", [*erasures.users])
    await _run(tables, "blank_customer_versions", [*erasures.customers])
    await _run(tables, "blank_contact_versions", [*erasures.contacts])
    await _run(tables, "blank_notes", [*erasures.keys])


def _version_rows(timeline: Timeline[S], version_row: Callable[[S, Interval], _Row]) -> list[_Row]:
    versions = chain(timeline.take_closed(), timeline.open_versions())
    return [version_row(state, interval) for state, interval in versions]


async def _run(tables: GenerationTables, name: str, rows: Sequence[_Row]) -> int:
    """Run a statement over rows, a column an argument; return how many rows it wrote."""
    if not rows:
        return 0
    done = await tables.execute(load_sql(_SQL, name), *map(list, zip(*rows, strict=True)))
    return int(done.rsplit(" ", 1)[-1])


async def _upsert(tables: GenerationTables, name: str, rows: Sequence[_Row]) -> None:
    written = await _run(tables, name, rows)
    if written != len(rows):
        raise StoredOtherwiseError(f"{name} wrote {written} rows of {len(rows)}")


async def _close(tables: GenerationTables, name: str, closings: Sequence[Closing]) -> None:
    rows = [(c.org, c.id, c.version, c.to_position, c.to_time) for c in closings]
    written = await _run(tables, name, rows)
    if written != len(rows):
        raise StoredOtherwiseError(f"{name} found {written} versions of {len(rows)}")


async def _copy(
    tables: GenerationTables, table: str, columns: Iterable[str], rows: Sequence[_Row]
) -> None:
    if rows:
        await tables.copy(table, columns, rows)
