"""A door: callers first, then what the request is about, then its form."""

import httpx
import pytest

from service_runtime.http.door import Door

BAD_JSON = {"content": b"{", "headers": {"Content-Type": "application/json"}}


async def test_without_a_token_the_answer_is_401_whatever_else_is_wrong(
    stranger: httpx.AsyncClient,
) -> None:
    for response in (
        await stranger.get("/v1/things"),
        await stranger.get("/v1/things?limit=x&unknown=1"),
        await stranger.get("/v1/things/no-id"),
        await stranger.post("/v1/things", content=b"{", headers={"Content-Type": "text/plain"}),
    ):
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.json()["type"] == "unauthenticated"


async def test_a_missing_and_a_bad_credential_are_told_apart(stranger: httpx.AsyncClient) -> None:
    english = {"Accept-Language": "en"}
    missing = await stranger.get("/v1/things", headers=english)
    bad = await stranger.get("/v1/things", headers={**english, "Authorization": "Bearer x"})
    assert "carries no credential" in missing.json()["detail"]
    assert "not valid or was revoked" in bad.json()["detail"]


async def test_a_door_that_is_still_starting_asks_to_come_back(
    door: Door, client: httpx.AsyncClient
) -> None:
    del door.state.authenticator
    response = await client.get("/v1/things")
    assert response.status_code == 503
    assert response.json()["type"] == "log-unavailable"
    assert "retry-after" in response.headers


async def test_what_the_caller_may_not_do_goes_before_what_is_wrong_with_the_body(
    client: httpx.AsyncClient,
) -> None:
    for content in (b"{", b"{}", b'{"title":"\\u0000"}'):
        response = await client.put("/v1/things/forbidden", content=content)
        assert response.status_code == 403
        response = await client.put(
            "/v1/things/forbidden?x=1",
            content=content,
            headers={"Content-Type": "application/json"},
        )
        assert response.status_code == 403


@pytest.mark.parametrize(
    ("token", "header", "language"),
    [("an", None, "en"), ("binh", None, "vi"), ("an", "vi", "vi"), ("binh", "en;q=0.5", "en")],
)
async def test_the_answer_is_in_the_language_of_the_header_else_of_the_user(
    stranger: httpx.AsyncClient, token: str, header: str | None, language: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    if header:
        headers["Accept-Language"] = header
    listed = await stranger.get("/v1/things", headers=headers)
    assert listed.json()["language"] == language
    refused = await stranger.get("/v1/things?limit=0", headers=headers)
    assert refused.headers["content-language"] == language
    assert refused.json()["title"] == {"vi": "Bộ lọc không hợp lệ", "en": "Bad filter"}[language]


async def test_request_id_and_trace_go_through(client: httpx.AsyncClient) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    trace = f"00-{trace_id}-00f067aa0ba902b7-01"
    response = await client.post(
        "/v1/things",
        json={"title": "x"},
        headers={"X-Request-Id": "mine-1", "traceparent": trace},
    )
    assert response.headers["x-request-id"] == "mine-1"
    assert response.json()["correlation"] == trace_id
    assert response.json()["trace"] == trace
    without = await client.post("/v1/things", json={"title": "x"})
    assert without.json()["correlation"] is None
    assert len(without.headers["x-request-id"]) == 32


async def test_every_answer_has_its_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/v1/things", "/v1/none", "/v1/things/broken", "/livez"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]
