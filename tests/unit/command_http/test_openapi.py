"""What the door's OpenAPI document says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from command_api.domain import refusal as r
from command_api.entrypoints.http.app import openapi_document
from service_runtime.problems import CATALOGUE

METHODS = {"post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the operations of commands; imports, jobs and views have tests of their own."""
    for path, item in document["paths"].items():
        if path.startswith(("/v1/imports", "/v1/jobs", "/v1/views")):
            continue
        for method, operation in item.items():
            yield method, path, operation


def test_it_is_of_version_3_1_and_plain_json(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert json.loads(json.dumps(document)) == document


def test_every_operation_is_a_command_with_a_name_of_its_own(document: dict[str, Any]) -> None:
    found = list(operations(document))
    assert {method for method, *_ in found} == METHODS
    names = [operation["operationId"] for *_, operation in found]
    assert len(set(names)) == len(names) == 28
    for *_, operation in found:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        assert operation["security"] == [{"bearer": []}]


def test_what_the_next_issue_brings_is_absent(document: dict[str, Any]) -> None:
    written = json.dumps(list(operations(document)))
    for absent in ("/v1/events", "/v1/reports", '"as_of"', '"filter"'):
        assert absent not in written


def test_every_command_takes_a_key_and_those_on_one_thing_a_version(
    document: dict[str, Any],
) -> None:
    for method, path, operation in operations(document):
        headers = {p["name"]: p for p in operation["parameters"] if p["in"] == "header"}
        assert headers["Idempotency-Key"]["schema"]["maxLength"] == 200
        on_one = "{" in path or path == "/v1/organization"
        assert ("If-Match" in headers) is on_one, (method, path)
        answered = {str(status) for status in operation["responses"]}
        assert ("412" in answered) is on_one, (method, path)


def test_every_answer_has_its_headers_and_every_problem_an_example(
    document: dict[str, Any],
) -> None:
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            where = (method, path, status)
            assert "X-Request-Id" in response["headers"], where
            if int(status) < 400:
                assert "Cohoi-Position" in response["headers"], where
                assert ("Location" in response["headers"]) is (status == "201"), where
                assert "application/json" in response["content"], where
                continue
            examples = response["content"]["application/problem+json"]["examples"]
            assert examples, where
            for slug, example in examples.items():
                assert example["value"]["type"] == slug
                assert example["value"]["status"] == int(status) == CATALOGUE[slug].status
            assert ("Retry-After" in response["headers"]) is (status in {"429", "503"}), where


def test_the_examples_carry_what_the_contract_says(document: dict[str, Any]) -> None:
    examples: dict[str, dict[str, Any]] = {}
    for *_, operation in operations(document):
        for response in operation["responses"].values():
            problems = response["content"].get("application/problem+json", {})
            for slug, example in problems.get("examples", {}).items():
                examples[slug] = example["value"]
    carried = {
        "name-taken": {"status_id"},
        "last-of-type": {"status_type"},
        "status-in-use": {"count"},
        "type-in-use": {"count"},
        "board-in-use": {"count"},
        "type-change": {"from", "to", "count"},
        "status-gone": {"status_id", "replacement"},
        "not-a-permutation": {"missing", "unknown", "repeated"},
        "already-deleted": {"deleted_at"},
        "version-conflict": {"version", "current", "fields", "events_since"},
        "invalid": {"errors"},
        "malformed-header": {"header"},
    }
    for slug, members in carried.items():
        assert members <= set(examples[slug]), slug


def test_every_refusal_of_the_domain_is_documented_somewhere(document: dict[str, Any]) -> None:
    written = json.dumps(document)
    for cls in (*r.Conflict.__subclasses__(), *r.InUse.__subclasses__()):
        if "slug" in cls.__dict__:
            assert f'"{cls.slug}"' in written, cls


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_bodies_are_closed_and_show_an_example(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            assert method == "delete", (method, path)
            continue
        schema = content["application/json"]["schema"]
        name = schema.get("$ref") or schema["anyOf"][0]["$ref"]
        model = document["components"]["schemas"][name.rpartition("/")[2]]
        assert model["additionalProperties"] is False
        assert model["examples"], (method, path)
