"""An opportunity as a decision finds it, and what it is decided beside."""

from dataclasses import dataclass
from datetime import datetime

from command_api.domain.board.state import Board
from command_api.domain.context import Context
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.organization.state import Organization


@dataclass(frozen=True, slots=True)
class Standing:
    """The state with what its stream knows of itself.

    `created_at` is the business time of the first fact, None where that fact is still on its way
    to the log (then it is now).
    """

    opportunity: Opportunity
    created_at: datetime | None
    last_actor: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is decided: the organization, the board, and who asks when."""

    organization: Organization
    board: Board
    context: Context
