"""Words as they are folded for searching: bounded, so that no text makes a row without end."""

from service_runtime.folding import MAX_WORD_CHARACTERS, MAX_WORDS, fold_words


def test_of_a_long_text_the_first_distinct_words_are_found() -> None:
    words = [f"w{number}" for number in range(MAX_WORDS + 10)]
    twice = " ".join([*words[:10], *words])
    assert fold_words(twice) == words[:MAX_WORDS]


def test_of_a_long_word_the_beginning_is_found() -> None:
    assert fold_words("Đ" * MAX_WORD_CHARACTERS + "x") == ["d" * MAX_WORD_CHARACTERS]
    assert fold_words("a" * 1_000 + " b") == ["a" * MAX_WORD_CHARACTERS, "b"]
