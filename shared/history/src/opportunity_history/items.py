"""History items: facts as the API tells them, newest first or as the caller orders them."""

from datetime import datetime
from typing import Any

import msgspec

from opportunity_events.codec import CODEC
from opportunity_events.envelope import instant
from opportunity_events.wire_types import WIRE_NAMES
from opportunity_history.changes import changes_of
from opportunity_history.entries import Entry
from opportunity_history.names import Names
from opportunity_history.plain_sentences import plain_sentence
from opportunity_history.sentences import actor_of, actor_words, sentence
from service_runtime.languages import Language


def entry_of(
    canonical: bytes,
    *,
    stored_type: str | None,
    position: int,
    recorded_at: datetime,
    occurred_at: datetime,
) -> Entry:
    """Decode a stored fact; its data are plain JSON, still sealed.

    `stored_type` is the wire type as stored, None where it is known to be today's.
    """
    fact = CODEC.decode(canonical)
    name = WIRE_NAMES[type(fact.data)]
    return Entry(
        event_id=fact.event_id,
        type=stored_type or name,
        kind=name.partition(".")[0],
        version=fact.version,
        position=position,
        recorded_at=recorded_at,
        occurred_at=occurred_at,
        cause=fact.cause,
        data=msgspec.to_builtins(fact.data),
    )


def history_item(entry: Entry, names: Names, language: Language) -> dict[str, Any]:
    """Return a fact of an opportunity as its history shows it; its data were opened before."""
    return {
        **_envelope(entry, names, language),
        "text": sentence(entry, names, language),
        "changes": changes_of(entry),
    }


def plain_item(entry: Entry, names: Names, language: Language) -> dict[str, Any]:
    """Return a fact of anything else: who, when, and its data as changes where it has some."""
    return {
        **_envelope(entry, names, language),
        "text": plain_sentence(entry, actor_words(entry.cause.actor, names, language), language),
        "changes": list(entry.data.get("changes", ())),
    }


def _envelope(entry: Entry, names: Names, language: Language) -> dict[str, Any]:
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
    }
