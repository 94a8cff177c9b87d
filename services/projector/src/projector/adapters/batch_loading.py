"""What is stored of the streams that a batch touches, put into its fold."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from opportunity_events.envelope import Recorded, StreamKind
from projector.adapters.generation_tables import GenerationTables
from projector.domain.boards import Board, Status
from projector.domain.customers import Contact, Customer
from projector.domain.fold import Fold
from projector.domain.opportunities import Opportunity
from projector.domain.organizations import Organization
from projector.domain.teams import Team
from projector.domain.users import User
from service_runtime.sql import load_sql

_SQL: Final = "projector.adapters.sql"
_Keys = tuple[list[UUID], list[UUID]]


async def load_touched(tables: GenerationTables, fold: Fold, batch: Sequence[Recorded]) -> None:
    """Load every stream that the batch has facts of, a query or two a kind."""
    touched: defaultdict[StreamKind, set[tuple[UUID, UUID]]] = defaultdict(set)
    for recorded in batch:
        stream = recorded.fact.stream
        touched[stream.kind].add((stream.org, stream.id))
    loaders = {
        "organization": _load_organizations,
        "team": _load_teams,
        "user": _load_users,
        "board": _load_boards,
        "customer": _load_customers,
        "opportunity": _load_opportunities,
    }
    for kind, keys in touched.items():
        await loaders[kind](tables, fold, _columns(keys))


def _columns(keys: set[tuple[UUID, UUID]]) -> _Keys:
    ordered = sorted(keys)
    return [org for org, _ in ordered], [stream_id for _, stream_id in ordered]


async def _load_organizations(tables: GenerationTables, fold: Fold, keys: _Keys) -> None:
    for row in await tables.fetch(load_sql(_SQL, "load_organizations"), *keys):
        fold.organizations.load(Organization(*row))


async def _load_teams(tables: GenerationTables, fold: Fold, keys: _Keys) -> None:
    for row in await tables.fetch(load_sql(_SQL, "load_teams"), *keys):
        fold.teams.load(Team(*row))


async def _load_users(tables: GenerationTables, fold: Fold, keys: _Keys) -> None:
    for row in await tables.fetch(load_sql(_SQL, "load_users"), *keys):
        fold.users.load(User(*row))


async def _load_boards(tables: GenerationTables, fold: Fold, keys: _Keys) -> None:
    boards = await tables.fetch(load_sql(_SQL, "load_boards"), *keys)
    rows = await tables.fetch(load_sql(_SQL, "load_statuses"), *keys)
    present: dict[tuple[UUID, UUID], tuple[Status, ...]] = {}
    gone: dict[tuple[UUID, UUID], tuple[Status, ...]] = {}
    for (org, board_id, is_gone), group in groupby(rows, _status_place):
        (gone if is_gone else present)[org, board_id] = tuple(Status(*row[3:]) for row in group)
    for org, board_id, *rest in boards:
        key = (org, board_id)
        statuses, removed = present.get(key, ()), gone.get(key, ())
        fold.boards.load(Board(org, board_id, *rest, statuses=statuses, gone=removed))


def _status_place(row: Sequence[Any]) -> tuple[UUID, UUID, bool]:
    """Return organization, board, and whether the status is gone."""
    org, board_id, index, *_ = row
    return org, board_id, index is None


async def _load_customers(tables: GenerationTables, fold: Fold, keys: _Keys) -> None:
    customers = await tables.fetch(load_sql(_SQL, "load_customers"), *keys)
    rows = await tables.fetch(load_sql(_SQL, "load_contacts"), *keys)
    contacts = {
        key: tuple(Contact(*row[2:]) for row in group) for key, group in groupby(rows, _customer_of)
    }
    for org, customer_id, *rest in customers:
        known = contacts.get((org, customer_id), ())
        fold.customers.load(Customer(org, customer_id, *rest, contacts=known))


def _customer_of(row: Sequence[Any]) -> tuple[UUID, UUID]:
    org, customer_id, *_ = row
    return org, customer_id


async def _load_opportunities(tables: GenerationTables, fold: Fold, keys: _Keys) -> None:
    place = Opportunity.__struct_fields__.index("contact_ids")
    for row in await tables.fetch(load_sql(_SQL, "load_opportunities"), *keys):
        values = list(row)
        values[place] = tuple(values[place])
        fold.opportunities.load(Opportunity(*values))
