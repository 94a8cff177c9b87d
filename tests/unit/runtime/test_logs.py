"""Logs: JSON lines that say where, and nothing that people typed."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from service_runtime.log_context import add_to_log_context, enter_log_context, leave_log_context
from service_runtime.logs import configure_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logs("query-api", stream=written)
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def last(stream: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def test_a_line_says_when_where_and_for_which_request(stream: io.StringIO) -> None:
    entered = enter_log_context(request_id="r1", actor=None)
    add_to_log_context(org="o1")
    structlog.stdlib.get_logger("service").info("batch_folded", facts=12)
    leave_log_context(entered)
    line = last(stream)
    assert line["time"].endswith("Z")
    assert (line["service"], line["logger"], line["level"]) == ("query-api", "service", "info")
    assert (line["event"], line["facts"]) == ("batch_folded", 12)
    assert (line["request_id"], line["org"]) == ("r1", "o1")
    assert "actor" not in line
    add_to_log_context(org="o2")  # of no request
    structlog.stdlib.get_logger("service").info("batch_folded", facts=1)
    assert last(stream).keys().isdisjoint({"request_id", "org"})


def test_lines_of_libraries_have_the_same_form(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("retrying in %d s", 3)
    assert last(stream)["event"] == "retrying in 3 s"
    assert last(stream)["service"] == "query-api"
    logging.getLogger("uvicorn.access").info("GET /v1/customers?q=Nguyen")
    assert "Nguyen" not in stream.getvalue()


def test_personal_data_is_left_out_by_its_key(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger().info("edited", name="Nguyễn An", email="an@x.vn", version=3)
    assert "Nguyễn" not in stream.getvalue()
    assert "an@x.vn" not in stream.getvalue()
    assert (last(stream)["name"], last(stream)["version"]) == ("[left out]", 3)


def test_an_exception_is_told_by_types_and_places_without_its_text(stream: io.StringIO) -> None:
    def break_down() -> None:
        try:
            _ = dict[str, str]()["Nguyễn An"]
        except KeyError as error:
            raise RuntimeError("Key (name)=(Nguyễn An) already exists.") from error

    for log in (structlog.stdlib.get_logger(), logging.getLogger("library")):
        try:
            break_down()
        except RuntimeError:
            log.exception("failed")
        assert "Nguyễn" not in stream.getvalue()
        outer, inner = last(stream)["exceptions"]
        assert (outer["type"], inner["type"]) == ("builtins.RuntimeError", "builtins.KeyError")
        assert "break_down" in outer["frames"][-1]


def test_an_odd_value_is_told_by_its_type(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger().info("odd", thing=object())
    assert last(stream)["thing"] == "<object>"


def test_debug_lines_come_only_when_asked_for(stream: io.StringIO) -> None:
    structlog.stdlib.get_logger().debug("request")
    assert stream.getvalue() == ""
