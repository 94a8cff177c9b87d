"""A door: bodies are read strictly, within a limit, and never repeated."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = {"Content-Type": "application/json"}


async def post(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post("/v1/things", content=content, headers=JSON)


async def test_a_good_body_is_taken(client: httpx.AsyncClient) -> None:
    owner = "01890a5d-ac96-774b-bcce-b302099a8057"
    body = {"title": "Đỗ", "owner_id": owner, "closed_on": "2024-02-29"}
    response = await post(client, json.dumps(body).encode())
    assert response.status_code == 201
    assert response.json()["title"] == "Đỗ"
    assert (response.json()["owner"], response.json()["closed_on"]) == (owner, "2024-02-29")


@pytest.mark.parametrize(
    "content", [b"{", b"\xff", b'{"title":"a","title":"b"}', b'{"title":"a","count":NaN}',
                b"[" * 900, b"1" * 900 + b"}"],
)  # fmt: skip
async def test_malformed_json_is_400(client: httpx.AsyncClient, content: bytes) -> None:
    response = await post(client, content)
    assert (response.status_code, response.json()["type"]) == (400, "malformed-json")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/title", "required"),
        ({"title": ""}, "/title", "empty"),
        ({"title": "x" * 21}, "/title", "too-long"),
        ({"title": 1}, "/title", "not-text"),
        ({"title": None}, "/title", "not-text"),
        ({"title": "a1"}, "/title", "no-digits"),
        ({"title": "a\0"}, "/title", "bad-character"),
        ({"title": "a", "tags": ["b", "\ud800"]}, "/tags/1", "bad-character"),
        ({"title": "a", "count": True}, "/count", "not-an-integer"),
        ({"title": "a", "count": "1"}, "/count", "not-an-integer"),
        ({"title": "a", "count": 1.5}, "/count", "not-an-integer"),
        ({"title": "a", "owner_id": "x"}, "/owner_id", "not-an-id"),
        ({"title": "a", "owner_id": "0" * 32}, "/owner_id", "not-an-id"),
        ({"title": "a", "owner_id": 5}, "/owner_id", "not-an-id"),
        ({"title": "a", "closed_on": "2023-02-29"}, "/closed_on", "not-a-date"),
        ({"title": "a", "closed_on": "2024-02-29T00:00:00"}, "/closed_on", "not-a-date"),
        ({"title": "a", "closed_on": 0}, "/closed_on", "not-a-date"),
        ({"title": "a", "tags": ["b"] * 4}, "/tags", "too-many"),
        ({"title": "a", "tags": "b"}, "/tags", "not-a-list"),
        ({"title": "a", "tags": [1]}, "/tags/0", "not-text"),
        ({"title": "a", "extra": 1}, "/extra", "unknown-field"),
        ({"title": "a", "what a / key": 1}, "", "unknown-field"),
        ([], "", "not-an-object"),
        ("x", "", "not-an-object"),
        (None, "", "not-an-object"),
    ],
)
async def test_a_body_that_does_not_fit_is_422_and_says_where(
    client: httpx.AsyncClient, body: object, pointer: str, code: str
) -> None:
    response = await post(client, json.dumps(body).encode())
    assert (response.status_code, response.json()["type"]) == (422, "invalid")
    [error] = response.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert error["detail"]


async def test_all_that_is_wrong_is_named_at_once_and_no_value_is_repeated(
    client: httpx.AsyncClient,
) -> None:
    typed = "Nguyễn-Văn-An-0912345678"
    body = {"title": typed, "count": typed, "owner_id": typed, "closed_on": typed, typed: typed}
    response = await post(client, json.dumps(body).encode())
    assert len(response.json()["errors"]) == 5
    assert typed not in response.text


async def test_no_body_where_one_is_needed_is_422(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/things")
    assert response.status_code == 422
    assert response.json()["errors"][0] == {
        "pointer": "", "code": "required", "detail": "This is required.",
    }  # fmt: skip


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                     "application/json; charset=utf-16", "nonsense"],
)  # fmt: skip
async def test_another_type_of_content_is_415(
    client: httpx.AsyncClient, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await client.post("/v1/things", content=b'{"title":"a"}', headers=headers)
    assert (response.status_code, response.json()["type"]) == (415, "unsupported-media-type")


async def test_an_announced_body_beyond_the_limit_is_413_at_once(client: httpx.AsyncClient) -> None:
    response = await post(client, b" " * 1_001)
    assert (response.status_code, response.json()["type"]) == (413, "too-large")
    assert response.json()["limit"] == 1_000
    assert response.headers["connection"] == "close"
    assert (await post(client, b'{"title":"a"}' + b" " * 987)).status_code == 201


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * 100


async def test_a_body_in_chunks_is_cut_off_at_the_limit(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/things", content=chunks(1_000_000), headers=JSON)
    assert (response.status_code, response.json()["type"]) == (413, "too-large")


async def test_a_path_may_have_a_limit_of_its_own(client: httpx.AsyncClient) -> None:
    async def upload(size: int) -> httpx.Response:
        return await client.post(
            "/v1/things/import", files={"file": b"x" * size}, data={"options": "{}"}
        )

    taken = await upload(4_000)
    assert taken.json() == {"bytes": 4_000, "options": "{}"}
    assert (await upload(5_000)).status_code == 413


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("multipart/form-data", 422), ("multipart/form-data; boundary=q", 422),
     ("application/json", 415)],
)  # fmt: skip
async def test_a_form_that_cannot_be_read_says_so(
    client: httpx.AsyncClient, content_type: str, status: int
) -> None:
    headers = {"Content-Type": content_type}
    response = await client.post("/v1/things/import", content=b"x", headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_form_without_its_parts_names_them(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/things/import", files={"other": b"x"})
    assert response.status_code == 422
    assert {error["pointer"] for error in response.json()["errors"]} == {"/file", "/options"}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=60) | st.from_regex(rb'\{"(title|count)":[^}]{0,20}\}'),
    content_type=st.sampled_from(["application/json", "application/json;charset=", "x/y", ";", ""]),
    query=st.text(st.characters(codec="ascii", min_codepoint=33), max_size=20),
)
async def test_no_input_whatever_is_a_500(
    client: httpx.AsyncClient, content: bytes, content_type: str, query: str
) -> None:
    response = await client.post(
        "/v1/things", content=content, params=query, headers={"Content-Type": content_type}
    )
    assert response.status_code in {201, 400, 415, 422}
    if response.status_code != 201:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
