"""Keys at an issuer's address: rotated without a restart, and asked for no more than is fair."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.key_sets import (
    LARGEST_KEY_SET,
    REFETCH_AT_MOST_EVERY_S,
    REFETCH_EVERY_S,
    KeySetAddress,
    KeySetUnusable,
)
from service_runtime.tokens import (
    TokenVerifier,
    UnknownKey,
    access_claims,
    new_signing_key,
    public_key_set,
    sign_token,
)

ORG, USER = UUID(int=7), UUID(int=8)


class Issuer:
    """An issuer of tokens with an address of its keys, on this machine."""

    def __init__(self) -> None:
        self.keys = [new_signing_key()]
        self.asked = 0
        self.away = False
        self.padding = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                body = b"" if issuer.away else issuer.document()
                self.send_response(500 if issuer.away else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/jwks"

    def document(self) -> bytes:
        keys: list[Any] = [key for one in self.keys for key in public_key_set(one)["keys"]]
        return json.dumps({"keys": keys}).encode() + b" " * self.padding

    def token(self, key: dict[str, Any] | None = None) -> str:
        claims = access_claims(
            org=ORG, user=USER, role=Role.REP, issued_at=utc_now(), lifetime=timedelta(hours=1)
        )
        return sign_token(key or self.keys[-1], claims)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(issuer: Issuer, clock: Clock) -> TokenVerifier:
    return TokenVerifier(KeySetAddress(issuer.address, clock))


async def test_a_token_of_the_issuer_is_verified_by_its_keys(
    issuer: Issuer, verifier: TokenVerifier
) -> None:
    assert verifier.verify(issuer.token()).user == USER
    assert issuer.asked == 1


async def test_a_new_key_is_found_when_its_first_token_comes(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    issuer.keys.append(new_signing_key())
    clock.now += REFETCH_AT_MOST_EVERY_S
    with pytest.raises(UnknownKey):
        verifier.verify(issuer.token())
    assert await verifier.look_for_new_keys()
    assert verifier.verify(issuer.token()).user == USER
    assert verifier.verify(issuer.token(issuer.keys[0])).user == USER


async def test_tokens_of_keys_that_nobody_knows_do_not_make_us_ask_again_and_again(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    stranger = new_signing_key()
    clock.now += REFETCH_AT_MOST_EVERY_S
    for _ in range(100):
        with pytest.raises(UnknownKey):
            verifier.verify(issuer.token(stranger))
        assert not await verifier.look_for_new_keys()
    assert issuer.asked == 2


async def test_a_key_that_was_withdrawn_counts_no_longer_after_a_while(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    withdrawn = issuer.token()
    assert verifier.verify(withdrawn).user == USER
    issuer.keys = [new_signing_key()]
    clock.now += REFETCH_EVERY_S + 1
    assert verifier.verify(withdrawn).user == USER  # nobody waits for the issuer
    await verifier.look_for_new_keys()
    with pytest.raises(UnknownKey):
        verifier.verify(withdrawn)


async def test_an_issuer_that_is_away_leaves_the_keys_that_are_known(
    issuer: Issuer, verifier: TokenVerifier, clock: Clock
) -> None:
    issuer.away = True
    clock.now += REFETCH_EVERY_S + 1
    assert not await verifier.look_for_new_keys()
    assert issuer.asked == 2
    assert verifier.verify(issuer.token()).user == USER


@pytest.mark.parametrize(
    ("padding", "why"), [(None, "Internal Server Error"), (LARGEST_KEY_SET, "larger than")]
)
def test_a_service_refuses_to_start_on_an_address_that_gives_no_keys(
    issuer: Issuer, padding: int | None, why: str
) -> None:
    issuer.away, issuer.padding = padding is None, padding or 0
    with pytest.raises(KeySetUnusable, match=r"COHOI_JWKS names it\.") as refused:
        TokenVerifier(issuer.address)
    assert why in str(refused.value)
