"""Which views name somebody who is about to be erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from command_api.application.views.ports import ViewDesk
from command_api.application.views.view import View
from opportunity_events.envelope import Stream
from service_runtime.folding import fold_words

_PAGE: Final = 500
_FEWEST_DIGITS: Final = 6
"""Fewer digits than these are no phone number that somebody could be found by."""


@dataclass(frozen=True, slots=True)
class PersonTexts:
    """What a person is and was called, and reached by."""

    names: Sequence[str] = ()
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()


class People(Protocol):
    """Where what is said of a person stands."""

    async def texts(self, stream: Stream, subject: str) -> PersonTexts:
        """Return all that the facts of a stream say of a subject, now and before."""
        ...


async def mark_naming(desk: ViewDesk, people: People, stream: Stream, subject: str) -> None:
    """Mark the views that name a subject, so that erasing it empties them in the same moment.

    Marking alone changes nothing that anybody sees; where the erasure is refused it stays so.
    """
    texts: PersonTexts | None = None
    before: UUID | None = None
    while views := await desk.page(stream.org, None, before, _PAGE):
        texts = texts or await people.texts(stream, subject)
        naming = [view for view in views if names(view, texts)]
        if naming:
            await desk.mark(stream.org, naming, subject)
        before = views[-1].id


def names(view: View, person: PersonTexts) -> bool:
    """Say whether a view names a person: generously, since a search too many is typed again.

    It holds every word of a name, or the e-mail or phone; or it searches by words that all begin
    words of the name or the e-mail.
    """
    searches = view.text.query.get("q", ())
    said = [text for text in (view.text.name, *searches) if text is not None]
    return any(_holds(text, person) for text in said) or any(
        _finds(search, person) for search in searches
    )


def _holds(text: str, person: PersonTexts) -> bool:
    words, plain, digits = set(fold_words(text)), text.casefold(), _digits(text)
    phones = [found for phone in person.phones if len(found := _digits(phone)) >= _FEWEST_DIGITS]
    return (
        any(named <= words for name in person.names if (named := set(fold_words(name))))
        or any(email.casefold() in plain for email in person.emails)
        or any(phone in digits for phone in phones)
    )


def _finds(search: str, person: PersonTexts) -> bool:
    wanted = fold_words(search)
    theirs = [word for text in (*person.names, *person.emails) for word in fold_words(text)]
    return bool(wanted) and all(any(one.startswith(word) for one in theirs) for word in wanted)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())
