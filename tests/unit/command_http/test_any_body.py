"""Whatever a body holds: it becomes a command that can be written down, or says what is wrong."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from command_api.domain.commands import BulkOpportunities
from command_api.entrypoints.http.models.boards import (
    BoardChanges,
    BoardToCreate,
    StatusChanges,
    StatusOrder,
    StatusToAdd,
)
from command_api.entrypoints.http.models.bulk import Bulk
from command_api.entrypoints.http.models.customers import (
    ContactChanges,
    ContactToAdd,
    CustomerChanges,
    CustomerToAdd,
)
from command_api.entrypoints.http.models.opportunities import (
    Lose,
    Move,
    OpportunityChanges,
    OpportunityToCreate,
    Reopen,
    Win,
)
from command_api.entrypoints.http.models.organization import OrganizationChanges
from command_api.entrypoints.http.models.teams import TeamChanges, TeamToAdd
from command_api.entrypoints.http.models.users import UserChanges, UserToAdd
from service_runtime.http.json_body import BadCharacters, parse_json
from service_runtime.http.validation_words import say

ID = UUID(int=7)
BODIES: dict[str, tuple[type[BaseModel], Callable[[Any], object]]] = {
    "BoardToCreate": (BoardToCreate, lambda b: b.command()),
    "BoardChanges": (BoardChanges, lambda b: b.command(ID)),
    "StatusToAdd": (StatusToAdd, lambda b: b.command(ID)),
    "StatusChanges": (StatusChanges, lambda b: b.command(ID, ID)),
    "StatusOrder": (StatusOrder, lambda b: b.command(ID)),
    "CustomerToAdd": (CustomerToAdd, lambda b: b.command()),
    "CustomerChanges": (CustomerChanges, lambda b: b.command(ID)),
    "ContactToAdd": (ContactToAdd, lambda b: b.command(ID)),
    "ContactChanges": (ContactChanges, lambda b: b.command(ID, ID)),
    "OpportunityToCreate": (OpportunityToCreate, lambda b: b.command()),
    "OpportunityChanges": (OpportunityChanges, lambda b: b.command(ID)),
    "Move": (Move, lambda b: b.command(ID)),
    "Win": (Win, lambda b: b.command(ID)),
    "Lose": (Lose, lambda b: b.command(ID)),
    "Reopen": (Reopen, lambda b: b.command(ID)),
    "Bulk": (Bulk, lambda b: b.bulk()),
    "TeamToAdd": (TeamToAdd, lambda b: b.command()),
    "TeamChanges": (TeamChanges, lambda b: b.command(ID)),
    "UserToAdd": (UserToAdd, lambda b: b.command()),
    "UserChanges": (UserChanges, lambda b: b.command(ID)),
    "OrganizationChanges": (OrganizationChanges, lambda b: b.command()),
}
GOOD = st.sampled_from(
    [
        str(ID),
        "An Phát",
        "2026-01-31",
        "active",
        "won",
        "one_time",
        "rep",
        "vi",
        "VND",
        "edit",
        "Asia/Ho_Chi_Minh",
        "#ABCDEF",
        "lan@anphat.vn",
        {"amount_minor": 5},
        {"name": "A", "type": "won"},
        [str(ID)],
        [{"name": "A", "type": "won"}],
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", BODIES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_body_is_a_command_or_says_what_is_wrong(name: str, data: st.DataObject) -> None:
    model, command_of = BODIES[name]
    keys = st.sampled_from([*model.model_fields, "unknown"])
    body = data.draw(st.dictionaries(keys, GOOD | ANYTHING, max_size=8) | ANYTHING)
    try:
        read = parse_json(msgspec.json.encode(body)) if _is_plain(body) else body
    except BadCharacters:
        return  # refused before any model sees it
    try:
        accepted = model.model_validate(read)
    except ValidationError as refused:
        for error in refused.errors():
            code, words = say(error["type"], error.get("ctx") or {})
            assert code
            assert words.vi
            assert words.en
        return
    command = command_of(accepted)
    # what a field's type does not allow is no command: an absent name for one that needs a name
    for each in command.commands if isinstance(command, BulkOpportunities) else (command,):
        assert msgspec.json.decode(msgspec.json.encode(each), type=type(each)) == each


def _is_plain(body: object) -> bool:
    """Say whether it can be sent at all: the parser refuses NUL and half surrogates before."""
    written = str(body)
    return "\\x00" not in written and "\\ud" not in written
