"""How decision state is folded again: given to `verify`, as no service knows another one."""

from command_api.domain.streams import State, encode_state, evolve
from opportunity_events.v1 import FactData


class DecisionStates:
    """command-api's own fold, stream by stream."""

    def evolve(self, state: State | None, data: FactData, version: int) -> State:
        """Return the state after one more fact; None before the first."""
        return evolve(state, data, version)

    def encode(self, state: State) -> bytes:
        """Write a state down as the log stores it."""
        return encode_state(state)
