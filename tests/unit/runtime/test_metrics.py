"""Numbers: what is counted of requests, who may see it, and a source that cannot be read."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client import Gauge

from service_runtime import metrics_socket
from service_runtime.callers import Role
from service_runtime.http.door import Door
from service_runtime.metrics import REGISTRY, Readings, collected, written
from service_runtime.metrics_socket import read_metrics, serve_metrics
from support.numbers import Numbers

FAR_AWAY = ("203.0.113.9", 4711)
_spoiled = Gauge("cohoi_test_source", "A number of these tests", ["part"], registry=REGISTRY)


def now() -> Numbers:
    return Numbers(written(collected()).decode())


async def test_a_request_is_counted_by_route_method_and_status_and_never_by_its_path(
    client: httpx.AsyncClient,
) -> None:
    labels = {"route": "/v1/things", "method": "GET", "status": "200"}
    before = now()
    for limit in ("1", "2", "3"):
        assert (await client.get("/v1/things", params={"limit": limit})).status_code == 200
    assert (await client.get("/v1/nowhere/an@example.com")).status_code == 404
    after = now()
    assert after.of("cohoi_http_requests_total", **labels) == (
        before.of("cohoi_http_requests_total", **labels) + 3
    )
    unknown = {"route": "unknown", "status": "404"}
    assert after.of("cohoi_http_requests_total", **unknown) == (
        before.of("cohoi_http_requests_total", **unknown) + 1
    )
    counted = {"route": "/v1/things", "method": "GET"}
    assert after.of("cohoi_http_request_seconds_count", **counted) >= 3
    assert "example.com" not in after.text


async def test_a_method_that_nobody_knows_makes_no_label_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    await client.request("BREW", "/v1/things")
    assert now().of("cohoi_http_requests_total", method="other") >= 1
    assert "BREW" not in now().text


async def test_a_refusal_is_counted_by_its_slug(stranger: httpx.AsyncClient) -> None:
    before = now().of("cohoi_refusals_total", slug="unauthenticated")
    assert (await stranger.get("/v1/things")).status_code == 401
    assert now().of("cohoi_refusals_total", slug="unauthenticated") == before + 1


async def test_this_machine_sees_the_numbers_without_a_token(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert Numbers(answer.text).samples()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_who_comes_through_a_proxy_of_this_machine_does_not(
    stranger: httpx.AsyncClient, header: str
) -> None:
    answer = await stranger.get("/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 401


async def test_from_afar_only_an_operators_key_sees_the_numbers(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = door.state.authenticator
    transport = httpx.ASGITransport(door, client=FAR_AWAY)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        assert (await client.get("/metrics")).status_code == 401
        client.headers["Authorization"] = "Bearer an"
        refused = await client.get("/metrics")
        assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")
        an = await known.caller("Bearer an")
        operator = replace(an, role=Role.SERVICE, user_id=None, operator=True)

        async def caller(_: str | None) -> object:
            return operator

        monkeypatch.setattr(known, "caller", caller)
        assert (await client.get("/metrics")).status_code == 200


async def test_a_source_that_cannot_be_read_is_told_and_leaves_no_old_number() -> None:
    broken = False

    async def read() -> None:
        if broken:
            await asyncio.Event().wait()
        _spoiled.labels("a").set(7)

    readings = Readings(timeout_s=0.05)
    readings.add("test source", read, _spoiled)
    await readings.refresh()
    assert now().of("cohoi_test_source", part="a") == 7
    assert now().of("cohoi_readings_failed", source="test source") == 0
    broken = True
    await readings.refresh()
    assert "cohoi_test_source{" not in now().text
    assert now().of("cohoi_readings_failed", source="test source") == 1


async def test_a_process_without_a_web_answers_on_its_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_runtime.metrics_socket.name_process", lambda: None)
    path = tmp_path / "projector.metrics"
    path.touch()  # a process that was killed left its socket
    serve_metrics(str(path))
    assert path.stat().st_mode & 0o077 == 0
    for _ in range(3):
        assert "cohoi_http_requests" in await read_metrics(path)


async def test_of_a_neighbour_that_tells_too_much_whole_lines_are_taken_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"seven 7\n" * 20_000)
        writer.close()

    monkeypatch.setattr(metrics_socket, "LARGEST_BYTES", 100_003)
    path = tmp_path / "talker.metrics"
    async with await asyncio.start_unix_server(tell, path):
        assert await read_metrics(path) == "seven 7\n" * 12_500
        monkeypatch.setattr(metrics_socket, "LARGEST_BYTES", 160_001)
        assert await read_metrics(path) == "seven 7\n" * 20_000


async def test_a_scraper_in_a_private_network_is_answered_over_http(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setattr("service_runtime.metrics_socket.name_process", lambda: None)
    serve_metrics(f"127.0.0.1:{unused_tcp_port}")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{unused_tcp_port}/metrics")
    assert answer.status_code == 200
    assert "cohoi_http_requests" in answer.text
