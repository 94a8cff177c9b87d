"""The door's document: every route, header, error and example is in it, and holds."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from command_api.domain import money
from opportunity_filters.refusals import BadFilter
from query_api.domain import refusals
from query_api.entrypoints.http.app import ROUTERS, openapi_document
from query_api.entrypoints.http.models.facts import Fact
from query_api.entrypoints.http.models.opportunities import Money
from query_api.entrypoints.http.models.shape import MAX_MINOR
from query_api.entrypoints.http.problems import PROBLEMS

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
ELSEWHERE = ("/views", "/jobs", "/reports", "/imports")
STREAM = "/v1/events/stream"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every operation by its path."""
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}
        yield path, methods["get"]


def test_every_route_is_documented_and_nothing_of_other_doors(document: dict[str, Any]) -> None:
    assert {route.path for route in ROUTES} == set(document["paths"])
    assert not [path for path in document["paths"] for other in ELSEWHERE if other in path]


PAST = {
    "/v1/boards",
    "/v1/boards/{board}",
    "/v1/boards/{board}/view",
    "/v1/boards/{board}/totals",
    "/v1/boards/{board}/statuses/{status}/cards",
    "/v1/customers",
    "/v1/customers/{customer}",
    "/v1/opportunities",
    "/v1/opportunities/totals",
    "/v1/opportunities/{opportunity}",
}


def test_what_can_be_asked_of_the_past_says_so(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        names = {one["name"] for one in operation["parameters"]}
        assert ({"as_of", "known_at"} <= names) is (path in PAST), path
        assert ("as_of" in names) is (path in PAST or path.endswith("/history")), path


def test_every_read_documents_its_headers_and_problems(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        responses = operation["responses"]
        assert {"200", "400", "401", "406", "503"} <= set(responses), path
        assert ("404" in responses) is ("{" in path)
        assert ("422" in responses) is any(
            one["name"] == "owner" for one in operation["parameters"]
        )
        assert ("403" in responses) is path.startswith("/v1/lanes")
        if not path.startswith("/v1/lanes"):
            assert "Cohoi-Position" in responses["200"]["headers"], path
        if path != STREAM and not path.startswith("/v1/lanes"):
            assert "min_position" in {one["name"] for one in operation["parameters"]}
        slugs = responses["400"]["content"]["application/problem+json"]["examples"]
        has_cursor = any(one["name"] == "cursor" for one in operation["parameters"])
        assert ("bad-cursor" in slugs) is has_cursor, path


def test_single_resources_document_their_etag(document: dict[str, Any]) -> None:
    tagged = {
        path
        for path, operation in operations(document)
        if "ETag" in operation["responses"]["200"].get("headers", {})
    }
    assert tagged == {
        "/v1/boards/{board}",
        "/v1/opportunities/{opportunity}",
        "/v1/customers/{customer}",
        "/v1/users/{user}",
        "/v1/teams/{team}",
        "/v1/organization",
    }


def test_every_example_is_what_its_model_takes() -> None:
    seen: set[type[BaseModel]] = set()
    for route in ROUTES:
        if route.path == STREAM:
            continue
        model = route.response_model
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        seen.update(_models(model))
        assert _examples(model), route.path
    for model in seen:
        for example in _examples(model):
            model.model_validate(example)


def test_an_amount_in_an_answer_goes_as_far_as_a_command_may_and_no_further() -> None:
    assert MAX_MINOR == money.MAX_MINOR
    assert Money(amount_minor=MAX_MINOR, currency="VND").amount_minor == MAX_MINOR
    with pytest.raises(ValidationError):
        Money(amount_minor=MAX_MINOR + 1, currency="VND")


def test_the_stream_shows_what_comes_and_what_may_be_sent(document: dict[str, Any]) -> None:
    operation = document["paths"][STREAM]["get"]
    assert {one["name"] for one in operation["parameters"]} == {"after", "Last-Event-ID"}
    shown = operation["responses"]["200"]["content"]
    assert set(shown) == {"text/event-stream"}
    sign_of_life, fact = shown["text/event-stream"]["example"].strip().split("\n\n")
    assert sign_of_life.startswith(": \nid: ")
    Fact.model_validate_json(fact.partition("data: ")[2])
    assert {"400", "401", "406", "503"} <= set(operation["responses"])
    assert "Retry-After" in operation["responses"]["503"]["headers"]


def test_every_refusal_has_its_problem() -> None:
    assert set(PROBLEMS) == {BadFilter, *refusals.Refusal.__subclasses__()}


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from _models(inner)


def _examples(model: type[BaseModel]) -> list[Any]:
    extra = model.model_config.get("json_schema_extra")
    own = "json_schema_extra" in model.__dict__.get("model_config", {})
    return list(extra["examples"]) if own and isinstance(extra, dict) else []  # pyright: ignore[reportArgumentType]
