"""Reading the history of an opportunity: its facts, newest first, in words and in data."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from opportunity_events.codec import CODEC
from opportunity_events.envelope import instant
from opportunity_events.wire_types import WIRE_NAMES
from query_api.application.answers import Answer, HistoryPage, Last, StoredFact
from query_api.application.asking import Asking
from query_api.application.opening import open_all
from query_api.application.ports import HistoryModel, Vault
from query_api.application.results import Result, binding, known, next_cursor, position_of
from query_api.domain.history.changes import changes_of
from query_api.domain.history.entries import Entry
from query_api.domain.history.sentences import actor_of, sentence
from query_api.domain.local_time import LocalClock
from query_api.domain.names import Names
from query_api.domain.parameters import Values
from query_api.domain.refusals import BadCursor
from query_api.domain.requests import read_position, read_window
from query_api.domain.scope import Viewer
from query_api.domain.sorting import Order, Sort
from service_runtime.languages import Language, language_of

_NEWEST_FIRST: Final = Sort("version", Order(("integer",)), descending=True)


class HistoryReads:
    """The use case of reading an opportunity's history."""

    def __init__(self, asking: Asking, model: HistoryModel, vault: Vault) -> None:
        self._asking = asking
        self._model = model
        self._vault = vault

    async def page(
        self,
        viewer: Viewer,
        opportunity_id: UUID,
        values: Values,
        spoken: tuple[str | None, str | None],
    ) -> Result:
        """Answer a page; `spoken` is what the request and the caller say of languages."""
        least = read_position(values, "min_position")
        bound = binding(viewer, f"history/{opportunity_id}", {}, _NEWEST_FIRST)
        window = read_window(values, _NEWEST_FIRST, bound)
        before = _before(window.place.keys[0]) if window.place else None

        async def question(_: LocalClock) -> Answer[HistoryPage | None]:
            return await self._model.page(viewer.scope, opportunity_id, before, window.limit)

        answer = await self._asking.answer(viewer.scope.org, least, question)
        found = known(answer)
        header, user = spoken
        language = language_of(header, user=user, organization=answer.standing.language)
        shown, more = found.facts[: window.limit], found.facts[window.limit :]
        last = Last(False, opportunity_id, (str(shown[-1].version),)) if more else None  # noqa: FBT003 - a row of cells
        position = position_of(answer)
        body = {
            "items": await self._items(shown, found.names, language),
            "next_cursor": next_cursor(last, bound),
            "position": position,
        }
        return Result(position, body)

    async def _items(
        self, facts: Sequence[StoredFact], names: Names, language: Language
    ) -> list[dict[str, Any]]:
        entries = [_entry_of(fact) for fact in facts]
        opened = [(fact.org, entry.data) for fact, entry in zip(facts, entries, strict=True)]
        await open_all(self._vault, opened)
        return [_item(entry, names, language) for entry in entries]


def _before(key: object) -> int:
    if not isinstance(key, int) or not 0 < key < 2**31:
        raise BadCursor
    return key


def _entry_of(fact: StoredFact) -> Entry:
    decoded = CODEC.decode(fact.canonical)
    name = WIRE_NAMES[type(decoded.data)]
    return Entry(
        event_id=fact.event_id,
        type=fact.type,
        kind=name.partition(".")[0],
        version=fact.version,
        position=fact.position,
        recorded_at=fact.recorded_at,
        occurred_at=fact.occurred_at,
        cause=decoded.cause,
        data=msgspec.to_builtins(decoded.data),
    )


def _item(entry: Entry, names: Names, language: Language) -> dict[str, Any]:
    return {
        "event_id": entry.event_id,
        "type": entry.type,
        "version": entry.version,
        "position": entry.position,
        "recorded_at": instant(entry.recorded_at),
        "occurred_at": instant(entry.occurred_at),
        "actor": actor_of(entry.cause.actor, names, language),
        "client": entry.cause.client,
        "command_id": entry.cause.command_id,
        "causation_id": entry.cause.causation_id,
        "text": sentence(entry, names, language),
        "changes": changes_of(entry),
    }
