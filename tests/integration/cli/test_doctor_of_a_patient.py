"""What the running product says to be wrong with itself, as the doctor passes it on."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cohoi.adapters.health_report import examine_health
from cohoi.domain.finding import Finding, Level

SAID = "Lane 0 stands before the fact at lane position 7, which cannot be folded."


class Patient(BaseHTTPRequestHandler):
    """Answers /readyz as the web does."""

    status, body = 200, b""

    def do_GET(self) -> None:
        assert self.path == "/readyz"
        assert self.headers["Accept-Language"] == "en"
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Patient)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize("status", [200, 503])
def test_every_trouble_is_told_by_name_with_its_sentence(
    address: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = {"problems": [{"name": "query-api.lane 0", "detail": SAID}]}
    monkeypatch.setattr(Patient, "status", status)
    monkeypatch.setattr(Patient, "body", json.dumps(report).encode())
    assert list(examine_health(address)) == [Finding(Level.WARNING, "query-api.lane 0", SAID)]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"problems": []}'])
def test_where_nothing_is_told_nothing_is_found(
    address: str, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Patient, "status", 200)
    monkeypatch.setattr(Patient, "body", body)
    assert list(examine_health(address)) == []


def test_a_product_that_is_gone_is_no_failure_of_the_doctor() -> None:
    assert list(examine_health("http://127.0.0.1:9")) == []
