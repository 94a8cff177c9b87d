"""An opportunity as a decision finds it, and what it is decided beside."""

from datetime import datetime

import msgspec

from command_api.domain.board.state import Board
from command_api.domain.context import Context
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.organization.state import Organization
from opportunity_events import v1


class Standing(msgspec.Struct, frozen=True):
    """The state with what its stream knows of itself.

    `created_at` is the business time of the first fact, None where that fact is still on its way
    to the log (then it is now).
    """

    opportunity: Opportunity
    created_at: datetime | None
    last_actor: str


class Place(msgspec.Struct, frozen=True):
    """Where it is decided: the organization, the board, and who asks when."""

    organization: Organization
    board: Board
    context: Context


def called_now(opportunity: Opportunity, board: Board) -> Opportunity:
    """Return it with its status under the name of this moment, which may have been changed since.

    The type stays that of its own last fact: a status that was re-typed was empty.
    """
    stands = opportunity.cell.status
    status = board.shown(stands.id)
    if status is None or status.name == stands.name:
        return opportunity
    ref = v1.StatusRef(stands.id, status.name, stands.type)
    cell = msgspec.structs.replace(opportunity.cell, status=ref)
    return msgspec.structs.replace(opportunity, cell=cell)
