"""What a decision's refusal means for a row of a file."""

from typing import Final

from command_api.domain import refusal as r
from command_api.domain.board.decide import MAX_STATUSES
from command_api.domain.importing.reasons import Reason

_BY_FAULT: Final[dict[tuple[str, str], Reason]] = {
    ("/customer_id", "archived"): Reason("archived-customer"),
    ("/owner_id", "inactive"): Reason("inactive-owner"),
    ("/owner_id", "required"): Reason("owner-missing"),
    ("", "too-many-statuses"): Reason("too-many-statuses", {"limit": MAX_STATUSES}),
}
NOT_ACCEPTED: Final = Reason("not-accepted")


def reason_of(refusal: r.Refusal) -> Reason:
    """Return why a row was refused."""
    match refusal:
        case r.BoardArchived():
            return Reason("archived-board")
        case r.StatusGone() | r.NameTaken():
            return Reason("status-gone")
        case r.Forbidden():
            return Reason("needs-manager-owner")  # the one thing that creating may be forbidden for
        case r.Invalid():
            known = (_BY_FAULT.get((fault.where, fault.code)) for fault in refusal.faults)
            return next((reason for reason in known if reason), NOT_ACCEPTED)
        case _:
            return NOT_ACCEPTED
