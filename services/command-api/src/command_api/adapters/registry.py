"""What the command line has to find in the log before it can ask for anything by id."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from command_api.domain.board.state import Board
from command_api.domain.streams import decode_state
from command_api.domain.user.decide import user_subject
from command_api.domain.user.state import User
from opportunity_events.personal import Sealed
from opportunity_events.v1 import RoleName
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, unseal

SQL: Final = "command_api.adapters.sql"
MAX_PEOPLE: Final = 100_000
MAX_BOARDS: Final = 1_000


@dataclass(frozen=True, slots=True)
class NamedOrganization:
    """An organization and its name."""

    org: UUID
    name: str


@dataclass(frozen=True, slots=True)
class NamedUser:
    """A user who is not erased, opened."""

    user_id: UUID
    name: str | None
    email: str | None
    role: RoleName
    active: bool


@dataclass(frozen=True, slots=True)
class NamedBoard:
    """A board that is not archived."""

    board_id: UUID
    name: str


class Registry:
    """Organizations, users and boards by name, read from decision state."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._master_key = master_key

    async def organizations(self) -> list[NamedOrganization]:
        """Return every organization, oldest first."""
        rows = await self._pool.fetch(load_sql(SQL, "organization_list"))
        return [NamedOrganization(row["org"], row["name"]) for row in rows]

    async def register(self, org: UUID) -> None:
        """Give a new organization its lane, for ever."""
        await self._pool.execute(load_sql(SQL, "register_organization"), org)

    async def boards(self, org: UUID) -> list[NamedBoard]:
        """Return the boards that are not archived, oldest first."""
        rows = await self._pool.fetch(load_sql(SQL, "load_states"), org, "board", MAX_BOARDS)
        boards: list[NamedBoard] = []
        for row in rows:
            state = decode_state("board", row["state"])
            if isinstance(state, Board) and not state.archived:
                boards.append(NamedBoard(row["id"], state.name))
        return boards

    async def users(self, org: UUID) -> list[NamedUser]:
        """Return the users who are not erased, oldest first, names and e-mails opened."""
        rows = await self._pool.fetch(load_sql(SQL, "load_states"), org, "user", MAX_PEOPLE)
        states = {row["id"]: decode_state("user", row["state"]) for row in rows}
        present = {
            user_id: state
            for user_id, state in states.items()
            if isinstance(state, User) and state.erased_version is None
        }
        keys = await self._keys(org, list(present))
        return [
            NamedUser(
                user_id,
                self._open(org, user_id, "name", state.name, keys),
                self._open(org, user_id, "email", state.email, keys),
                state.role,
                state.active,
            )
            for user_id, state in present.items()
        ]

    async def add_api_key(
        self,
        *,
        key_id: str,
        key_uuid: UUID,
        org: UUID,
        name: str,
        role: RoleName,
        operator: bool,
        secret_hash: bytes,
    ) -> None:
        """Keep a new API key."""
        await self._pool.execute(
            load_sql(SQL, "add_api_key"), key_id, key_uuid, org, name, role, operator, secret_hash
        )

    async def _keys(self, org: UUID, user_ids: list[UUID]) -> dict[UUID, bytes]:
        subjects = [user_subject(user_id) for user_id in user_ids]
        rows = await self._pool.fetch(load_sql(SQL, "load_keys"), [org] * len(subjects), subjects)
        return {
            user_ids[row["n"] - 1]: self._master_key.unwrap(
                row["wrapped"], org=org, subject=subjects[row["n"] - 1]
            )
            for row in rows
        }

    def _open(
        self, org: UUID, user_id: UUID, field: str, sealed: Sealed | None, keys: dict[UUID, bytes]
    ) -> str | None:
        key = keys.get(user_id)
        if sealed is None or key is None:
            return None
        return unseal(key, sealed, org=org, subject=user_subject(user_id), field=field)
