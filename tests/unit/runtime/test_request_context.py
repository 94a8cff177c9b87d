"""What a request brings besides its body: request id and trace."""

from typing import Any

import pytest

from service_runtime.http.request_context import begin, parse_traceparent, position_header
from service_runtime.ids import new_id

TRACE_ID, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_a_good_traceparent_gives_the_trace_id() -> None:
    trace = parse_traceparent(f"00-{TRACE_ID}-{SPAN}-01")
    assert trace is not None
    assert trace.trace_id == TRACE_ID
    assert trace.traceparent == f"00-{TRACE_ID}-{SPAN}-01"


@pytest.mark.parametrize(
    "header",
    [None, "", "00", f"ff-{TRACE_ID}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01",
     f"00-{TRACE_ID}-{'0' * 16}-01", f"00-{TRACE_ID.upper()}-{SPAN}-01",
     f"00-{TRACE_ID}-{SPAN}-01-extra", f"00-{TRACE_ID}-{SPAN}", "0" * 500],
)  # fmt: skip
def test_a_bad_traceparent_is_none(header: str | None) -> None:
    assert parse_traceparent(header) is None


def scope(**headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "headers": pairs}


def test_a_plain_request_id_is_kept() -> None:
    assert begin(scope(x_request_id="abc-1.2_3")) == "abc-1.2_3"


@pytest.mark.parametrize("brought", ["", "a b", "a" * 65, "<script>", "é"])
def test_a_strange_request_id_is_replaced(brought: str) -> None:
    made = begin(scope(x_request_id=brought))
    assert made != brought
    assert len(made) == len(new_id().hex)


def test_the_position_stands_in_its_header() -> None:
    assert position_header(12) == {"Cohoi-Position": "12"}
