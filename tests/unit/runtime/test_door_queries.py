"""A door: queries, headers, paths and methods."""

import httpx
import pytest


async def test_good_parameters_are_taken(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/things?limit=3&status=a&status=b")
    assert response.json()["limit"] == 3
    assert response.json()["status"] == ["a", "b"]


@pytest.mark.parametrize(
    ("query", "slug", "parameter"),
    [
        ("limit=0", "bad-filter", "limit"),
        ("limit=201", "bad-filter", "limit"),
        ("limit=x", "bad-filter", "limit"),
        ("limit=", "bad-filter", "limit"),
        ("limit=1&limit=2", "bad-filter", "limit"),
        ("limit=" + "9" * 5_000, "bad-filter", "limit"),
        ("unknown=1", "bad-filter", "unknown"),
        ("as_of=3", "bad-filter", "as_of"),
        ("status=%00", "bad-filter", "status"),
        ("cursor=abcdef", "bad-cursor", "cursor"),
        ("min_position=-1", "bad-position", "min_position"),
    ],
)
async def test_a_bad_parameter_of_a_get_is_400_and_named(
    client: httpx.AsyncClient, query: str, slug: str, parameter: str
) -> None:
    response = await client.get(f"/v1/things?{query}")
    assert response.status_code == 400
    assert (response.json()["type"], response.json()["parameter"]) == (slug, parameter)


async def test_a_strange_parameter_name_is_not_repeated(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/things?%3Cscript%3E=1")
    assert response.status_code == 400
    assert "script" not in response.text


async def test_a_bad_parameter_of_a_command_is_422(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/things?replacement=1", json={"title": "a"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "replacement"
    assert response.json()["errors"][0]["code"] == "unknown-parameter"


async def test_a_malformed_header_is_400_and_named(client: httpx.AsyncClient) -> None:
    for value in ('W/"1"', "1", '"1", "2"', ""):
        response = await client.post("/v1/things", json={"title": "a"}, headers={"If-Match": value})
        assert response.status_code == 400
        assert response.json()["type"] == "malformed-header"
        assert response.json()["header"] == "if-match"


async def test_who_does_not_take_json_gets_406(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/things", headers={"Accept": "text/html"})
    assert (response.status_code, response.json()["type"]) == (406, "not-acceptable")


async def test_an_id_that_is_none_is_not_found(client: httpx.AsyncClient) -> None:
    for path in ("no-id", "%00", "0" * 32, "%7B01890a5d-ac96-774b-bcce-b302099a8057%7D"):
        response = await client.get(f"/v1/things/{path}")
        assert (response.status_code, response.json()["type"]) == (404, "not-found")


async def test_an_unknown_path_is_404(client: httpx.AsyncClient) -> None:
    for path in ("/v1/none", "/v1/things/", "/", "/v1/things//x", "/%00"):
        response = await client.get(path)
        assert (response.status_code, response.json()["type"]) == (404, "not-found")


async def test_a_wrong_method_is_405_and_names_all_that_are_taken(
    client: httpx.AsyncClient,
) -> None:
    response = await client.delete("/v1/things")
    assert (response.status_code, response.json()["type"]) == (405, "method-not-allowed")
    assert response.headers["allow"] == "GET, POST"
    assert (await client.request("QUERY", "/v1/things")).status_code == 405
