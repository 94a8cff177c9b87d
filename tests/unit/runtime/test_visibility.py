"""The rule of who sees whose opportunities."""

from uuid import UUID

import pytest

from service_runtime.callers import Role
from service_runtime.visibility import Visibility, visible_owners

LAN, MINH, HOA = (UUID(int=number) for number in range(1, 4))
TEAM = (LAN, MINH)
OWN, MATES, ALL = frozenset({LAN}), frozenset({LAN, MINH}), None


@pytest.mark.parametrize(
    ("role", "own", "team", "everything"),
    [
        (Role.REP, OWN, MATES, ALL),
        (Role.MANAGER, MATES, MATES, ALL),
        (Role.ADMIN, ALL, ALL, ALL),
        (Role.AUDITOR, ALL, ALL, ALL),
        (Role.SERVICE, ALL, ALL, ALL),
    ],
)
def test_a_role_sees_by_the_setting(
    role: Role,
    own: frozenset[UUID] | None,
    team: frozenset[UUID] | None,
    everything: frozenset[UUID] | None,
) -> None:
    assert visible_owners(role, Visibility.OWN, LAN, TEAM) == own
    assert visible_owners(role, Visibility.TEAM, LAN, TEAM) == team
    assert visible_owners(role, Visibility.ALL, LAN, TEAM) == everything


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
@pytest.mark.parametrize("setting", [Visibility.OWN, Visibility.TEAM])
def test_whoever_has_no_team_sees_its_own(role: Role, setting: Visibility) -> None:
    assert visible_owners(role, setting, HOA, ()) == {HOA}


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
@pytest.mark.parametrize("setting", [Visibility.OWN, Visibility.TEAM])
def test_a_key_sees_nothing_where_its_role_sees_less_than_all(
    role: Role, setting: Visibility
) -> None:
    assert visible_owners(role, setting, None, ()) == frozenset()
