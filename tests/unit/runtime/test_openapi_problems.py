"""Problems in OpenAPI: documented by status, each with an example that fits its schema."""

from typing import Any

import jsonschema
import pytest

from service_runtime.http.door import Door
from service_runtime.http.openapi import problem_responses
from service_runtime.problems import CATALOGUE


@pytest.fixture
def document(door: Door) -> dict[str, Any]:
    return door.openapi()


def test_every_problem_can_be_documented(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["Problem"]
    responses = problem_responses(*CATALOGUE)
    assert set(responses) == {kind.status for kind in CATALOGUE.values()}
    for status, response in responses.items():
        media = response["content"]["application/problem+json"]
        for slug, example in media["examples"].items():
            jsonschema.validate(example["value"], schema)
            assert example["value"]["status"] == status == CATALOGUE[slug].status
            assert f"`{slug}`" in response["description"]


def test_headers_of_problems_are_documented() -> None:
    responses = problem_responses("busy", "unauthenticated")
    assert "Retry-After" in responses[503]["headers"]
    assert "WWW-Authenticate" in responses[401]["headers"]


def test_a_route_documents_its_problems_and_its_token(document: dict[str, Any]) -> None:
    operation = document["paths"]["/v1/things"]["post"]
    assert set(operation["responses"]) == {
        "201", "400", "401", "403", "404", "406", "413", "415", "422", "503",
    }  # fmt: skip
    assert operation["security"] == [{"bearer": []}]
    assert "bearer" in document["components"]["securitySchemes"]
    assert "security" not in document["paths"]["/livez"]["get"]


def test_the_frameworks_own_422_is_not_documented(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(document)
    assert "422" not in document["paths"]["/v1/things"]["get"]["responses"]


def test_the_document_stays_the_same(door: Door) -> None:
    assert door.openapi() == door.openapi()
    assert door.openapi()["openapi"].startswith("3.1")
