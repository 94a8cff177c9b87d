"""The boards that commands were about lately: asked for together with the first questions."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from command_api.application.known import Question
from opportunity_events.envelope import Stream

_BOARDS_EACH: Final = 3
_ORGANIZATIONS: Final = 1_000


class RecentBoards:
    """A guess at which boards the next group needs; a wrong one costs a row, a right one a trip."""

    def __init__(self) -> None:
        self._recent: dict[UUID, tuple[Stream, ...]] = {}

    def guess(self, orgs: Iterable[UUID]) -> set[Question]:
        """Return the boards that these organizations asked for last."""
        return {board for org in orgs for board in self._recent.get(org, ())}

    def note(self, questions: Iterable[Question]) -> None:
        """Remember the boards among what had to be asked for."""
        for question in questions:
            if isinstance(question, Stream) and question.kind == "board":
                if len(self._recent) >= _ORGANIZATIONS:
                    self._recent.clear()
                known = self._recent.get(question.org, ())
                newest = (question, *(board for board in known if board != question))
                self._recent[question.org] = newest[:_BOARDS_EACH]
