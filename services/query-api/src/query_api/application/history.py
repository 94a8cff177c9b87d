"""Reading the history of an opportunity: its facts, newest first, in words and in data."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from opportunity_filters.local_time import LocalClock
from opportunity_filters.parameters import Values
from opportunity_history.entries import Entry
from opportunity_history.items import entry_of, history_item
from opportunity_history.names import Names
from query_api.application.answers import Answer, HistoryPage, Last, StoredFact
from query_api.application.asking import Asking
from query_api.application.opening import open_all
from query_api.application.ports import HistoryModel, Vault
from query_api.application.results import Result, binding, known, next_cursor, position_of
from query_api.domain.moments import read_past_position
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
        viewer = viewer.as_of(read_past_position(values))
        bound = binding(viewer, f"history/{opportunity_id}", {}, _NEWEST_FIRST)
        window = read_window(values, _NEWEST_FIRST, bound)
        before = _before(window.place.keys[0]) if window.place else None

        async def question(_: LocalClock) -> Answer[HistoryPage | None]:
            return await self._model.page(viewer.scope, opportunity_id, before, window.limit)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        header, user = spoken
        language = language_of(header, user=user, organization=answer.standing.language)
        shown, more = found.facts[: window.limit], found.facts[window.limit :]
        last = Last(False, opportunity_id, (str(shown[-1].version),)) if more else None  # noqa: FBT003 - a row of cells
        position = position_of(answer)
        body = {
            "items": await self._items(shown, found.names[: window.limit], language),
            "next_cursor": next_cursor(last, bound),
            "position": position,
        }
        return Result(position, body)

    async def _items(
        self, facts: Sequence[StoredFact], names: Sequence[Names], language: Language
    ) -> list[dict[str, Any]]:
        entries = [_entry_of(fact) for fact in facts]
        opened = [(fact.org, entry.data) for fact, entry in zip(facts, entries, strict=True)]
        await open_all(self._vault, opened)
        return [
            history_item(entry, of_then, language)
            for entry, of_then in zip(entries, names, strict=True)
        ]


def _before(key: object) -> int:
    if not isinstance(key, int) or not 0 < key < 2**31:
        raise BadCursor
    return key


def _entry_of(fact: StoredFact) -> Entry:
    return entry_of(
        fact.canonical,
        stored_type=fact.type,
        position=fact.position,
        recorded_at=fact.recorded_at,
        occurred_at=fact.occurred_at,
    )
