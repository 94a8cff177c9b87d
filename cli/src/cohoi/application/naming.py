"""How a command line's NAME or ID becomes the one thing that is meant."""

from collections.abc import Sequence
from uuid import UUID

from cohoi.application.refusal import Refused
from command_api.adapters.registry import NamedBoard, NamedOrganization, NamedUser
from command_api.application.administration import matching

_SHOWN = 10


def the_organization(wanted: str, known: Sequence[NamedOrganization]) -> NamedOrganization:
    """Return the organization of this name or id; refuse none and several."""
    by_id = _as_id(wanted)
    found = [one for one in known if one.org == by_id]
    found = found or [known[at] for at in matching(wanted, known)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_several("organizations", [(one.org, one.name) for one in found]))
    if not known:
        raise Refused("There is no organization yet: make one with `cohoi org create NAME`.")
    names = ", ".join(one.name for one in known[:_SHOWN])
    raise Refused(f"There is no organization {wanted!r}. There is: {names}.")


def the_user(wanted: str, known: Sequence[NamedUser]) -> NamedUser | None:
    """Return the user of this name, e-mail or id, None where there is none; refuse several."""
    by_id = _as_id(wanted)
    found = [one for one in known if one.user_id == by_id or _same_email(one, wanted)]
    found = found or [known[at] for at in matching(wanted, known)]
    if len(found) > 1:
        raise Refused(_several("users", [(one.user_id, one.name or "") for one in found]))
    if not found and by_id is not None:
        raise Refused(f"There is no user with the id {wanted}.")
    return found[0] if found else None


def the_board(wanted: str, known: Sequence[NamedBoard]) -> NamedBoard | None:
    """Return the board of this name or id, None where there is none; refuse several."""
    by_id = _as_id(wanted)
    found = [one for one in known if one.board_id == by_id]
    found = found or [known[at] for at in matching(wanted, known)]
    if len(found) > 1:
        raise Refused(_several("boards", [(one.board_id, one.name) for one in found]))
    if not found and by_id is not None:
        raise Refused(f"There is no board with the id {wanted}.")
    return found[0] if found else None


def _as_id(wanted: str) -> UUID | None:
    try:
        return UUID(wanted)
    except ValueError:
        return None


def _same_email(user: NamedUser, wanted: str) -> bool:
    return user.email is not None and user.email.casefold() == wanted.strip().casefold()


def _several(kind: str, found: Sequence[tuple[UUID, str]]) -> str:
    lines = "\n".join(f"  {one_id}  {name}" for one_id, name in found[:_SHOWN])
    return f"Several {kind} bear that name; give the id of the one that is meant:\n{lines}"
