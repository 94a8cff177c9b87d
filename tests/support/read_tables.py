"""Read tables filled directly, as the projector would: every change is one more position.

A world belongs to one organization. It also keeps the log's head and the callers' states, since
the door asks the log for them.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from psycopg.types.json import Jsonb

from service_runtime.folding import fold_words, sort_key
from service_runtime.ids import new_id
from support.generations import ReadRowsConnection

START = datetime(2026, 5, 11, 2, 30, tzinfo=UTC)  # a Monday, 09:30 in Ho Chi Minh City
_OPPORTUNITY = {
    "external_ref": None,
    "amount_minor": None,
    "currency": "VND",
    "period": "one_time",
    "confidence": None,
    "confidence_source": "user",
    "expected_close_date": None,
    "closed_on": None,
    "contact_ids": [],
    "lost_reason": None,
    "deleted_at": None,
}


class ReadTables:
    """One organization in the read tables, with a board, a customer and an owner to begin with."""

    def __init__(self, dsn: str, *, zone: str = "Asia/Ho_Chi_Minh", language: str = "vi") -> None:
        self.connection = ReadRowsConnection.to(dsn)
        self.org = new_id()
        self.position = 0
        self._versions: dict[UUID, dict[str, Any]] = {}
        self._execute(
            "insert into read.organizations values (%s, 1, 'Org', 'VND', %s, %s, 'all')",
            self.org,
            zone,
            language,
        )
        self._execute("insert into log.organizations (org, lane) values (%s, 0)", self.org)
        self._stream("organization", self.org, {"name": "Org", "language": language})
        self.advance()
        self.statuses: dict[str, UUID] = {}
        self.board = self.add_board("Bán hàng", [("Tiềm năng", "active"), ("Thắng", "won")])
        self.customer = self.add_customer("Công ty Đá Quý")
        self.owner = self.add_user("Lan")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def clock(self) -> datetime:
        """When the present position was recorded: a minute a position."""
        return START + timedelta(minutes=self.position)

    def advance(self) -> int:
        """Take one more position, as applying one more fact would."""
        self.position += 1
        self._execute(
            "insert into read.applied values (%s, %s, %s) on conflict (org) do update "
            "set position = excluded.position, recorded_at = excluded.recorded_at",
            self.org,
            self.position,
            self.clock,
        )
        self._execute(
            "update log.organizations set head = %s where org = %s", self.position, self.org
        )
        return self.position

    def add_board(self, name: str, statuses: list[tuple[str, str]]) -> UUID:
        """Add a board with these statuses (name, type); their ids go into `statuses` by name."""
        board, at = new_id(), self.advance()
        listed: list[dict[str, Any]] = []
        for index, (status, kind) in enumerate(statuses):
            self.statuses[status] = new_id()
            listed.append(_status(self.statuses[status], status, kind))
            self._execute(
                "insert into read.statuses values (%s, %s, %s, %s, %s, %s, '#112233', null, false)",
                self.org,
                board,
                self.statuses[status],
                index,
                status,
                kind,
            )
        self._execute(
            "insert into read.boards values (%s, %s, 1, %s, %s)", self.org, board, name, self.clock
        )
        made = {"created_at": self.clock, "gone": Jsonb([])}
        self._interval("board_versions", board, 1, at, name=name, statuses=Jsonb(listed), **made)
        self._versions[board] = {"version": 1, "name": name, "statuses": listed}
        return board

    def change_board(self, board: UUID, *, name: str, statuses: list[tuple[str, str]]) -> None:
        """Rename a board and its statuses: the ones that are not named are deleted."""
        listed = [_status(self.statuses[status], status, kind) for status, kind in statuses]
        version = self._next_version("board_versions", board)
        at = self.position
        before = self._versions[board]["statuses"]
        gone = [status for status in before if status["id"] not in {one["id"] for one in listed}]
        made = {"created_at": self.clock, "gone": Jsonb([{**s, "deleted_at": None} for s in gone])}
        self._interval(
            "board_versions", board, version, at, name=name, statuses=Jsonb(listed), **made
        )

    def add_customer(self, name: str) -> UUID:
        """Add a customer."""
        customer, at = new_id(), self.advance()
        self._execute(
            "insert into read.customers (org, id, version, name, name_key, words, person,"
            " created_at) values (%s, %s, 1, %s, %s, array_to_tsvector(%s), false, %s)",
            self.org,
            customer,
            name,
            sort_key(name),
            fold_words(name),
            self.clock,
        )
        self._customer(customer, 1, at, name)
        self._versions[customer] = {"version": 1}
        return customer

    def rename_customer(self, customer: UUID, name: str) -> None:
        """Give a customer another name from now on."""
        version = self._next_version("customer_versions", customer)
        self._execute(
            "update read.customers set name = %s, name_key = %s, words = array_to_tsvector(%s)"
            " where org = %s and id = %s",
            name,
            sort_key(name),
            fold_words(name),
            self.org,
            customer,
        )
        self._customer(customer, version, self.position, name)

    def erase_customer(self, customer: UUID) -> None:
        """Blank a customer's names everywhere, as an erasure does."""
        self.advance()
        for table in ("customers", "customer_versions"):
            self._execute(
                f"update read.{table} set name = null, name_key = '', words = ''"  # noqa: S608 - names of our own
                " where org = %s and id = %s",
                self.org,
                customer,
            )
        self._execute(
            "insert into read.erasures values (%s, 1) on conflict (org) do update"
            " set count = read.erasures.count + 1",
            self.org,
        )

    def set_visibility(self, visibility: str) -> None:
        """Change how much of the organization those see who do not see all, from now on."""
        self.advance()
        state = {"name": "Org", "language": "vi", "visibility": visibility}
        self._execute(
            "update log.streams set state = %s where org = %s and kind = 'organization'",
            json.dumps(state).encode(),
            self.org,
        )

    def add_team(self, name: str) -> UUID:
        """Add a team."""
        team = new_id()
        self.advance()
        self._execute(
            "insert into read.teams values (%s, %s, 1, %s, %s)", self.org, team, name, name
        )
        return team

    def add_user(self, name: str, *, team: UUID | None = None, role: str = "rep") -> UUID:
        """Add a user, who may call at once."""
        user, at = new_id(), self.advance()
        self._execute(
            "insert into read.users (org, id, version, name, name_key, words, role, team_id,"
            " active, created_at) values (%s, %s, 1, %s, %s, '', %s, %s, true, %s)",
            self.org,
            user,
            name,
            sort_key(name),
            role,
            team,
            self.clock,
        )
        self._named("user_versions", user, 1, at, name, role=role, team_id=team, active=True)
        self._versions[user] = {"version": 1}
        team_text = None if team is None else str(team)
        self._stream("user", user, {"role": role, "team_id": team_text, "active": True})
        return user

    def rename_user(self, user: UUID, name: str, *, role: str = "rep") -> None:
        """Give a user another name from now on."""
        version = self._next_version("user_versions", user)
        self._named("user_versions", user, version, self.position, name, role=role, active=True)

    def add_opportunity(self, title: str, **columns: Any) -> UUID:
        """Add an opportunity in the first status, unless told otherwise by column names."""
        opportunity, at = new_id(), self.advance()
        values = {
            **_OPPORTUNITY,
            "board_id": self.board,
            "status_id": self.statuses["Tiềm năng"],
            "status_type": "active",
            "owner_id": self.owner,
            "customer_id": self.customer,
            "title": title,
            "created_at": self.clock,
            "status_since": self.clock,
            **columns,
        }
        self._versions[opportunity] = {"version": 1, "columns": values}
        self._opportunity(opportunity, 1, at, values)
        return opportunity

    def change_opportunity(self, opportunity: UUID, **columns: Any) -> None:
        """Change columns of an opportunity from now on."""
        version = self._next_version("opportunity_versions", opportunity)
        values = {**self._versions[opportunity]["columns"], **columns}
        self._versions[opportunity]["columns"] = values
        self._opportunity(opportunity, version, self.position, values)

    def add_many(self, count: int) -> None:
        """Add so many opportunities at one position, in one statement."""
        at = self.advance()
        self._execute(
            "insert into read.opportunity_versions (org, id, version, from_position, from_time,"
            " board_id, status_id, status_type, owner_id, customer_id, title, title_key, words,"
            " amount_minor, currency, period, annualized_minor, weighted_minor, confidence,"
            " confidence_source, effective_confidence, expected_close_date, contact_ids,"
            " created_at, updated_at, status_since)"
            " select %(org)s, gen_random_uuid(), 1, %(at)s, %(clock)s, %(board)s, %(status)s,"
            " 'active', %(owner)s, %(customer)s, 'Hợp đồng số ' || n, 'hop dong', '',"
            " n::bigint * 1000, 'VND', 'monthly', n::bigint * 12000, n::bigint * 50000, 50,"
            " 'user', 50,"
            " date '2026-06-01' + n %% 300, '{}', %(clock)s::timestamptz + n * interval '1 second',"
            " %(clock)s, %(clock)s from generate_series(1, %(count)s) as n",
            org=self.org,
            at=at,
            clock=self.clock,
            board=self.board,
            status=self.statuses["Tiềm năng"],
            owner=self.owner,
            customer=self.customer,
            count=count,
        )
        self._execute(
            "insert into read.totals values (%s, %s, %s, 'VND', %s, 0, 0, 0, 0, 0, 0, 0)"
            " on conflict (org, board_id, status_id, currency) do update"
            " set count = read.totals.count + excluded.count",
            self.org,
            self.board,
            self.statuses["Tiềm năng"],
            count,
        )
        self._execute("analyze read.opportunity_versions")

    def _opportunity(
        self, opportunity: UUID, version: int, at: int, values: dict[str, Any]
    ) -> None:
        amount, sure = values["amount_minor"], values["confidence"]
        effective = {"won": 100, "lost": 0}.get(values["status_type"], sure)
        texts = f"{values['title']} {values['external_ref'] or ''}"
        self._interval(
            "opportunity_versions",
            opportunity,
            version,
            at,
            **values,
            title_key=sort_key(values["title"]),
            words=" ".join(f"'{word}'" for word in fold_words(texts)),
            annualized_minor=amount and amount * (12 if values["period"] == "monthly" else 1),
            weighted_minor=None if amount is None else amount * (effective or 0),
            effective_confidence=effective,
            updated_at=self.clock,
        )

    def _customer(self, customer: UUID, version: int, at: int, name: str) -> None:
        self._named(
            "customer_versions",
            customer,
            version,
            at,
            name,
            words=" ".join(f"'{word}'" for word in fold_words(name)),
            reference_words="",
            person=False,
            created_at=self.clock,
            contacts=Jsonb([]),
        )

    def _named(self, table: str, key: UUID, version: int, at: int, name: str, **more: Any) -> None:
        self._interval(table, key, version, at, name=name, name_key=sort_key(name), **more)

    def _interval(self, table: str, key: UUID, version: int, at: int, **columns: Any) -> None:
        values = {
            "org": self.org,
            "id": key,
            "version": version,
            "from_position": at,
            "from_time": self.clock,
            **columns,
        }
        names = ", ".join(values)
        places = ", ".join(f"%({name})s" for name in values)
        self._execute(f"insert into read.{table} ({names}) values ({places})", **values)  # noqa: S608 - names of our own

    def _next_version(self, table: str, key: UUID) -> int:
        """End the last version of a row at one more position, and return the next version."""
        at = self.advance()
        self._execute(
            f"update read.{table} set to_position = %s, to_time = %s"  # noqa: S608 - names of our own
            " where org = %s and id = %s and to_position is null",
            at,
            self.clock,
            self.org,
            key,
        )
        self._versions[key]["version"] += 1
        return self._versions[key]["version"]

    def _stream(self, kind: str, key: UUID, state: dict[str, Any]) -> None:
        self._execute(
            "insert into log.streams (org, kind, id, version, hash, created_at, occurred_at,"
            " recorded_at, last_actor, state)"
            " values (%s, %s, %s, 1, '\\x00', now(), now(), now(), 'system', %s)",
            self.org,
            kind,
            key,
            json.dumps(state).encode(),
        )

    def _execute(self, statement: str, *values: Any, **named: Any) -> None:
        self.connection.execute(statement.encode(), named or values)


def _status(key: UUID, name: str, kind: str) -> dict[str, Any]:
    return {
        "id": str(key),
        "name": name,
        "type": kind,
        "color": "#112233",
        "default_confidence": None,
        "deleting": False,
    }


def day(text: str) -> date:
    """Return a date from its ISO form."""
    return date.fromisoformat(text)
