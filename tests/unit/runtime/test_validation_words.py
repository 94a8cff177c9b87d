"""What pydantic's errors say here: in both languages, and never the input."""

from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

from service_runtime.http.validation_words import _SAYINGS, FieldRefused, say  # pyright: ignore[reportPrivateUsage] - the table itself
from service_runtime.languages import Words

EVERY_LIMIT = {
    "min_length": 2, "max_length": 3, "gt": 4, "ge": 5, "lt": 6, "le": 7, "expected": "'a' or 'b'",
    "expected_tags": "'a', 'b'",
}  # fmt: skip


def test_every_saying_is_for_an_error_that_pydantic_has() -> None:
    assert set(_SAYINGS) <= set(get_args(ErrorType))


@pytest.mark.parametrize("kind", [*_SAYINGS, "something_new"])
def test_every_error_has_a_code_and_both_sentences(kind: str) -> None:
    code, words = say(kind, EVERY_LIMIT)
    assert code
    assert words.vi != words.en
    assert "{" not in words.vi + words.en
    assert words.vi.endswith(".")
    assert words.en.endswith(".")


def test_limits_and_choices_stand_in_the_sentence() -> None:
    assert say("string_too_long", {"max_length": 300})[1].en == "At most 300 characters."
    assert say("string_too_short", {"min_length": 1})[0] == "empty"
    assert say("literal_error", {"expected": "'vi' or 'en'"})[1].vi.endswith(": vi, en.")


def test_a_validators_own_refusal_is_said_in_its_words() -> None:
    refused = FieldRefused("future-date", Words("Ở tương lai.", "In the future."))
    assert say("value_error", {"error": refused}) == ("future-date", refused.detail)


def test_the_text_of_any_other_error_is_not_repeated() -> None:
    code, words = say("value_error", {"error": ValueError("what somebody typed")})
    assert code == "bad-value"
    assert "typed" not in words.en
