"""The role table, row by row, as http-api.md has it."""

from uuid import UUID

import pytest

from service_runtime.access import ROLE_TABLE, Action, may, may_operate
from service_runtime.callers import Caller, Role

R, M, A, U, S = Role.REP, Role.MANAGER, Role.ADMIN, Role.AUDITOR, Role.SERVICE

TABLE: dict[Action, set[Role]] = {
    Action.READ: {R, M, A, U, S},
    Action.REPORT: {R, M, A, U, S},
    Action.EDIT_OPPORTUNITIES: {R, M, A, S},
    Action.UNDO_OWN: {R, M, A, S},
    Action.UNDO_ANY: {M, A, S},
    Action.BACK_DATE: {M, A, S},
    Action.EDIT_AFTER_CLOSE: {M, A, S},
    Action.NAME_ANOTHER_OWNER: {M, A, S},
    Action.BULK: {M, A, S},
    Action.EDIT_CUSTOMERS: {R, M, A, S},
    Action.IMPORT: {R, M, A, S},
    Action.KEEP_VIEWS: {R, M, A, S},
    Action.SHARE_VIEWS: {M, A, S},
    Action.ADMINISTER_BOARDS: {A},
    Action.ADMINISTER_STATUSES: {A},
    Action.ADMINISTER_USERS: {A},
    Action.ADMINISTER_TEAMS: {A},
    Action.ADMINISTER_ORGANIZATION: {A},
    Action.ERASE_PERSON: {A},
    Action.OPERATE: {S},
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_exactly_what_its_row_says(role: Role, action: Action) -> None:
    assert may(role, action) is (role in TABLE[action])


def test_every_role_has_a_row() -> None:
    assert set(ROLE_TABLE) == set(Role)


def caller(role: Role, *, operator: bool) -> Caller:
    return Caller(UUID(int=1), "key/1", None, role, None, operator, None, None)


def test_the_operators_routes_need_the_role_and_the_keys_word() -> None:
    assert may_operate(caller(Role.SERVICE, operator=True))
    assert not may_operate(caller(Role.SERVICE, operator=False))
    assert not may_operate(caller(Role.ADMIN, operator=True))
