"""Where the organization's log stands, for reads of rows that are kept in the log itself."""

from typing import Annotated, Any, Final

from fastapi import Depends, Query

from command_api.entrypoints.http.view_backing import ViewDeskOf
from service_runtime.http.request_context import CallerOf
from service_runtime.languages import Words
from service_runtime.problems import Problem

POSITION_HEADERS: Final[dict[str, Any]] = {
    "Cohoi-Position": {
        "description": "The organization's position at which this is true.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
_MAX_POSITION: Final = 2**53 - 1
_BEYOND = Words(
    "Vị trí này vượt quá sự kiện mới nhất của tổ chức. Hãy dùng vị trí mà một lệnh đã trả về.",
    "This is beyond the organization's newest fact. Use a position that a command returned.",
)


async def _position(
    caller: CallerOf,
    desk: ViewDeskOf,
    min_position: Annotated[
        int | None, Query(ge=0, le=_MAX_POSITION, description="Demand at least this position.")
    ] = None,
) -> int:
    """Return where the organization stands; such rows are the log's own: nothing is waited for."""
    head = await desk.position(caller.org)
    if min_position is not None and min_position > head:
        raise Problem("bad-position", _BEYOND, data={"parameter": "min_position"})
    return head


PositionOf = Annotated[int, Depends(_position)]
"""The type of a parameter that wants the position at which an answer is true."""
