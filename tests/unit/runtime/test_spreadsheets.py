"""Text that no spreadsheet runs."""

import pytest

from service_runtime.spreadsheets import disarm


@pytest.mark.parametrize("first", "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
def test_dangerous_beginnings_get_an_apostrophe(first: str) -> None:
    assert disarm(f"{first}cmd") == f"'{first}cmd"


@pytest.mark.parametrize("text", ["", "Ghế", "1+1", "a=1", "5-6", "'quoted"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert disarm(text) == text
