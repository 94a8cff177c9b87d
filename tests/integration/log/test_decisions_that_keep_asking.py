"""A decision that is never content with what it is told: a defect of one command, and bounded."""

from datetime import datetime

import pytest

from command_api.application import committer
from command_api.application.group import Decided, decide_group
from command_api.application.known import BoardsOf, Known, Question
from command_api.application.submission import Submission
from support.office import Office


async def test_a_command_that_keeps_asking_fails_and_the_next_one_goes_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def decide(
        submissions: list[Submission], known: Known, now: datetime
    ) -> tuple[list[Decided], set[Question]]:
        nonlocal asked
        asked += 1
        if asked > 2 * committer.MAX_ASKS:  # without the limit it would ask for ever
            return decide_group(submissions, known, now)
        return [], {BoardsOf(office.org)}

    monkeypatch.setattr(committer, "decide_group", decide)
    with pytest.raises(RuntimeError, match="kept asking"):
        await office.add_customer()
    assert asked == committer.MAX_ASKS
    monkeypatch.undo()
    await office.add_customer()
