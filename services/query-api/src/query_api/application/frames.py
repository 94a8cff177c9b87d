"""Facts as frames of an event stream: rendered once, given to everybody who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from opportunity_events.codec import canonical_json
from query_api.application.answers import StoredFact
from query_api.application.ports import Vault
from query_api.application.telling import opened_forms, read_fact
from query_api.domain.visibility import Owners, may_be_told


@dataclass(frozen=True, slots=True)
class Frame:
    """A fact as a stream carries it, with whose opportunity it speaks of (None: of nobody's)."""

    position: int
    owners: Owners | None
    text: bytes


async def frames_of(vault: Vault, facts: Sequence[StoredFact]) -> list[Frame]:
    """Render facts, personal fields opened by the keys that are there now."""
    read = [read_fact(fact) for fact in facts]
    forms = await opened_forms(vault, read)
    return [
        Frame(fact.position, fact.owners, _text(fact.position, canonical_json(form)))
        for fact, form in zip(read, forms, strict=True)
    ]


def _text(position: int, data: bytes) -> bytes:
    return b"id: %d\nevent: fact\ndata: %b\n\n" % (position, data)


def comment(position: int) -> bytes:
    """Return a sign of life, which also says up to where was looked for the reader.

    It holds no event, so that nothing is dispatched; a client that reconnects resumes from there.
    """
    return b": \nid: %d\n\n" % position


def joined(frames: Sequence[Frame], seen: Owners | None, most_bytes: int) -> tuple[bytes, int]:
    """Join the first frames that somebody may see, up to a size; return how far that goes.

    `frames` must not be empty. Whatever their size, the first one that may be seen is taken.
    """
    texts: list[bytes] = []
    size, upto = 0, frames[0].position
    for frame in frames:
        if may_be_told(frame.owners, seen):
            size += len(frame.text)
            if texts and size > most_bytes:
                break
            texts.append(frame.text)
        upto = frame.position
    return b"".join(texts), upto
