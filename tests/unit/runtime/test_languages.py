"""The language of an answer: the header's, the user's, the organization's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_runtime.languages import DEFAULT_LANGUAGE, Words, language_of


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("en", "en"), ("vi", "vi"), ("en-US,en;q=0.9,vi;q=0.8", "en"), ("VI-vn", "vi"),
        ("vi;q=0.5,en;q=0.9", "en"), ("en;q=0.001,vi;q=0", "en"), ("fr,en;q=0.2", "en"),
        ("vi,en", "vi"), ("en,vi", "en"), ("vi , en ; q=0.9", "vi"), ("EN ; Q=0.3", "en"),
        ("fr;q=1, vi;q=0.1, en;q=0.2", "en"), ("en;q=1.000", "en"), ("vi-Latn-VN", "vi"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("user", ["vi", "en", None])
def test_the_header_decides_by_weight_and_then_by_order(
    header: str, expected: str, user: str | None
) -> None:
    assert language_of(header, user=user, organization="vi") == expected


@pytest.mark.parametrize(
    "header",
    [None, "", " ", "*", "fr", "fr;q=0.9, de", "*;q=0.5", ",,,", "q=1", "en;q=2", "en;q=x",
     "en;level=1", "english-language", "vi;q=0,en;q=0", "a" * 5_000, "-en", "en;;q=1"],
)  # fmt: skip
def test_a_header_that_names_neither_leaves_it_to_the_user(header: str | None) -> None:
    assert language_of(header, user="en", organization="vi") == "en"
    assert language_of(header, user="vi", organization="en") == "vi"


def test_a_wildcard_weighs_what_is_not_named() -> None:
    assert language_of("en;q=0.5,*;q=0.8", user="en", organization=None) == "vi"
    assert language_of("en;q=0.8,*;q=0.5", user="vi", organization=None) == "en"
    assert language_of("en;q=0.5,*;q=0.5", user="vi", organization=None) == "vi"


def test_a_language_that_is_refused_is_not_used() -> None:
    assert language_of("vi;q=0", user="vi", organization=None) == "en"
    assert language_of("en;q=0", user="en", organization=None) == "vi"
    assert language_of("vi;q=0,*", user="vi", organization=None) == "en"


def test_without_a_user_the_organization_decides_and_then_the_house() -> None:
    assert language_of(None, user=None, organization="en") == "en"
    assert language_of(None, user="fr", organization="en") == "en"
    assert language_of(None, user=None, organization=None) == DEFAULT_LANGUAGE


def test_what_lies_beyond_the_bounds_is_passed_over() -> None:
    assert language_of("fr," * 60 + "en", user="vi", organization=None) == "vi"
    assert language_of("x" * 1_001 + ",en", user="vi", organization=None) == "vi"


@given(st.text(alphabet="vien*;q=0.15,- ", max_size=60))
def test_any_header_leads_to_a_language(header: str) -> None:
    assert language_of(header, user=None, organization=None) in {"vi", "en"}


def test_words_are_said_in_either_language() -> None:
    words = Words("Bảng cơ hội", "Board")
    assert words.in_language("vi") == "Bảng cơ hội"
    assert words.in_language("en") == "Board"
