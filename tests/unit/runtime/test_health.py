"""Health: living, ready, and which version."""

import asyncio

import httpx

from service_runtime.http.health import Readiness
from service_runtime.languages import Words
from service_runtime.troubles import Trouble


async def test_a_living_service_says_so_without_a_token(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/livez")).json() == {"status": "ok"}
    assert (await stranger.get("/version")).json() == {"service": "things", "version": "1.2.3"}


async def test_a_service_is_ready_from_its_start_to_its_stop(
    stranger: httpx.AsyncClient, readiness: Readiness
) -> None:
    assert (await stranger.get("/readyz")).status_code == 503
    readiness.started()
    response = await stranger.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"service": "ok"}, "problems": []}
    readiness.stopping()
    assert (await stranger.get("/readyz")).status_code == 503


async def test_each_check_is_told_by_name_and_not_by_its_error(
    stranger: httpx.AsyncClient, readiness: Readiness
) -> None:
    async def good() -> None: ...

    async def bad() -> None:
        raise ConnectionRefusedError("10.0.0.7:5432 refused")

    async def hanging() -> None:
        await asyncio.Event().wait()

    readiness.started()
    for name, check in (("postgres", good), ("redis", bad), ("schema", hanging)):
        readiness.add(name, check)
    response = await stranger.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {
        "service": "ok", "postgres": "ok", "redis": "failed", "schema": "timeout",
    }  # fmt: skip
    assert [one["name"] for one in response.json()["problems"]] == ["redis", "schema"]
    assert all(one["detail"].endswith(".") for one in response.json()["problems"])
    assert "10.0.0.7" not in response.text


async def test_what_is_watched_is_told_in_the_callers_language_and_takes_nothing_away(
    stranger: httpx.AsyncClient, readiness: Readiness
) -> None:
    async def look() -> list[Trouble]:
        return [Trouble("lane 3", Words("Làn 3 dừng.", "Lane 3 stands."))]

    readiness.started()
    readiness.watch("lanes", look)
    for language, said in (("vi", "Làn 3 dừng."), ("en", "Lane 3 stands.")):
        response = await stranger.get("/readyz", headers={"Accept-Language": language})
        assert (response.status_code, response.json()["status"]) == (200, "degraded")
        assert response.json()["problems"] == [{"name": "lane 3", "detail": said}]
        assert response.headers["Content-Language"] == language


async def test_what_cannot_be_watched_is_told_too(
    stranger: httpx.AsyncClient, readiness: Readiness
) -> None:
    async def hanging() -> list[Trouble]:
        await asyncio.Event().wait()
        return []

    readiness.started()
    readiness.watch("lanes", hanging)
    response = await stranger.get("/readyz")
    assert response.json()["status"] == "degraded"
    assert [one["name"] for one in response.json()["problems"]] == ["lanes"]
