"""The role table: who may do what, in the one place where it stands."""

from enum import StrEnum
from types import MappingProxyType

from service_runtime.callers import Caller, Role


class Action(StrEnum):
    """What the role table tells apart; which opportunities a caller sees is another question."""

    READ = "read"
    REPORT = "report"
    EDIT_OPPORTUNITIES = "edit_opportunities"
    """Create, edit, move, win, lose, delete."""
    UNDO_OWN = "undo_own"
    """Reopen or restore where the opportunity's last fact is the caller's own."""
    UNDO_ANY = "undo_any"
    """Leave a closed type or restore, whoever closed or deleted."""
    BACK_DATE = "back_date"
    EDIT_AFTER_CLOSE = "edit_after_close"
    NAME_ANOTHER_OWNER = "name_another_owner"
    BULK = "bulk"
    EDIT_CUSTOMERS = "edit_customers"
    """Customers and contacts, but no erasure."""
    IMPORT = "import"
    KEEP_VIEWS = "keep_views"
    """Views of one's own; reading the shared ones is READ."""
    SHARE_VIEWS = "share_views"
    ADMINISTER_BOARDS = "administer_boards"
    ADMINISTER_STATUSES = "administer_statuses"
    ADMINISTER_USERS = "administer_users"
    ADMINISTER_TEAMS = "administer_teams"
    ADMINISTER_ORGANIZATION = "administer_organization"
    ERASE_PERSON = "erase_person"
    OPERATE = "operate"
    """The operator's routes; a key must say so besides, see `may_operate`."""


_AUDITOR = frozenset({Action.READ, Action.REPORT})
_REP = _AUDITOR | {
    Action.EDIT_OPPORTUNITIES,
    Action.UNDO_OWN,
    Action.EDIT_CUSTOMERS,
    Action.IMPORT,
    Action.KEEP_VIEWS,
}
_MANAGER = _REP | {
    Action.UNDO_ANY,
    Action.BACK_DATE,
    Action.EDIT_AFTER_CLOSE,
    Action.NAME_ANOTHER_OWNER,
    Action.BULK,
    Action.SHARE_VIEWS,
}
_ADMIN = _MANAGER | {
    Action.ADMINISTER_BOARDS,
    Action.ADMINISTER_STATUSES,
    Action.ADMINISTER_USERS,
    Action.ADMINISTER_TEAMS,
    Action.ADMINISTER_ORGANIZATION,
    Action.ERASE_PERSON,
}
_SERVICE = _MANAGER | {Action.OPERATE}

ROLE_TABLE = MappingProxyType(
    {
        Role.REP: _REP,
        Role.MANAGER: _MANAGER,
        Role.ADMIN: _ADMIN,
        Role.AUDITOR: _AUDITOR,
        Role.SERVICE: _SERVICE,
    }
)


def may(role: Role, action: Action) -> bool:
    """Say whether a role may do this, by the table alone."""
    return action in ROLE_TABLE[role]


def may_operate(caller: Caller) -> bool:
    """Say whether the operator's routes are open: the role must allow it and the key say it."""
    return caller.operator and may(caller.role, Action.OPERATE)
