"""How an opportunity leaves and comes back: rule 14."""

import msgspec

from command_api.domain import refusal
from command_api.domain.board.decide import demand_open
from command_api.domain.board.state import Board, Status
from command_api.domain.opportunity.standing import Place, Standing
from opportunity_events import v1


def delete(standing: Standing) -> list[v1.OpportunityFact]:
    """Take it off list, board and totals."""
    opportunity = standing.opportunity
    if opportunity.deleted_version is not None:
        return []
    after = msgspec.structs.replace(opportunity.cell, deleted=True)
    return [v1.OpportunityDeleted(opportunity.board_id, opportunity.cell, after)]


def restore(standing: Standing, place: Place) -> list[v1.OpportunityFact]:
    """Bring it back into its status, or where that one went; it is never won or lost by this."""
    opportunity = standing.opportunity
    if not place.context.manages and standing.last_actor != place.context.asker.actor:
        raise refusal.Forbidden("manager")
    if opportunity.deleted_version is None:
        return []
    demand_open(place.board)
    before = opportunity.cell
    home = _home(before.status, place.board)
    after = msgspec.structs.replace(before, status=home.ref, deleted=False)
    redirected = None if home.id == before.status.id else before.status.id
    return [v1.OpportunityRestored(opportunity.board_id, before, after, redirected)]


def _home(stood: v1.StatusRef, board: Board) -> Status:
    same = board.live(stood.id)
    if same is not None and same.type == stood.type:
        return same
    successor = board.successor(stood.id)
    if successor is not None and successor.type == stood.type:
        return successor
    return board.first(stood.type)
