"""What we show of organizations, teams, users, customers and contacts, and what erasing leaves."""

from uuid import UUID

import pytest

from opportunity_events import v1
from projector.domain.unfoldable import UnfoldableFactError
from support.folding import CUSTOMER, ORG, OWNER, at, folded, key_of, record, sealed, tables

CONTACT, TEAM = UUID(int=31), UUID(int=32)
USER_SUBJECT = f"user/{OWNER}"
CUSTOMER_SUBJECT = f"customer/{CUSTOMER}"
CONTACT_SUBJECT = f"contact/{CONTACT}"

ADDED_USER = at(
    "user",
    OWNER,
    v1.UserAdded(
        sealed(USER_SUBJECT, "name", "Đỗ Lan"),
        sealed(USER_SUBJECT, "email", "lan@example.com"),
        "rep",
        TEAM,
    ),
)
ADDED_CUSTOMER = at(
    "customer",
    CUSTOMER,
    v1.CustomerAdded(sealed(CUSTOMER_SUBJECT, "name", "An Phát"), "KH-1", person=True),
)
ADDED_CONTACT = at(
    "customer",
    CUSTOMER,
    v1.ContactAdded(
        CONTACT,
        sealed(CONTACT_SUBJECT, "name", "Hà"),
        sealed(CONTACT_SUBJECT, "email", "ha@example.com"),
        None,
        None,
    ),
)


def test_a_user_is_found_by_folded_words_and_sorted_by_name() -> None:
    (row,) = tables(folded(record(ADDED_USER)))["users"]
    assert (row["name"], row["email"]) == ("Đỗ Lan", "lan@example.com")
    assert row["words"] == ("do", "lan")
    assert row["name_key"].startswith("do lan")
    assert (row["role"], row["team_id"], row["active"]) == ("rep", TEAM, True)


def test_every_edit_of_a_user_is_shown_and_remembered() -> None:
    edit = v1.UserEdited(
        (
            v1.Change("name", None, sealed(USER_SUBJECT, "name", "Lan Anh")),
            v1.Change("email", None, None),
            v1.Change("role", "rep", "manager"),
            v1.Change("team_id", str(TEAM), None),
            v1.Change("active", True, False),  # noqa: FBT003 - values of the fact
        )
    )
    found = tables(folded(record(ADDED_USER, at("user", OWNER, edit))))
    (row,) = found["users"]
    assert (row["name"], row["email"], row["role"]) == ("Lan Anh", None, "manager")
    assert (row["team_id"], row["active"]) == (None, False)
    assert [row["name"] for row in found["user_versions"]] == ["Đỗ Lan", "Lan Anh"]


def test_an_erased_user_leaves_nothing_personal() -> None:
    key = key_of(USER_SUBJECT)
    facts = record(ADDED_USER, at("user", OWNER, v1.UserErased(key)))
    found = tables(folded(facts, gone=[key]))
    (row,) = found["users"]
    assert (row["name"], row["email"], row["name_key"], row["words"]) == (None, None, "", ())
    assert row["erased_at"] == facts[1].recorded_at
    assert [(row["name"], row["name_key"]) for row in found["user_versions"]] == [(None, "")] * 2
    assert found["erasures"] == [{"org": ORG, "count": 1}]


def test_an_erased_name_is_blank_even_before_its_key_is_known_to_be_gone() -> None:
    facts = record(ADDED_USER, at("user", OWNER, v1.UserErased(key_of(USER_SUBJECT))))
    (row,) = tables(folded(facts))["users"]
    assert (row["name"], row["email"]) == (None, None)


def test_a_customer_is_found_by_its_name_and_its_reference() -> None:
    (row,) = tables(folded(record(ADDED_CUSTOMER)))["customers"]
    assert row["words"] == ("1", "an", "kh", "phat")
    assert (row["external_ref"], row["person"]) == ("KH-1", True)


def test_contacts_stand_in_the_order_in_which_they_were_added() -> None:
    other = UUID(int=30)
    second = v1.ContactAdded(other, sealed(f"contact/{other}", "name", "Bình"), None, None, None)
    facts = record(ADDED_CUSTOMER, ADDED_CONTACT, at("customer", CUSTOMER, second))
    found = tables(folded(facts))["contacts"]
    assert [(row["ordinal"], row["name"]) for row in found] == [(0, "Hà"), (1, "Bình")]


def test_an_edited_contact_keeps_what_was_not_changed() -> None:
    phone = sealed(CONTACT_SUBJECT, "phone", "0912 345 678")
    edit = v1.ContactEdited(CONTACT, (v1.Change("phone", None, phone),))
    facts = record(ADDED_CUSTOMER, ADDED_CONTACT, at("customer", CUSTOMER, edit))
    (row,) = tables(folded(facts))["contacts"]
    assert (row["name"], row["phone"]) == ("Hà", "0912 345 678")


def test_an_erased_contact_stays_as_an_empty_row() -> None:
    key = key_of(CONTACT_SUBJECT)
    erased = at("customer", CUSTOMER, v1.ContactErased(CONTACT, key))
    facts = record(ADDED_CUSTOMER, ADDED_CONTACT, erased)
    found = tables(folded(facts, gone=[key]))
    (row,) = found["contacts"]
    assert {row[column] for column in ("name", "email", "phone", "title")} == {None}
    assert row["erased_at"] == facts[2].recorded_at
    assert found["erasures"] == [{"org": ORG, "count": 1}]


def test_an_erased_customer_keeps_its_reference_and_loses_its_name() -> None:
    key = key_of(CUSTOMER_SUBJECT)
    facts = record(ADDED_CUSTOMER, at("customer", CUSTOMER, v1.CustomerErased(key)))
    found = tables(folded(facts, gone=[key]))
    (row,) = found["customers"]
    assert (row["name"], row["words"], row["external_ref"]) == (None, ("1", "kh"), "KH-1")
    assert {row["name"] for row in found["customer_versions"]} == {None}


def test_an_archived_customer_says_since_when() -> None:
    facts = record(ADDED_CUSTOMER, at("customer", CUSTOMER, v1.CustomerArchived()))
    found = tables(folded(facts))
    assert found["customers"][0]["archived_at"] == facts[1].recorded_at
    assert found["customer_versions"][0]["archived_at"] is None


def test_a_contact_that_was_never_added_stops_loudly() -> None:
    stray = at("customer", CUSTOMER, v1.ContactEdited(CONTACT, ()))
    with pytest.raises(UnfoldableFactError, match="has no contact"):
        folded(record(ADDED_CUSTOMER, stray))


def test_a_fact_in_a_stream_of_another_kind_stops_loudly() -> None:
    stray = at("board", OWNER, v1.UserErased(key_of(USER_SUBJECT)))
    with pytest.raises(UnfoldableFactError, match="only a stream of kind user"):
        folded(record(stray))


def test_a_personal_value_in_the_open_stops_loudly() -> None:
    edit = v1.UserEdited((v1.Change("name", None, "Lan"),))
    with pytest.raises(UnfoldableFactError, match="no user has a field 'name'"):
        folded(record(ADDED_USER, at("user", OWNER, edit)))


def test_teams_and_organizations_show_their_newest_name() -> None:
    found = tables(
        folded(
            record(
                at("team", TEAM, v1.TeamAdded("Bắc")),
                at("team", TEAM, v1.TeamRenamed("Bắc", "Nam")),
                at(
                    "organization",
                    ORG,
                    v1.OrganizationCreated("Cohoi", "VND", "Asia/Ho_Chi_Minh", "vi", "all"),
                ),
                at(
                    "organization",
                    ORG,
                    v1.OrganizationEdited((v1.Change("language", "vi", "en"),)),
                ),
            )
        )
    )
    assert [(row["name"], row["version"]) for row in found["teams"]] == [("Nam", 2)]
    (organization,) = found["organizations"]
    assert (organization["language"], organization["name"]) == ("en", "Cohoi")
    assert [(row["org"], row["position"]) for row in found["applied"]] == [(ORG, 4)]
