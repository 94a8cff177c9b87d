"""What texts, figures and names are taken, and in which form they are kept."""

import unicodedata
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from command_api.entrypoints.http.models.figures import (
    AmountMinor,
    Color,
    Confidence,
    Currency,
    TimeZone,
)
from command_api.entrypoints.http.models.text import Email, Name, Note, Phone, Reason, Title
from service_runtime.http.validation_words import say

LINES = {"name": Name, "title": Title, "email": Email, "phone": Phone}
TEXTS = {**LINES, "note": Note, "reason": Reason}
FIGURES = {"amount": AmountMinor, "confidence": Confidence}


def kept(kind: Any, value: object) -> Any:
    return TypeAdapter[Any](kind).validate_python(value, strict=True)


def refused(kind: Any, value: object) -> tuple[str, str]:
    with pytest.raises(ValidationError) as failure:
        kept(kind, value)
    error = failure.value.errors()[0]
    code, words = say(error["type"], error.get("ctx") or {})
    assert words.vi
    assert words.vi != words.en
    return code, words.en


def test_a_name_is_composed_trimmed_and_its_spaces_collapsed() -> None:
    decomposed = unicodedata.normalize("NFD", "Đàm phán")
    assert kept(Name, f"  {decomposed}   kỳ\u00a02 ") == "Đàm phán kỳ 2"


def test_a_length_is_that_of_the_text_as_it_is_kept() -> None:
    assert kept(Name, " " + unicodedata.normalize("NFD", "ế" * 100) + " ") == "ế" * 100
    assert refused(Name, "a" * 101) == ("too-long", "At most 100 characters.")
    assert len(kept(Title, "a" * 300)) == 300
    assert refused(Title, "a" * 301)[0] == "too-long"
    assert len(kept(Reason, "a" * 500)) == 500
    assert refused(Reason, "a" * 501)[0] == "too-long"
    assert len(kept(Note, "a" * 10_000)) == 10_000
    assert refused(Note, "a" * 10_001)[0] == "too-long"


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("empty", ["", " ", "\u3000\u00a0"])
def test_a_text_of_spaces_alone_is_empty(kind: str, empty: str) -> None:
    assert refused(TEXTS[kind], empty)[0] == "empty"


@pytest.mark.parametrize("character", ["\n", "\t", "\r", "\x00", "\x1b", "\x7f", "\x85", "\x9f"])
@pytest.mark.parametrize("kind", LINES)
def test_control_characters_stand_in_no_line(kind: str, character: str) -> None:
    assert refused(LINES[kind], f"An{character}Phát")[0] == "bad-character"
    assert refused(LINES[kind], f"An{character}")[0] == "bad-character"


def test_line_breaks_and_tabs_stand_in_notes_and_reasons() -> None:
    assert kept(Note, "Giá:\t5\nHạn:\t31/3\n") == "Giá:\t5\nHạn:\t31/3"
    assert kept(Reason, "một\r\nhai") == "một\nhai"
    for character in ("\x00", "\x0b", "\x1b", "\x7f", "\x85"):
        assert refused(Note, f"a{character}b")[0] == "bad-character"
    assert refused(Note, "a\rb")[0] == "bad-character"


@pytest.mark.parametrize(
    "address", ["lan@anphat.vn", "a+b.c@mail.x-y.example", "lan@xn--vit-nam-3x9a.vn", "ý@đà.vn"]
)
def test_an_address_with_a_name_and_a_domain_is_taken(address: str) -> None:
    assert kept(Email, f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "lan",
        "lan@",
        "@anphat.vn",
        "lan@anphat",
        "lan@an phat.vn",
        "lan@@anphat.vn",
        "lan@-anphat.vn",
        "lan@anphat-.vn",
        "lan@anphat..vn",
        "lan@anphat.vn.",
        "Lan <lan@anphat.vn>",
        f"{'a' * 65}@anphat.vn",
        f"lan@{'a.' * 126}vn",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert refused(Email, address)[0] in {"bad-form", "too-long"}


@pytest.mark.parametrize(
    "number", ["113", "+84 28 3822 0000", "(028) 3822-0000", "028.3822.0000", "1900 1234 ext. 12"]
)
def test_a_number_as_people_write_it_is_taken(number: str) -> None:
    assert kept(Phone, f" {number} ") == number


@pytest.mark.parametrize(
    "number", ["12", "+", "gọi Lan", "++84 28", "028 3822 0000;", "1" * 41, "( ) - ."]
)
def test_what_is_no_number_is_refused(number: str) -> None:
    assert refused(Phone, number)[0] in {"bad-form", "too-long"}


def test_a_colour_is_kept_in_lower_case() -> None:
    assert kept(Color, "#3B82F6") == "#3b82f6"
    for wrong in ("3b82f6", "#3b82f", "#3b82f67", "#3b82fg", "red", "", "#3b82f6\n"):
        assert refused(Color, wrong)[0] == "bad-form"


def test_a_currency_is_a_current_code_in_capitals() -> None:
    assert [kept(Currency, code) for code in ("VND", "USD", "KWD")] == ["VND", "USD", "KWD"]
    for wrong in ("vnd", "XXX", "XAU", "US", "USDT", "", "VND "):
        assert refused(Currency, wrong)[0] == "unknown-currency"


def test_a_zone_is_one_of_the_iana_database() -> None:
    assert kept(TimeZone, "Asia/Ho_Chi_Minh") == "Asia/Ho_Chi_Minh"
    for wrong in ("asia/ho_chi_minh", "Asia/Hanoi", "+07:00", "../etc/passwd", "", "/etc/passwd"):
        assert refused(TimeZone, wrong)[0] == "unknown-time-zone"
    assert refused(TimeZone, "localtime")[0] == "unknown-time-zone"  # another one on each machine


@pytest.mark.parametrize("wrong", [True, False, 1.0, "1", None, 1e3])
@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_is_a_whole_number_and_nothing_like_one(kind: str, wrong: object) -> None:
    with pytest.raises(ValidationError):
        kept(FIGURES[kind], wrong)


def test_figures_keep_within_their_limits() -> None:
    assert kept(AmountMinor, 9_007_199_254_740_991) == 9_007_199_254_740_991
    assert refused(AmountMinor, 9_007_199_254_740_992)[0] == "too-large"
    assert refused(AmountMinor, -1)[0] == "too-small"
    assert [kept(Confidence, figure) for figure in (0, 100)] == [0, 100]
    assert refused(Confidence, 101)[0] == "too-large"
    assert refused(Confidence, -1)[0] == "too-small"
