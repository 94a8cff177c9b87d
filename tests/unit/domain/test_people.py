"""What may happen to customers, contacts, users and teams: past, command, expected."""

from typing import Any

import pytest

from command_api.domain import commands as c
from command_api.domain import refusal
from command_api.domain.customer.decide import MAX_CONTACTS
from opportunity_events import v1
from support.paper import Floor, ident


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_no_name_of_a_person_stands_readable_in_any_fact_or_state(floor: Floor) -> None:
    written = f"{floor.log} {floor.streams}"
    for word in ("An Phát", "Hoa", "Thảo", "Lan"):
        assert word not in written


def test_an_edit_seals_the_new_value_and_keeps_the_old_one_sealed(floor: Floor) -> None:
    (edited,) = floor.did(c.EditCustomer(floor.customer, name="An Phát Mới", external_ref="A1"))
    assert isinstance(edited, v1.CustomerEdited)
    name, ref = edited.changes
    assert isinstance(name.from_, v1.Sealed)
    assert isinstance(name.to, v1.Sealed)
    assert (ref.field, ref.from_, ref.to) == ("external_ref", None, "A1")
    assert floor.did(c.EditCustomer(floor.customer, name="An Phát Mới")) == []


def test_erasing_a_contact_deletes_its_key_and_ends_its_commands(floor: Floor) -> None:
    (erased,) = floor.did(c.EraseContact(floor.customer, floor.contact))
    assert isinstance(erased, v1.ContactErased)
    assert f"contact/{floor.contact}" not in floor.keys
    assert floor.did(c.EraseContact(floor.customer, floor.contact)) == []
    with pytest.raises(refusal.AlreadyDeleted):
        floor.tell(c.EditContact(floor.customer, floor.contact, name="Hoa"))


def test_a_customer_has_so_many_contacts_and_no_more(floor: Floor) -> None:
    def add(number: int) -> None:
        floor.tell(c.AddContact(floor.customer, ident(1_000 + number), "Hoa", None, None, None))

    for number in range(1, MAX_CONTACTS):  # one is there
        add(number)
    with pytest.raises(refusal.Invalid) as refused:
        add(MAX_CONTACTS)
    assert [fault.code for fault in refused.value.faults] == ["too-many-contacts"]


def test_only_a_natural_person_is_erased_as_a_customer(floor: Floor) -> None:
    with pytest.raises(refusal.Invalid):
        floor.tell(c.EraseCustomer(floor.customer))
    floor.tell(c.EditCustomer(floor.customer, person=True))
    archived, erased = floor.did(c.EraseCustomer(floor.customer))
    assert isinstance(archived, v1.CustomerArchived)
    assert isinstance(erased, v1.CustomerErased)
    with pytest.raises(refusal.Invalid):
        floor.tell(c.EditOpportunity(floor.deal, note="Nữa"))


def test_an_archived_customer_takes_no_edits(floor: Floor) -> None:
    floor.tell(c.ArchiveCustomer(floor.customer))
    with pytest.raises(refusal.CustomerArchived):
        floor.tell(c.EditCustomer(floor.customer, name="Khác"))
    with pytest.raises(refusal.CustomerArchived):
        floor.tell(c.AddContact(floor.customer, ident(70), "Mai", None, None, None))


def test_an_active_user_is_not_erased(floor: Floor) -> None:
    with pytest.raises(refusal.Invalid):
        floor.tell(c.EraseUser(floor.rep))
    floor.tell(c.EditUser(floor.rep, active=False))
    assert floor.did(c.EraseUser(floor.rep))
    assert floor.did(c.EraseUser(floor.rep)) == []


def test_an_inactive_user_owns_nothing_new(floor: Floor) -> None:
    floor.tell(c.EditUser(floor.rep, active=False))
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.EditOpportunity(floor.deal, owner_id=floor.rep))
    assert [fault.code for fault in refused.value.faults] == ["inactive"]


def test_a_user_joins_and_leaves_a_team_that_there_is(floor: Floor) -> None:
    floor.tell(c.AddTeam(ident(80), "Miền Nam"))
    floor.tell(c.EditUser(floor.rep, team_id=ident(80)))
    assert floor.state("user", floor.rep).team_id == ident(80)
    floor.tell(c.EditUser(floor.rep, team_id=None))
    assert floor.state("user", floor.rep).team_id is None
    with pytest.raises(refusal.Invalid):
        floor.tell(c.EditUser(floor.rep, team_id=ident(81)))


def test_renaming_a_team_to_its_name_records_nothing(floor: Floor) -> None:
    floor.tell(c.AddTeam(ident(80), "Miền Nam"))
    assert floor.did(c.RenameTeam(ident(80), "Miền Nam")) == []


def test_the_visibility_changes_like_every_setting(floor: Floor) -> None:
    assert floor.did(c.EditOrganization(visibility="all")) == []
    changes = (v1.Change("visibility", "all", "own"),)
    assert floor.did(c.EditOrganization(visibility="own")) == [v1.OrganizationEdited(changes)]


@pytest.mark.parametrize(
    ("edit", "where"),
    [({"role": "rep"}, "/role"), ({"active": False}, "/active")],
)
def test_nobody_takes_the_role_or_the_access_from_oneself(
    floor: Floor, edit: dict[str, Any], where: str
) -> None:
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.EditUser(floor.admin, **edit))
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [(where, "your-own")]
    assert floor.did(c.EditUser(floor.admin, name="Lan Anh", role="admin", active=True))
    assert floor.did(c.EditUser(floor.admin, **edit), user=floor.rep)
