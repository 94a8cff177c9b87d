"""Views in PostgreSQL; what people typed into them is sealed before it leaves this process."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from command_api.application.group import accepted
from command_api.application.submission import Accepted, Idempotency
from command_api.application.views.ports import TooManyViews, ViewMoved, ViewWrite
from command_api.application.views.view import MOST_OWN, MOST_SHARED, View, ViewText
from command_api.domain.refusal import KeyReused
from opportunity_events.codec import canonical_json
from service_runtime.ids import new_id
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, new_key, seal_bytes, unseal_bytes

VIEW_SQL: Final = "command_api.adapters.view_sql"
_LOG_SQL: Final = "command_api.adapters.sql"
_TIMEOUT_S: Final = 10.0
_PLACE: Final = "words"
_OK: Final = 200
_CREATED: Final = 201


class _Words(msgspec.Struct, frozen=True):
    """What of a view may name somebody."""

    name: str | None
    q: tuple[str, ...] = ()


_words: Final = msgspec.json.Decoder(_Words)
_query: Final = msgspec.json.Decoder(dict[str, tuple[str, ...]])


def view_subject(view_id: UUID) -> str:
    """Name whose key seals a view's words."""
    return f"view/{view_id}"


class PostgresViewDesk:
    """Where views are kept: every write has a key of its own, so that no older text can be read."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._master_key = master_key

    async def answered(self, org: UUID, idempotency: Idempotency) -> Accepted | None:
        """Return what was answered under a key before; raises KeyReused for another request."""
        statement = load_sql(_LOG_SQL, "load_receipts")
        row = await self._pool.fetchrow(statement, [org], [idempotency.key], timeout=_TIMEOUT_S)
        return None if row is None else _answer(row, idempotency)

    async def view(self, org: UUID, view_id: UUID) -> View | None:
        """Return a view of an organization, whoever may see it."""
        row = await self._pool.fetchrow(
            load_sql(VIEW_SQL, "view"), org, view_id, timeout=_TIMEOUT_S
        )
        return None if row is None else self._view_of(org, row)

    async def page(
        self, org: UUID, actor: str | None, before: UUID | None, limit: int
    ) -> list[View]:
        """Return somebody's own views and the shared ones, newest first, before an id."""
        statement = load_sql(VIEW_SQL, "views_page")
        rows = await self._pool.fetch(statement, org, actor, before, limit, timeout=_TIMEOUT_S)
        return [self._view_of(org, row) for row in rows]

    async def write(self, change: ViewWrite) -> Accepted:
        """Write a view and its receipt; raises KeyReused, ViewMoved or TooManyViews."""
        row = await self._pool.fetchrow(
            load_sql(VIEW_SQL, "write_view"), *self._arguments(change), timeout=_TIMEOUT_S
        )
        if row["outcome"] == "moved":
            raise ViewMoved
        if row["outcome"] == "full":
            raise TooManyViews
        return _answer(row, change.idempotency)

    def _arguments(self, change: ViewWrite) -> tuple[Any, ...]:
        before, after = change.before, change.after
        was = 0 if before is None else before.version
        stays = before is not None and after == before.text
        becomes = was if stays or after is None else was + 1
        idempotency = change.idempotency
        sealed, wrapped = self._sealed(change)
        return (
            change.org,
            change.id,
            was,
            becomes,
            change.owner,
            None if after is None else after.kind,
            None if after is None else after.shared,
            None if after is None else _plain_query(after),
            sealed,
            new_id(),
            wrapped,
            MOST_OWN,
            MOST_SHARED,
            None if idempotency is None else idempotency.key,
            None if idempotency is None else idempotency.request_hmac,
            _CREATED if before is None else _OK,
            canonical_json({"id": change.id, "version": becomes}),
        )

    def _sealed(self, change: ViewWrite) -> tuple[bytes | None, bytes | None]:
        after = change.after
        if after is None or (after.name is None and "q" not in after.query):
            return None, None
        key, subject = new_key(), view_subject(change.id)
        raw = msgspec.json.encode(_Words(after.name, after.query.get("q", ())))
        sealed = seal_bytes(key, raw, org=change.org, subject=subject, place=_PLACE)
        return sealed, self._master_key.wrap(key, org=change.org, subject=subject)

    async def mark(self, org: UUID, views: Sequence[View], subject: str) -> None:
        """Note that views name somebody who is about to be erased."""
        await self._pool.execute(
            load_sql(VIEW_SQL, "mark_views"),
            org,
            [view.id for view in views],
            [view.version for view in views],
            subject,
            timeout=_TIMEOUT_S,
        )

    async def position(self, org: UUID) -> int:
        """Return the position of an organization's newest fact."""
        row = await self._pool.fetchrow(
            load_sql(_LOG_SQL, "organization_head"), org, timeout=_TIMEOUT_S
        )
        return 0 if row is None else row["head"]

    def _view_of(self, org: UUID, row: Any) -> View:  # noqa: ANN401 - a record of asyncpg
        words = self._words_of(org, row)
        query = _query.decode(row["query"])
        if words is not None and words.q:
            query["q"] = words.q
        name = None if words is None else words.name
        return View(
            id=row["id"],
            org=org,
            owner=row["owner"],
            version=row["version"],
            text=ViewText(name, row["kind"], query, row["shared"]),
            created_at=row["created_at"],
            updated_at=row["updated_at"],
        )

    def _words_of(self, org: UUID, row: Any) -> _Words | None:  # noqa: ANN401 - a record of asyncpg
        if row["sealed"] is None or row["wrapped"] is None:
            return None
        subject = view_subject(row["id"])
        key = self._master_key.unwrap(row["wrapped"], org=org, subject=subject)
        raw = unseal_bytes(key, row["sealed"], org=org, subject=subject, place=_PLACE)
        return _words.decode(raw)


def _plain_query(text: ViewText) -> str:
    plain = {key: values for key, values in text.query.items() if key != "q"}
    return msgspec.json.encode(plain).decode()


def _answer(row: Any, idempotency: Idempotency | None) -> Accepted:  # noqa: ANN401 - a record of asyncpg
    if idempotency is not None and row["request_hmac"] != idempotency.request_hmac:
        raise KeyReused
    return accepted(row["status"], msgspec.json.decode(row["answer"]), row["position"])
