"""API keys: their form, their hash, and what is no key."""

import re

import pytest

from service_runtime.api_keys import looks_like_api_key, new_api_key, parse_api_key


def test_a_new_key_has_the_form_that_secret_scanners_know() -> None:
    made = new_api_key()
    assert re.fullmatch(r"opp_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", made.text)
    assert made.text not in repr(made)
    assert len(made.hash) == 32


def test_a_key_is_found_by_its_id_and_proved_by_its_hash() -> None:
    made, other = new_api_key(), new_api_key()
    presented = parse_api_key(made.text)
    assert presented is not None
    assert presented.key_id == made.key_id
    assert presented.matches(made.hash)
    assert not presented.matches(other.hash)
    assert not presented.matches(b"")


def test_another_secret_under_a_known_id_proves_nothing() -> None:
    made, other = new_api_key(), new_api_key()
    forged = parse_api_key(f"opp_{made.key_id}_{other.text[-43:]}")
    assert forged is not None
    assert not forged.matches(made.hash)


@pytest.mark.parametrize(
    "text",
    ["opp_", "opp__", "opp_0123456789abcdef_short", "OPP_0123456789abcdef_" + "a" * 43,
     "opp_0123456789ABCDEF_" + "a" * 43, "opp_0123456789abcdef_" + "ă" * 43,
     "opp_0123456789abcdef_" + "a" * 43 + "\n", "opp_0123456789abcdef_" + "a" * 44],
)  # fmt: skip
def test_what_has_another_form_is_no_key(text: str) -> None:
    assert parse_api_key(text) is None


def test_a_jwt_does_not_look_like_a_key() -> None:
    assert looks_like_api_key("opp_x")
    assert not looks_like_api_key("eyJhbGciOiJFZERTQSJ9.e30.c2ln")
