"""The notes of opportunities as they were: no read table has them, so the log is asked."""

from typing import Final
from uuid import UUID

import msgspec

from opportunity_events.codec import CODEC
from opportunity_events.personal import Sealed
from opportunity_events.v1 import OpportunityCreated, OpportunityEdited
from query_api.application.answers import StoredFact
from query_api.application.ports import FactLog, Vault

_FIELD: Final = "note"
_FACTS: Final = 200


class PastNotes:
    """Finds the fact that gave an opportunity its note, and opens it."""

    def __init__(self, log: FactLog, vault: Vault) -> None:
        self._log = log
        self._vault = vault

    async def note(
        self, org: UUID, opportunity_id: UUID, version: int, position: int
    ) -> str | None:
        """Return the note of a version; None where there was none, or where it was erased."""
        before = version + 1
        while before > 1:
            facts = await self._log.opportunity_history(
                org, opportunity_id, before, position, _FACTS
            )
            for fact in facts:
                said, sealed = _note_in(fact)
                if said:
                    return None if sealed is None else await self._opened(org, sealed)
            if not facts:
                break
            before = facts[-1].version
        return None

    async def _opened(self, org: UUID, sealed: Sealed) -> str | None:
        key = (await self._vault.keys({sealed.key})).get(sealed.key)
        if key is None or key.org != org:
            return None
        return key.opened(msgspec.to_builtins(sealed), _FIELD)


def _note_in(stored: StoredFact) -> tuple[bool, Sealed | None]:
    """Say whether a fact tells the note, and what it is then."""
    data = CODEC.decode(stored.canonical).data
    if isinstance(data, OpportunityCreated):
        return True, data.note
    if isinstance(data, OpportunityEdited):
        for change in data.changes:
            if change.field == _FIELD:
                return True, change.to if isinstance(change.to, Sealed) else None
    return False, None
