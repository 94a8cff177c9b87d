"""The catalogue of problems, and their documents."""

import json

import pytest

from service_runtime.languages import Words
from service_runtime.problem_words import DETAILS
from service_runtime.problems import CATALOGUE, InputError, Problem, invalid

CONTRACT = {
    400: "malformed-json malformed-header bad-cursor bad-filter bad-position",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "name-taken last-of-type status-in-use type-in-use board-in-use type-change status-gone "
    "not-a-permutation board-archived already-deleted customer-archived not-ready not-cancellable",
    410: "expired",
    412: "version-conflict",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid idempotency-key-reused",
    429: "too-many-requests",
    500: "internal",
    503: "read-model-behind log-unavailable busy",
}


def test_the_catalogue_is_the_table_of_the_contract() -> None:
    expected = {slug: status for status, slugs in CONTRACT.items() for slug in slugs.split()}
    assert {slug: kind.status for slug, kind in CATALOGUE.items()} == expected


@pytest.mark.parametrize("slug", list(CATALOGUE))
def test_every_problem_has_a_title_and_a_detail_in_both_languages(slug: str) -> None:
    vietnamese, english = Problem(slug).document("vi"), Problem(slug).document("en")
    for member in ("title", "detail"):
        assert vietnamese[member]
        assert english[member]
        assert vietnamese[member] != english[member]
        assert english[member].isascii()
    assert vietnamese["type"] == english["type"] == slug
    assert vietnamese["status"] == CATALOGUE[slug].status


def test_every_common_detail_belongs_to_a_problem() -> None:
    assert set(DETAILS) <= set(CATALOGUE)


@pytest.mark.parametrize("slug", ["read-model-behind", "log-unavailable", "busy"])
def test_what_may_be_retried_says_when(slug: str) -> None:
    assert int(Problem(slug).headers["Retry-After"]) >= 1
    assert Problem(slug, headers={"Retry-After": "7"}).headers["Retry-After"] == "7"


def test_a_401_names_the_scheme() -> None:
    assert Problem("unauthenticated").headers["WWW-Authenticate"].startswith("Bearer")


def test_a_problem_carries_its_data_beside_the_standard_members() -> None:
    problem = Problem("board-in-use", Words("Bảng còn 3 cơ hội.", "3 left."), data={"count": 3})
    assert json.loads(problem.body("vi")) == {
        "type": "board-in-use",
        "title": "Bảng cơ hội đang được dùng",
        "status": 409,
        "detail": "Bảng còn 3 cơ hội.",
        "count": 3,
    }
    assert problem.document("en")["detail"] == "3 left."
    assert Problem("board-in-use", "as it is").document("vi")["detail"] == "as it is"


def test_words_deep_in_the_data_are_said_in_the_language_of_the_answer() -> None:
    problem = Problem("status-gone", data={"replacement": [{"name": Words("Mới", "New")}]})
    assert problem.document("vi")["replacement"] == [{"name": "Mới"}]
    assert problem.document("en")["replacement"] == [{"name": "New"}]


def test_an_invalid_input_names_places_in_body_and_query() -> None:
    words = Words("Sai.", "Wrong.")
    problem = invalid(
        [InputError("/title", "empty", words), InputError("x", "unknown", words, in_query=True)]
    )
    assert problem.status == 422
    assert problem.document("en")["errors"] == [
        {"pointer": "/title", "code": "empty", "detail": "Wrong."},
        {"parameter": "x", "code": "unknown", "detail": "Wrong."},
    ]


def test_no_more_than_fifty_errors_are_named() -> None:
    many = [InputError(f"/{number}", "empty", Words("Sai.", "Wrong.")) for number in range(80)]
    assert len(invalid(many).document("vi")["errors"]) == 50


def test_an_unknown_slug_and_a_standard_member_are_defects() -> None:
    with pytest.raises(ValueError, match="no such problem"):
        Problem("teapot")
    with pytest.raises(ValueError, match="status"):
        Problem("busy", data={"status": 200})
