"""What a command of a group is told, whatever the commands behind it do."""

from command_api.application.committer import MAX_ASKS
from command_api.application.handlers.opportunities import BOARDS_AT_ONCE
from command_api.application.submission import Submission
from command_api.domain import commands as c
from opportunity_events.envelope import Cause
from support.paper import Floor, ident


def test_a_command_that_changes_nothing_answers_the_version_at_its_own_place() -> None:
    floor = Floor()
    actor = f"user/{floor.admin}"
    asker = c.Asker(floor.org, actor, floor.admin, "admin")
    cause = Cause(actor, "api", ident(9), ident(9), "test")
    commands = (
        c.MoveOpportunity(floor.deal, floor.first),
        c.EditOpportunity(floor.deal, title="Khác"),
    )
    nothing, edited = floor.decide([Submission(asker, one, cause) for one in commands])
    assert (nothing.version(), edited.version()) == (1, 2)


def test_the_oldest_live_board_is_found_behind_many_archived_ones() -> None:
    floor = Floor()
    boards = [ident(1_000 + number) for number in range(BOARDS_AT_ONCE + 2 * MAX_ASKS)]
    for board in boards:
        floor.tell(c.CreateBoard(board, "Cũ", (), (ident(7), ident(8), ident(9))))
    floor.tell(c.DeleteOpportunity(floor.deal))
    for board in (floor.board, *boards[:-1]):
        floor.tell(c.ArchiveBoard(board))
    floor.tell(c.CreateOpportunity(ident(31), "Mới", floor.customer))
    assert floor.state("opportunity", ident(31)).board_id == boards[-1]
