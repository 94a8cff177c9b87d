"""Changing a view: decided on what it is now, and again where it moved meanwhile."""

from typing import Final
from uuid import UUID

from command_api.application.submission import Accepted, Idempotency
from command_api.application.views.ports import Decide, ViewDesk, ViewMoved, ViewWrite
from command_api.application.views.view import ViewText
from command_api.domain.commands import Asker
from command_api.domain.refusal import Busy, NotFound

_ROUNDS: Final = 10


async def keep_new(
    desk: ViewDesk, view_id: UUID, asker: Asker, text: ViewText, idempotency: Idempotency | None
) -> Accepted:
    """Keep a new view; raises KeyReused or TooManyViews."""
    return await desk.write(ViewWrite(view_id, asker.org, asker.actor, None, text, idempotency))


async def change(
    desk: ViewDesk, view_id: UUID, asker: Asker, decide: Decide, idempotency: Idempotency | None
) -> Accepted:
    """Change or drop a view that the asker sees; raises what `decide` refuses, KeyReused, NotFound.

    A retry gets the answer of its first time before anything is decided anew.
    """
    for _ in range(_ROUNDS):
        if idempotency is not None:
            before = await desk.answered(asker.org, idempotency)
            if before is not None:
                return before
        view = await desk.view(asker.org, view_id)
        if view is None or not view.is_seen_by(asker.actor):
            raise NotFound
        after = decide(view)
        try:
            return await desk.write(
                ViewWrite(view_id, asker.org, view.owner, view, after, idempotency)
            )
        except ViewMoved:
            continue
    raise Busy
