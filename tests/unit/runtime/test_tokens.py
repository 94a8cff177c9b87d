"""Tokens: what is verified, what proves nothing, and what is remembered."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from service_runtime.callers import Role
from service_runtime.key_sets import KeySetUnusable
from service_runtime.tokens import (
    ExpiredToken,
    InvalidToken,
    TokenVerifier,
    access_claims,
    new_signing_key,
    public_key_set,
    sign_token,
)

ORG, USER = UUID(int=7), UUID(int=8)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEY = new_signing_key()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def key_set(tmp_path: Path) -> Path:
    return write(tmp_path / "jwks.json", public_key_set(KEY))


@pytest.fixture
def verifier(key_set: Path, clock: Clock) -> TokenVerifier:
    return TokenVerifier(key_set, now=clock)


def write(path: Path, keys: object) -> Path:
    replaced = path.with_suffix(".new")
    replaced.write_text(json.dumps(keys), encoding="utf-8")
    return replaced.replace(path)


def claims(**changed: object) -> dict[str, Any]:
    usual = access_claims(
        org=ORG, user=USER, role=Role.REP, issued_at=NOW, lifetime=timedelta(hours=1)
    )
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def test_a_token_says_whose_it_is(verifier: TokenVerifier) -> None:
    verified = verifier.verify(sign_token(KEY, claims()))
    assert (verified.org, verified.user, verified.role) == (ORG, USER, Role.REP)
    assert verified.expires_at == (NOW + timedelta(hours=1)).timestamp()


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519", "ES256", "RS256"])
def test_every_allowed_algorithm_is_verified(algorithm: str, tmp_path: Path, clock: Clock) -> None:
    made: dict[str, Any] = {**new_signing_key(), "alg": algorithm}
    if algorithm == "ES256":
        made = dict(ECKey.generate_key("P-256", private=True).as_dict(private=True))
    elif algorithm == "RS256":
        made = dict(RSAKey.generate_key(2048, private=True).as_dict(private=True))
    path = write(tmp_path / "jwks.json", public_key_set(made))
    assert TokenVerifier(path, now=clock).verify(sign_token(made, claims())).user == USER


@pytest.mark.parametrize("missing", ["iss", "aud", "exp", "iat", "sub", "org", "role"])
def test_a_token_without_one_of_the_claims_proves_nothing(
    verifier: TokenVerifier, missing: str
) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(sign_token(KEY, claims(**{missing: None})))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "elsewhere"), ("iss", ["cohoi"]), ("aud", "elsewhere"), ("aud", []),
        ("exp", "never"), ("exp", True), ("exp", float("nan")), ("exp", [1]),
        ("iat", (NOW + timedelta(seconds=61)).timestamp()),
        ("nbf", (NOW + timedelta(seconds=61)).timestamp()),
        ("sub", "someone"), ("sub", 8), ("org", "x"), ("org", {}), ("role", "owner"),
        ("role", ["rep"]), ("role", "REP"),
    ],
)  # fmt: skip
def test_a_token_with_a_wrong_claim_proves_nothing(
    verifier: TokenVerifier, name: str, value: object
) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(sign_token(KEY, claims(**{name: value})))


def test_an_audience_among_others_is_enough(verifier: TokenVerifier) -> None:
    assert verifier.verify(sign_token(KEY, claims(aud=["other", "cohoi"]))).org == ORG


def test_a_token_that_expires_beyond_all_time_is_taken(verifier: TokenVerifier) -> None:
    assert verifier.verify(sign_token(KEY, claims(exp=10**60))).user == USER


def test_a_token_lives_one_minute_beyond_its_time_and_no_longer(
    verifier: TokenVerifier, clock: Clock
) -> None:
    token = sign_token(KEY, claims())
    clock.now = NOW + timedelta(hours=1, seconds=59)
    verifier.verify(token)
    clock.now = NOW + timedelta(hours=1, seconds=60)
    with pytest.raises(ExpiredToken):
        verifier.verify(token)  # which was remembered
    with pytest.raises(ExpiredToken):
        verifier.verify(sign_token(KEY, claims(jti="never seen")))


def test_a_foreign_signature_proves_nothing(verifier: TokenVerifier) -> None:
    foreign = {**new_signing_key(), "kid": KEY["kid"]}
    with pytest.raises(InvalidToken):
        verifier.verify(sign_token(foreign, claims()))
    with pytest.raises(InvalidToken):
        verifier.verify(sign_token(new_signing_key(), claims()))


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_an_unsigned_token_proves_nothing(verifier: TokenVerifier) -> None:
    for algorithm in ("none", "None", "NONE", ""):
        header = part({"alg": algorithm, "kid": KEY["kid"]})
        for signature in ("", "c2ln"):
            with pytest.raises(InvalidToken):
                verifier.verify(f"{header}.{part(claims())}.{signature}")


def test_the_public_key_is_no_secret_to_sign_with(tmp_path: Path, clock: Clock) -> None:
    """The old confusion: an HMAC whose secret is what everybody may read."""
    public = json.dumps(public_key_set(KEY)["keys"][0])
    secret = OctKey.import_key(public.encode(), {"kid": KEY["kid"]})
    mixed = public_key_set(KEY)
    mixed["keys"].append(secret.as_dict(private=True))
    path = write(tmp_path / "jwks.json", mixed)
    forged = jwt.encode(
        {"alg": "HS256", "kid": KEY["kid"]},
        claims(),
        secret,
        registry=JWSRegistry(algorithms=["HS256"]),
    )
    with pytest.raises(InvalidToken):
        TokenVerifier(path, now=clock).verify(forged)


def test_a_token_of_another_type_proves_nothing(verifier: TokenVerifier) -> None:
    header = {"alg": "Ed25519", "kid": KEY["kid"], "typ": "logout+jwt"}
    registry = JWSRegistry(algorithms=["Ed25519"])
    forged = jwt.encode(header, claims(), OKPKey.import_key(dict(KEY)), registry=registry)
    with pytest.raises(InvalidToken):
        verifier.verify(forged)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
@example("a" * 9_000)
@example(".".join([part([]), part([]), ""]))
@example(".".join([part({"alg": ["Ed25519"]}), part({}), ""]))
@example(".".join([part({"alg": "Ed25519", "crit": ["x"], "x": 1}), part({}), ""]))
@example(".".join([part({"alg": "Ed25519", "kid": {}}), part({}), "AA"]))
@example(part({"alg": "Ed25519"}) + "." + "[" * 4_000 + ".AA")
def test_rubbish_proves_nothing_and_breaks_nothing(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(text)


def test_a_changed_key_set_counts_at_once(key_set: Path, verifier: TokenVerifier) -> None:
    old, new = sign_token(KEY, claims()), new_signing_key()
    verifier.verify(old)
    with pytest.raises(InvalidToken):
        verifier.verify(sign_token(new, claims()))
    write(key_set, {"keys": public_key_set(KEY)["keys"] + public_key_set(new)["keys"]})
    verifier.verify(sign_token(new, claims()))
    verifier.verify(old)
    write(key_set, public_key_set(new))
    with pytest.raises(InvalidToken):
        verifier.verify(old)  # remembered tokens are forgotten with their key


def test_a_key_set_that_became_unreadable_leaves_the_keys_that_are_known(
    key_set: Path, verifier: TokenVerifier
) -> None:
    key_set.write_text("{", encoding="utf-8")
    verifier.verify(sign_token(KEY, claims()))
    key_set.unlink()
    verifier.verify(sign_token(KEY, claims(jti="another")))


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"keys": []}', '{"keys": 1}', '{"keys": [1]}',
                '{"keys": [{"kty": "OKP"}]}', "\xff"],
)  # fmt: skip
def test_a_service_refuses_to_start_on_a_key_set_that_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(KeySetUnusable, match="COHOI_JWKS"):
        TokenVerifier(path)
    with pytest.raises(KeySetUnusable, match="No such file"):
        TokenVerifier(tmp_path / "none")


def test_the_newest_tokens_are_remembered_and_no_more_than_asked_for(
    key_set: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[object] = []
    decode = jwt.decode

    def counted(*args: Any, **kwargs: Any) -> jwt.Token:
        looked_at.append(args[0])
        return decode(*args, **kwargs)

    monkeypatch.setattr(jwt, "decode", counted)
    verifier = TokenVerifier(key_set, now=clock, remembered=2)
    first, second, third = (sign_token(KEY, claims(jti=str(number))) for number in range(3))
    for token in (first, second, third, third, second, first):
        verifier.verify(token)
    assert looked_at == [first, second, third, first]


def test_a_public_key_set_holds_nothing_private() -> None:
    assert set(public_key_set(KEY)["keys"][0]) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_the_leeway_is_bounded(key_set: Path) -> None:
    with pytest.raises(ValueError, match="leeway"):
        TokenVerifier(key_set, leeway_s=61)
