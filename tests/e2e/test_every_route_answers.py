"""Every documented route goes to a door that knows it; every other path and method is said so."""

import json
from pathlib import Path
from typing import Final

import httpx
import pytest

from cohoi.entrypoints.write_openapi import render

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_document_is_what_the_doors_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render()


def test_the_product_serves_the_committed_document(admin: httpx.Client) -> None:
    served = admin.get("/openapi.json").json()
    assert served == json.loads(DOCUMENT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v2/boards", "/v1/boards/x/y/z"])
def test_an_unknown_path_is_404(admin: httpx.Client, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert answer.json()["type"] == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/boards", {"GET", "POST"}),
        ("DELETE", "/v1/events", {"GET"}),
        ("POST", "/v1/me", {"GET"}),
        ("PUT", "/v1/reports", {"GET", "POST"}),
        ("PATCH", "/v1/jobs", {"GET"}),
        ("PUT", "/v1/views", {"GET", "POST"}),
        ("PUT", "/v1/views/01980f3a-6f0e-7cc3-98c4-dc0c0c07ffff", {"GET", "PATCH", "DELETE"}),
    ],
)
def test_a_wrong_method_is_405_and_names_the_methods_of_every_door(
    admin: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = admin.request(method, path)
    assert answer.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert answer.json()["type"] == "method-not-allowed"


def test_without_a_token_every_route_of_v1_is_401(admin: httpx.Client) -> None:
    with httpx.Client(base_url=admin.base_url, timeout=30) as nobody:
        for path, operations in admin.get("/openapi.json").json()["paths"].items():
            if not path.startswith("/v1"):
                continue
            for method in operations:
                url = path.replace("{lane}", "0")
                answer = nobody.request(method.upper(), url)
                assert answer.status_code == httpx.codes.UNAUTHORIZED, f"{method} {path}"
