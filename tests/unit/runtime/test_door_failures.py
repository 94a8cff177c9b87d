"""A door: what breaks inside says nothing outside."""

import io
import json
from collections.abc import Iterator

import httpx
import pytest
import structlog

from service_runtime.logs import configure_logs


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    import logging  # noqa: PLC0415 - only to put back what the test changes

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("things", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def events(logged: io.StringIO) -> dict[str, dict[str, object]]:
    return {line["event"]: line for line in map(json.loads, logged.getvalue().splitlines())}


async def test_a_defect_is_a_500_that_says_nothing_and_a_log_line_without_its_text(
    client: httpx.AsyncClient, logged: io.StringIO
) -> None:
    response = await client.get("/v1/things/broken")
    assert (response.status_code, response.json()["type"]) == (500, "internal")
    assert "Nguyễn" not in response.text + logged.getvalue()
    line = events(logged)["unexpected_error"]
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["org"] == "00000000-0000-0000-0000-000000000001"
    assert "RuntimeError" in str(line["exceptions"])
    assert " broken" in str(line["exceptions"])
    assert events(logged)["request"]["route"] == "/v1/things/broken"


async def test_the_databases_trouble_is_a_503_that_may_be_retried(
    client: httpx.AsyncClient, logged: io.StringIO
) -> None:
    response = await client.get("/v1/things/starting")
    assert (response.status_code, response.json()["type"]) == (503, "log-unavailable")
    assert response.headers["retry-after"]
    assert events(logged)["database_trouble"]["error"] == "CannotConnectNowError"


async def test_a_value_that_no_column_takes_is_a_defect_and_no_trouble(
    client: httpx.AsyncClient, logged: io.StringIO
) -> None:
    assert (await client.get("/v1/things/misused")).status_code == 500
    assert "'An'" not in logged.getvalue()


async def test_a_further_backing_service_may_be_unavailable_too(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/things/queue")
    assert (response.status_code, response.json()["type"]) == (503, "log-unavailable")
