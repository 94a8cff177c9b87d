"""Who sees an opportunity: the decision's rule says what the reads' rule says."""

from itertools import product
from typing import get_args
from uuid import UUID

import pytest

from command_api.domain import commands as c
from command_api.domain import refusal
from command_api.domain.commands import Asker
from command_api.domain.opportunity.visibility import sees, sees_all
from opportunity_events.v1 import RoleName, Visibility
from service_runtime import visibility
from service_runtime.callers import Role
from support.paper import Floor, ident

ORG, NORTH, SOUTH = (UUID(int=number) for number in range(1, 4))
TEAMS = {UUID(int=11): NORTH, UUID(int=12): NORTH, UUID(int=13): SOUTH, UUID(int=14): None}


@pytest.mark.parametrize("setting", get_args(Visibility))
@pytest.mark.parametrize("role", get_args(RoleName))
def test_decisions_and_reads_know_one_rule(role: RoleName, setting: Visibility) -> None:
    for asking, owner in product((*TEAMS, None), TEAMS):
        asker = Asker(ORG, "key/1" if asking is None else f"user/{asking}", asking, role)
        team = None if asking is None else TEAMS[asking]
        mates = [] if team is None else [user for user, of in TEAMS.items() if of == team]
        owners = visibility.visible_owners(
            Role(role), visibility.Visibility(setting), asking, mates
        )
        expected = owners is None or owner in owners
        assert sees(asker, setting, owner, TEAMS.get) is expected
        if sees_all(asker):
            assert owners is None


def test_a_decision_stands_on_all_that_decides_what_is_seen() -> None:
    floor = Floor()
    team, lan, minh, deal = (ident(number) for number in range(90, 94))
    floor.tell(c.AddTeam(team, "Bắc"))
    for user in (lan, minh):
        floor.tell(c.AddUser(user, "Lan", None, "rep", team))
    floor.tell(c.EditOrganization(visibility="team"))
    floor.tell(c.CreateOpportunity(deal, "Kho", floor.customer, owner_id=minh))
    edited = floor.tell(c.EditOpportunity(deal, title="Khác"), role="rep", user=lan)
    looked_at = {(stream.kind, stream.id) for stream in edited.draft.reads}
    assert {
        ("opportunity", deal),
        ("organization", floor.org),
        ("user", lan),
        ("user", minh),
    } <= looked_at
    floor.tell(c.EditUser(minh, team_id=None))
    with pytest.raises(refusal.NotFound):
        floor.tell(c.EditOpportunity(deal, title="Ba"), role="rep", user=lan)
