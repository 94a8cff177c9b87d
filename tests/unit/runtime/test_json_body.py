"""JSON from outside: what is taken, and what is refused before anybody guesses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_runtime.http.json_body import (
    BadCharacters,
    MalformedJson,
    has_bad_characters,
    parse_json,
    pointer_of,
)

plain_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | plain_text,
    lambda inner: st.lists(inner) | st.dictionaries(plain_text, inner),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_good_json_is_taken_as_it_is(value: object, ascii_only: bool) -> None:  # noqa: FBT001
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1,]", b"{'a':1}", b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"\xff",
     b'"\xed\xa0\x80"', b"\xef\xbb\xbf{}", '{"a":1}'.encode("utf-16"), b'{"a":1,"a":1}',
     b'[{"x":{"a":1,"a":2}}]', b"[" * 100_000, b"1" * 5_000, b'"\x00"', b'"a\nb"', b"{} {}"],
)  # fmt: skip
def test_what_two_readers_could_read_differently_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedJson):
        parse_json(raw)


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        (rb'"\u0000"', [""]),
        (rb'{"a":"x\ud800y"}', ["/a"]),
        (rb'{"a":[0,{"b/c~":"\udfff"}]}', ["/a/1/b~1c~0"]),
        (rb'{"\u0000":1}', [""]),
        (rb'{"a":{"\ud800":1}}', ["/a"]),
    ],
)
def test_nul_and_lone_surrogates_are_told_by_their_place(raw: bytes, pointers: list[str]) -> None:
    with pytest.raises(BadCharacters) as raised:
        parse_json(raw)
    assert raised.value.pointers == pointers


@pytest.mark.parametrize(
    ("raw", "value"), [(b"70.0", 70), (b"1e2", 100), (b"-0.0", 0), (b"0.5", 0.5), (b"1e300", 1e300)]
)
def test_a_whole_number_is_whole_however_it_is_written(raw: bytes, value: float) -> None:
    read = parse_json(raw)
    assert read == value
    assert type(read) is type(value)


def test_a_pair_of_escapes_is_one_good_character() -> None:
    assert parse_json(rb'"\ud83d\ude00"') == "\U0001f600"


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert pointer_of() == ""
    assert pointer_of("a/b", 0, "m~n") == "/a~1b/0/m~0n"


def test_bad_characters_are_found_in_any_text() -> None:
    assert has_bad_characters("a\0")
    assert has_bad_characters("\udc00")
    assert not has_bad_characters("Đỗ \U0001f600\n")
