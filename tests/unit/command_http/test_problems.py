"""Every refusal of the domain as a problem document."""

import ast
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from command_api.domain import refusal as r
from command_api.entrypoints.http.fault_words import FAULT_WORDS, OTHER
from command_api.entrypoints.http.problems import TABLE, problem_of, words_of
from command_api.entrypoints.http.refusal_words import NEEDED_ROLE
from service_runtime.languages import Words
from service_runtime.problems import CATALOGUE
from support.command_door import PART, THING, CommandDoor

A, B = str(THING), str(PART)
CARRIED: list[tuple[r.Refusal, int, str, dict[str, Any]]] = [
    (r.NotFound(), 404, "not-found", {}),
    (r.Forbidden("manager"), 403, "forbidden", {}),
    (r.Forbidden("something new"), 403, "forbidden", {}),
    (r.KeyReused(), 422, "idempotency-key-reused", {}),
    (r.AlreadyDeleted(8), 409, "already-deleted", {}),
    (r.VersionConflict(7, 9, ("value", "title")), 412, "version-conflict",
     {"version": 9, "fields": ["value", "title"]}),
    (r.VersionConflict(12, 9, ()), 412, "version-conflict", {"version": 9, "fields": []}),
    (r.NameTaken(PART), 409, "name-taken", {"status_id": B}),
    (r.LastOfType("won"), 409, "last-of-type", {"status_type": "won"}),
    (r.StatusInUse(3), 409, "status-in-use", {"count": 3}),
    (r.StatusInUse(1_001), 409, "status-in-use", {"count": 1_001}),
    (r.TypeInUse(1), 409, "type-in-use", {"count": 1}),
    (r.TypeInUse(0), 409, "type-in-use", {"count": 0}),
    (r.BoardInUse(2), 409, "board-in-use", {"count": 2}),
    (r.TypeChange("active", "lost", 5), 409, "type-change",
     {"from": "active", "to": "lost", "count": 5}),
    (r.StatusGone(PART, (THING, "Mới")), 409, "status-gone",
     {"status_id": B, "replacement": {"id": A, "name": "Mới"}}),
    (r.StatusGone(PART, None), 409, "status-gone", {"status_id": B, "replacement": None}),
    (r.NotAPermutation((THING,), (PART,), ()), 409, "not-a-permutation",
     {"missing": [A], "unknown": [B], "repeated": []}),
    (r.BoardArchived(), 409, "board-archived", {}),
    (r.CustomerArchived(), 409, "customer-archived", {}),
    (r.Invalid(r.Fault("/value/currency", "unknown"), r.Fault("?replacement", "itself")),
     422, "invalid", {"errors": [
         {"pointer": "/value/currency", "code": "unknown",
          "detail": FAULT_WORDS["unknown"].en},
         {"parameter": "replacement", "code": "itself", "detail": FAULT_WORDS["itself"].en},
     ]}),
]  # fmt: skip


@pytest.mark.parametrize("refusal", [row[0] for row in CARRIED])
def test_every_refusal_can_be_said_in_a_sentence_of_both_languages(refusal: r.Refusal) -> None:
    said = words_of(refusal)
    assert said.vi.endswith(".")
    assert said.en.endswith(".")
    assert said.vi != said.en


def concrete(cls: type[r.Refusal]) -> Iterator[type[r.Refusal]]:
    if "slug" in cls.__dict__:
        yield cls
    for inner in cls.__subclasses__():
        yield from concrete(inner)


def test_every_refusal_has_its_row() -> None:
    assert set(TABLE) == set(concrete(r.Refusal))
    assert {refusal.slug for refusal in TABLE} <= set(CATALOGUE)


def test_every_row_is_tried_here() -> None:
    assert {type(refusal) for refusal, *_ in CARRIED} == set(TABLE)


@pytest.mark.parametrize(
    ("refusal", "status", "slug", "data"), CARRIED, ids=[str(n) for n in range(len(CARRIED))]
)
def test_a_refusal_carries_what_the_contract_says(
    refusal: r.Refusal, status: int, slug: str, data: dict[str, Any]
) -> None:
    problem = problem_of(refusal)
    document = problem.document("en")
    standard = {"type", "title", "status", "detail"}
    assert (document["type"], document["status"], problem.status) == (slug, status, status)
    assert {key: value for key, value in document.items() if key not in standard} == data
    other = problem.document("vi")["detail"]
    assert other != document["detail"]
    assert len(other) > 20
    assert len(document["detail"]) > 20


@pytest.mark.parametrize(
    ("refusal", "status", "slug"), [row[:3] for row in CARRIED],
    ids=[str(n) for n in range(len(CARRIED))],
)  # fmt: skip
async def test_the_door_answers_a_refusal_as_a_problem(
    door: CommandDoor, refusal: r.Refusal, status: int, slug: str
) -> None:
    door.submitter.refusal = refusal
    response = await door.send("POST", f"/v1/opportunities/{THING}/win")
    assert (response.status_code, response.json()["type"]) == (status, slug)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "en"


async def test_a_stale_version_is_shown_what_has_become_of_the_thing(door: CommandDoor) -> None:
    door.submitter.refusal = r.VersionConflict(7, 9, ("name",))
    path = f"/v1/boards/{THING}/statuses/{PART}"
    headers = {"If-Match": '"7"', "Accept-Language": "vi"}
    response = await door.send("PATCH", path, {"name": "A"}, headers=headers)
    document = response.json()
    assert response.status_code == 412
    assert (document["version"], document["fields"]) == (9, ["name"])
    assert document["current"] == {"id": A, "version": 9}
    assert document["events_since"] == [{"version": 9}, {"version": 8}]
    [(stream, part, since, language)] = door.explainer.asked
    assert (stream.subject, part, since, language) == (f"board/{THING}", PART, 7, "vi")


async def test_the_organization_is_a_resource_too(door: CommandDoor) -> None:
    door.submitter.refusal = r.VersionConflict(7, 9, ("name",))
    headers = {"If-Match": '"7"'}
    response = await door.send("PATCH", "/v1/organization", {"name": "A"}, headers=headers)
    assert response.status_code == 412
    assert door.explainer.asked[0][0].kind == "organization"
    assert door.explainer.asked[0][0].id == door.explainer.asked[0][0].org


async def test_what_was_deleted_says_since_when(door: CommandDoor) -> None:
    door.submitter.refusal = r.AlreadyDeleted(8)
    response = await door.send("POST", f"/v1/opportunities/{THING}/win")
    assert response.json()["deleted_at"] == "2026-01-31T08:00:00.000000Z"


def test_a_count_is_said_as_people_say_it() -> None:
    assert "1 live opportunity stands" in problem_of(r.TypeInUse(1)).document("en")["detail"]
    assert "2 live opportunities stand" in problem_of(r.TypeInUse(2)).document("en")["detail"]
    assert "?replacement=" in problem_of(r.StatusInUse(1_000)).document("en")["detail"]
    receiving = problem_of(r.StatusInUse(1_000, receiving=True)).document("en")["detail"]
    assert "?replacement=" not in receiving


def test_every_code_of_the_domain_has_its_words() -> None:
    codes = set(codes_of_faults())
    assert len(codes) > 15
    assert codes <= set(FAULT_WORDS)


def test_every_role_that_the_domain_asks_for_has_its_words() -> None:
    assert set(arguments_of("Forbidden", 0)) <= set(NEEDED_ROLE)


def test_all_words_are_said_in_both_languages() -> None:
    said: list[Words] = [*FAULT_WORDS.values(), *NEEDED_ROLE.values(), OTHER]
    for words in said:
        assert words.vi.endswith(".")
        assert words.en.endswith(".")
        assert words.vi != words.en
    assert len({words.en for words in said}) == len(said)


def codes_of_faults() -> Iterator[str]:
    yield from arguments_of("Fault", 1)


def arguments_of(called: str, index: int) -> Iterator[str]:
    """Yield the literals at this place of every call of a name, in domain and application."""
    package = resources.files("command_api")
    for room in ("domain", "application"):
        for file in Path(str(package.joinpath(room))).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or len(node.args) <= index:
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else None
                if isinstance(node.func, ast.Name):
                    name = node.func.id
                argument = node.args[index]
                if name == called and isinstance(argument, ast.Constant):
                    yield str(argument.value)
