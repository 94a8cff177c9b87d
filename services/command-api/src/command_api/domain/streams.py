"""One stream's decision state, whatever its kind: begin, evolve, write down, read back."""

from typing import Any, Final, cast

import msgspec

from command_api.domain.board import state as board
from command_api.domain.customer import state as customer
from command_api.domain.opportunity import state as opportunity
from command_api.domain.organization import state as organization
from command_api.domain.team import state as team
from command_api.domain.user import state as user
from opportunity_events import v1
from opportunity_events.envelope import StreamKind

State = (
    organization.Organization
    | team.Team
    | user.User
    | board.Board
    | customer.Customer
    | opportunity.Opportunity
)
_CLASSES: Final[dict[StreamKind, type[State]]] = {
    "organization": organization.Organization,
    "team": team.Team,
    "user": user.User,
    "board": board.Board,
    "customer": customer.Customer,
    "opportunity": opportunity.Opportunity,
}
_decoders: Final[dict[StreamKind, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(cls) for kind, cls in _CLASSES.items()
}
_encoder: Final = msgspec.json.Encoder(order="sorted")


def decode_state(kind: StreamKind, written: bytes) -> State:
    """Read a state back."""
    return cast("State", _decoders[kind].decode(written))


def encode_state(state: State) -> bytes:
    """Write a state down canonically, so that a refold gives the same bytes."""
    if isinstance(state, board.Board | customer.Customer):
        # Ids are keys there, and only text sorts as a key.
        return _encoder.encode(msgspec.to_builtins(state, str_keys=True))
    return _encoder.encode(state)


def evolve(state: State | None, fact: v1.FactData, version: int) -> State:
    """Return the state after the fact at this version of the stream; never refuses."""
    if isinstance(fact, v1.OpportunityFact):
        return opportunity.evolve(cast("opportunity.Opportunity | None", state), fact, version)
    if isinstance(fact, v1.CustomerFact):
        return customer.evolve(cast("customer.Customer | None", state), fact, version)
    if isinstance(fact, v1.BoardFact):
        return board.evolve(cast("board.Board | None", state), fact)
    if isinstance(fact, v1.UserFact):
        return user.evolve(cast("user.User | None", state), fact, version)
    if isinstance(fact, v1.TeamFact):
        return team.evolve(cast("team.Team | None", state), fact)
    return organization.evolve(cast("organization.Organization | None", state), fact)
