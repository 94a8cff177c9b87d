"""A first start makes the keys; later ones never replace them."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from cohoi.adapters.installation_keys import (
    installation_keys,
    make_missing_keys,
    read_signing_key,
)
from cohoi.application.refusal import Refused
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.tokens import TokenVerifier, access_claims, sign_token


def test_the_keys_are_made_once_and_sign_what_their_set_verifies(tmp_path: Path) -> None:
    keys = installation_keys(tmp_path)
    make_missing_keys(keys, tmp_path, has_data=False)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(made) == {"master.key", "signing.jwk", "jwks.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    make_missing_keys(keys, tmp_path, has_data=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == made
    org, user = new_id(), new_id()
    claims = access_claims(
        org=org, user=user, role=Role.ADMIN, issued_at=utc_now(), lifetime=timedelta(days=1)
    )
    token = sign_token(read_signing_key(keys), claims)
    assert TokenVerifier(keys.key_set).verify(token).user == user


def test_a_key_set_that_was_lost_is_written_again_from_the_private_key(tmp_path: Path) -> None:
    keys = installation_keys(tmp_path)
    make_missing_keys(keys, tmp_path, has_data=False)
    key_set = tmp_path / "jwks.json"
    assert keys.key_set == key_set
    public = key_set.read_bytes()
    key_set.unlink()
    make_missing_keys(keys, tmp_path, has_data=True)
    assert key_set.read_bytes() == public


def test_an_issuers_address_stays_an_address_and_signs_nothing(tmp_path: Path) -> None:
    keys = installation_keys(tmp_path, key_set="https://login.example.com/jwks")
    assert keys.key_set == "https://login.example.com/jwks"
    assert keys.signing_key is None


def test_keys_of_others_are_used_and_never_made(tmp_path: Path) -> None:
    own = installation_keys(tmp_path)
    make_missing_keys(own, tmp_path, has_data=False)
    elsewhere = tmp_path / "another installation"
    elsewhere.mkdir()
    named = installation_keys(elsewhere, master_key=own.master_key, key_set=own.key_set)
    make_missing_keys(named, elsewhere, has_data=False)
    assert list(elsewhere.iterdir()) == []
    with pytest.raises(Refused, match="Ask that issuer"):
        read_signing_key(named)
    missing = installation_keys(elsewhere, master_key=elsewhere / "lost.key")
    with pytest.raises(Refused, match="cannot be read"):
        make_missing_keys(missing, elsewhere, has_data=False)
    assert not (elsewhere / "lost.key").exists()


def test_the_own_keys_are_own_also_where_they_are_named(tmp_path: Path) -> None:
    """As containers have it, whose services are told by variables where everything lies."""
    named = installation_keys(
        tmp_path, master_key=tmp_path / "master.key", key_set=tmp_path / "jwks.json"
    )
    make_missing_keys(named, tmp_path, has_data=False)
    assert named == installation_keys(tmp_path)
    assert read_signing_key(named)["kty"]
