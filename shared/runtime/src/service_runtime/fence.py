"""The second fence: a connection says to PostgreSQL whose rows it is about to ask for.

Row level security shows a service's role the rows of the organization in the setting `app.org`,
and none where it is not set. A connection remembers what it was set to last, so that asking for
the same organization again costs nothing, and asking for another one a round trip.
"""

from typing import Final, cast
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

SETTING: Final = "app.org"
_SET: Final = f"select set_config('{SETTING}', $1, false)"


class FencedConnection(asyncpg.Connection):
    """A connection that knows whose rows it may see."""

    _org: UUID | None = None

    async def set_organization(self, org: UUID) -> None:
        """Have it see the rows of this organization and no others, from the next statement on.

        Raises RuntimeError inside a transaction, whose end could take it back unseen.
        """
        if org == self._org:
            return
        if self.is_in_transaction():
            raise RuntimeError("an organization is set before a transaction begins, not inside it")
        self._org = None  # whatever happens now: it is known again only once it was set
        await self.execute(_SET, str(org))
        self._org = org


async def stand_behind(connection: PoolConnectionProxy, org: UUID) -> None:
    """Have a connection of a pool see the rows of this organization and no others."""
    fenced = cast("FencedConnection", connection)  # the proxy passes everything on
    await fenced.set_organization(org)
