"""Rows of the present read models, filled directly as the projector would leave them.

`ReadRows` is one organization. It keeps each opportunity's columns in `opportunities`, so that a
test can say by other means what a list should hold; `settle` makes the kept totals right.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

import psycopg
from psycopg import sql

from service_runtime.folding import fold_words, sort_key
from service_runtime.ids import new_id
from support.generations import ReadRowsConnection

START: Final = datetime(2026, 5, 11, 2, 30, tzinfo=UTC)
_SETTLE: Final = """
    delete from read.totals where org = %(org)s;
    delete from read.owner_totals where org = %(org)s;
    insert into read.owner_totals
    select org, board_id, status_id, currency, owner_id, count(*), count(*) - count(amount_minor),
        coalesce(sum(amount_minor) filter (where period = 'one_time'), 0),
        coalesce(sum(amount_minor) filter (where period = 'monthly'), 0),
        coalesce(sum(amount_minor) filter (where period = 'annual'), 0),
        coalesce(sum(weighted_minor) filter (where period = 'one_time'), 0),
        coalesce(sum(weighted_minor) filter (where period = 'monthly'), 0),
        coalesce(sum(weighted_minor) filter (where period = 'annual'), 0)
    from read.opportunities where org = %(org)s and deleted_at is null
    group by org, board_id, status_id, currency, owner_id;
    insert into read.totals
    select org, board_id, status_id, currency, sum(count), sum(not_estimated),
        sum(value_one_time), sum(value_monthly), sum(value_annual),
        sum(weighted_one_time), sum(weighted_monthly), sum(weighted_annual)
    from read.owner_totals where org = %(org)s group by org, board_id, status_id, currency;
"""


class ReadRows:
    """One organization in the read schema: a board, a team, a user and a customer to begin with."""

    def __init__(self, dsn: str, *, zone: str = "Asia/Ho_Chi_Minh", language: str = "en") -> None:
        self.connection = ReadRowsConnection.to(dsn, cursor_factory=psycopg.ClientCursor)
        self.org = new_id()
        self.position = 0
        self.opportunities: dict[UUID, dict[str, Any]] = {}
        self._insert("log.organizations", org=self.org, lane=0)
        self._stream("organization", self.org, {"name": "Org", "language": language})
        shown = {
            "org": self.org,
            "version": 1,
            "name": "Org",
            "currency": "VND",
            "time_zone": zone,
            "language": language,
            "visibility": "all",
        }
        self._insert("read.organizations", **shown)
        self._insert(
            "read.organization_versions", id=self.org, from_position=1, from_time=START, **shown
        )
        self.advance()
        self.statuses: dict[str, UUID] = {}
        self.board = self.add_board(
            "Sales", {"Lead": "active", "Talks": "active", "Won": "won", "Lost": "lost"}
        )
        self.team = self.add_team("North")
        self.user = self.add_user("Lan", team_id=self.team)
        self.customer = self.add_customer("Công ty An Phát")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def advance(self, by: int = 1) -> int:
        """Take more positions, in the log and as applied."""
        self.position += by
        self.run("update log.organizations set head = %s where org = %s", self.position, self.org)
        self.apply(self.position)
        return self.position

    def apply(self, position: int) -> None:
        """Say how far the organization is applied, as the projector does."""
        self.run(
            "insert into read.applied values (%s, %s, %s) on conflict (org) do update"
            " set position = excluded.position",
            self.org,
            position,
            START,
        )

    def settle(self) -> None:
        """Make the kept totals right."""
        self.connection.execute(_SETTLE.encode(), {"org": self.org})

    def add_board(self, name: str, statuses: dict[str, str], **columns: Any) -> UUID:
        """Add a board of statuses (name: type); their ids go into `statuses` by name."""
        board = new_id()
        at = START + timedelta(minutes=self.advance())
        values = {"version": 1, "created_at": at, **columns}
        self._insert("read.boards", org=self.org, id=board, name=name, **values)
        for index, (status, kind) in enumerate(statuses.items()):
            self.statuses[status] = self.add_status(board, status, kind, index)
        return board

    def add_status(self, board: UUID, name: str, kind: str, index: int, **columns: Any) -> UUID:
        """Add a status to a board."""
        status = new_id()
        values = {"color": "#112233", "default_confidence": None, "deleting": False, **columns}
        self._insert(
            "read.statuses",
            org=self.org,
            board_id=board,
            id=status,
            index=index,
            name=name,
            type=kind,
            **values,
        )
        return status

    def add_team(self, name: str) -> UUID:
        """Add a team."""
        team = new_id()
        self._insert(
            "read.teams", org=self.org, id=team, version=1, name=name, name_key=sort_key(name)
        )
        return team

    def add_user(self, name: str | None, *, role: str = "rep", **columns: Any) -> UUID:
        """Add a user, who may call at once."""
        user = new_id()
        values = {"email": None, "team_id": None, "active": True, "created_at": START, **columns}
        self._insert("read.users", org=self.org, id=user, role=role, **_named(name), **values)
        team = None if values["team_id"] is None else str(values["team_id"])
        self._stream("user", user, {"role": role, "team_id": team, "active": values["active"]})
        return user

    def add_customer(self, name: str | None, **columns: Any) -> UUID:
        """Add a customer."""
        customer = new_id()
        values = {"person": False, "created_at": START, **columns}
        self._insert("read.customers", org=self.org, id=customer, **_named(name), **values)
        return customer

    def add_contact(self, customer: UUID, name: str | None, ordinal: int, **columns: Any) -> UUID:
        """Add a contact to a customer."""
        contact = new_id()
        self._insert(
            "read.contacts",
            org=self.org,
            customer_id=customer,
            id=contact,
            ordinal=ordinal,
            name=name,
            **columns,
        )
        return contact

    def add(self, title: str = "Deal", **columns: Any) -> UUID:
        """Add an opportunity, a lead of the first user, unless told otherwise by column names."""
        return self.add_all([{"title": title, **columns}])[0]

    def add_all(self, rows: Sequence[dict[str, Any]]) -> list[UUID]:
        """Add many opportunities in one statement."""
        made = [self._whole(row) for row in rows]
        self.opportunities.update({row["id"]: row for row in made})
        if made:
            names = [*made[0], "title_key", "words"]
            self.connection.execute(
                sql.SQL("insert into read.opportunities ({}) values {}").format(
                    sql.SQL(", ").join(map(sql.Identifier, names)),
                    sql.SQL(", ").join(map(_opportunity_values, made)),
                )
            )
        self.settle()
        return [row["id"] for row in made]

    def change(self, opportunity: UUID, **columns: Any) -> None:
        """Change columns of an opportunity, one version more."""
        row = self.opportunities.pop(opportunity)
        self.run("delete from read.opportunities where id = %s", opportunity)
        self.add_all([{**row, **columns, "version": row["version"] + 1}])

    def run(self, statement: str, *values: Any) -> None:
        """Run a statement of a test's own."""
        self.connection.execute(statement.encode(), values)

    def _whole(self, given: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {
            "org": self.org,
            "id": new_id(),
            "version": 1,
            "board_id": self.board,
            "status_id": self.statuses["Lead"],
            "status_type": "active",
            "owner_id": self.user,
            "customer_id": self.customer,
            "external_ref": None,
            "amount_minor": None,
            "currency": "VND",
            "period": "one_time",
            "confidence": None,
            "confidence_source": "status",
            "expected_close_date": None,
            "closed_on": None,
            "contact_ids": [],
            "note": None,
            "lost_reason": None,
            "created_at": START,
            "updated_at": START,
            "status_since": START,
            "deleted_at": None,
            **given,
        }
        amount, kind = row["amount_minor"], row["status_type"]
        effective = {"won": 100, "lost": 0}.get(kind, row["confidence"])
        row["effective_confidence"] = effective
        months = 12 if row["period"] == "monthly" else 1
        row["annualized_minor"] = None if amount is None else amount * months
        row["weighted_minor"] = None if amount is None else amount * (effective or 0)
        row["contact_ids"] = list(row["contact_ids"])
        return row

    def _stream(self, kind: str, key: UUID, state: dict[str, Any]) -> None:
        self._insert(
            "log.streams",
            org=self.org,
            kind=kind,
            id=key,
            version=1,
            hash=b"",
            created_at=START,
            occurred_at=START,
            recorded_at=START,
            last_actor="system",
            state=json.dumps(state).encode(),
        )

    def _insert(self, table: str, **columns: Any) -> None:
        schema, name = table.split(".")
        words = columns.pop("words", None)
        names = [*columns, *(["words"] if words is not None else [])]
        values: list[sql.Composable] = [*map(sql.Literal, columns.values())]
        if words is not None:
            values.append(sql.SQL("array_to_tsvector({}::text[])").format(sql.Literal(words)))
        self.connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(schema, name),
                sql.SQL(", ").join(map(sql.Identifier, names)),
                sql.SQL(", ").join(values),
            )
        )


def _opportunity_values(row: dict[str, Any]) -> sql.Composable:
    words = sql.Literal(fold_words(f"{row['title']} {row['external_ref'] or ''}"))
    values = sql.SQL(", ").join(map(sql.Literal, [*row.values(), sort_key(row["title"])]))
    return sql.SQL("({}, array_to_tsvector({}::text[]))").format(values, words)


def _named(name: str | None) -> dict[str, Any]:
    """Return the columns of somebody with this name; of an erased one, without."""
    return {
        "version": 1,
        "name": name,
        "name_key": "" if name is None else sort_key(name),
        "words": [] if name is None else fold_words(name),
        "erased_at": START if name is None else None,
    }
