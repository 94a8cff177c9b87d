"""Callers recognized: by a token and the user's present role, or by a key."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from service_runtime.api_keys import NewApiKey, new_api_key
from service_runtime.authentication import (
    Authenticator,
    Doubt,
    KnownKey,
    KnownUser,
    Unauthenticated,
)
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.problem_words import UNAUTHENTICATED
from service_runtime.tokens import (
    TokenVerifier,
    access_claims,
    new_signing_key,
    public_key_set,
    sign_token,
)
from service_runtime.visibility import Visibility

ORG, USER, TEAM, KEY_UUID = (UUID(int=number) for number in range(1, 5))
SIGNING_KEY = new_signing_key()
MATE = UUID(int=77)
AN = KnownUser(
    role=Role.MANAGER,
    team_id=TEAM,
    active=True,
    language="en",
    visibility=Visibility.TEAM,
    teammates=frozenset({USER, MATE}),
)


class Directory:
    def __init__(self) -> None:
        self.users: dict[tuple[UUID, UUID], KnownUser] = {(ORG, USER): AN}
        self.keys: dict[str, KnownKey] = {}

    async def user(self, org: UUID, user_id: UUID) -> KnownUser | None:
        return self.users.get((org, user_id))

    async def api_key(self, key_id: str) -> KnownKey | None:
        return self.keys.get(key_id)

    def add(self, made: NewApiKey) -> KnownKey:
        known = KnownKey(
            ORG,
            KEY_UUID,
            "nightly",
            Role.SERVICE,
            operator=True,
            hash=made.hash,
            revoked_at=None,
            visibility=Visibility.OWN,
        )
        self.keys[made.key_id] = known
        return known


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def authenticator(tmp_path: Path, directory: Directory) -> Authenticator:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(public_key_set(SIGNING_KEY)), encoding="utf-8")
    return Authenticator(TokenVerifier(path), directory)


def token(role: Role = Role.MANAGER, org: UUID = ORG, *, minutes: int = 5) -> str:
    lifetime = timedelta(minutes=minutes)
    claims = access_claims(
        org=org, user=USER, role=role, issued_at=utc_now() - timedelta(hours=1), lifetime=lifetime
    )
    claims["exp"] += 3600
    return sign_token(SIGNING_KEY, claims)


async def doubt(authenticator: Authenticator, authorization: str | None) -> Doubt:
    with pytest.raises(Unauthenticated) as raised:
        await authenticator.caller(authorization)
    return raised.value.doubt


async def test_a_token_makes_its_user_the_caller(authenticator: Authenticator) -> None:
    caller = await authenticator.caller(f"Bearer {token()}")
    assert caller.org == ORG
    assert caller.actor == f"user/{USER}"
    assert (caller.user_id, caller.role, caller.team_id) == (USER, Role.MANAGER, TEAM)
    assert caller.language == "en"
    assert caller.owners == {USER, MATE}
    assert not caller.operator


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", " Bearer"])
async def test_the_scheme_has_no_case(authenticator: Authenticator, scheme: str) -> None:
    assert (await authenticator.caller(f"{scheme}  {token()} ")).user_id == USER


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic YTpi", "x"])
async def test_without_a_bearer_credential_the_caller_is_missing(
    authenticator: Authenticator, authorization: str | None
) -> None:
    assert await doubt(authenticator, authorization) is Doubt.MISSING


async def test_a_token_with_another_role_than_the_users_is_refused(
    authenticator: Authenticator, directory: Directory
) -> None:
    assert await doubt(authenticator, f"Bearer {token(Role.ADMIN)}") is Doubt.ROLE_CHANGED
    once_good = token()
    await authenticator.caller(f"Bearer {once_good}")
    directory.users[ORG, USER] = replace(AN, role=Role.REP)
    assert await doubt(authenticator, f"Bearer {once_good}") is Doubt.ROLE_CHANGED


async def test_a_user_who_became_inactive_is_refused_from_the_next_request_on(
    authenticator: Authenticator, directory: Directory
) -> None:
    once_good = token()
    await authenticator.caller(f"Bearer {once_good}")
    directory.users[ORG, USER] = replace(AN, active=False)
    assert await doubt(authenticator, f"Bearer {once_good}") is Doubt.INACTIVE


async def test_a_user_of_another_organization_is_unknown_here(
    authenticator: Authenticator,
) -> None:
    assert await doubt(authenticator, f"Bearer {token(org=UUID(int=99))}") is Doubt.INACTIVE


async def test_an_expired_token_is_told_apart_from_a_forged_one(
    authenticator: Authenticator,
) -> None:
    assert await doubt(authenticator, f"Bearer {token(minutes=-2)}") is Doubt.EXPIRED
    assert await doubt(authenticator, "Bearer a.b.c") is Doubt.INVALID
    assert await doubt(authenticator, "Bearer " + "a" * 20_000) is Doubt.INVALID


async def test_a_key_makes_itself_the_caller(
    authenticator: Authenticator, directory: Directory
) -> None:
    made = new_api_key()
    directory.add(made)
    caller = await authenticator.caller(f"Bearer {made.text}")
    assert (caller.org, caller.actor, caller.user_id) == (ORG, f"key/{KEY_UUID}", None)
    assert (caller.role, caller.operator) == (Role.SERVICE, True)


async def test_an_unknown_forged_or_revoked_key_is_refused(
    authenticator: Authenticator, directory: Directory
) -> None:
    made, other = new_api_key(), new_api_key()
    known = directory.add(made)
    assert await doubt(authenticator, f"Bearer {other.text}") is Doubt.INVALID
    forged = f"opp_{made.key_id}_{other.text[-43:]}"
    assert await doubt(authenticator, f"Bearer {forged}") is Doubt.INVALID
    assert await doubt(authenticator, "Bearer opp_short") is Doubt.INVALID
    directory.keys[made.key_id] = replace(known, revoked_at=utc_now())
    assert await doubt(authenticator, f"Bearer {made.text}") is Doubt.INVALID


def test_every_doubt_has_its_words() -> None:
    assert set(UNAUTHENTICATED) == {each.value for each in Doubt}
