"""Health: living, ready, and which version."""

import asyncio

import httpx

from service_runtime.http.health import Readiness


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
    assert response.json() == {"status": "ready", "checks": {"service": "ok"}}
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
    assert "10.0.0.7" not in response.text
