"""Media types: what a body claims to be, and what a client takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_runtime.http.media_types import accepts, is_form, is_json


@pytest.mark.parametrize(
    "header",
    ["application/json", "APPLICATION/JSON; charset=UTF-8", 'application/json;charset="utf-8"',
     "application/merge-patch+json", "application/json; charset=utf8"],
)  # fmt: skip
def test_json_is_recognized(header: str) -> None:
    assert is_json(header)


@pytest.mark.parametrize(
    "header",
    [None, "", "text/plain", "text/json", "json", "application/jsonx", "application/json2+xml",
     "application/json; charset=utf-16", "multipart/form-data"],
)  # fmt: skip
def test_everything_else_is_no_json(header: str | None) -> None:
    assert not is_json(header)


def test_a_form_is_multipart() -> None:
    assert is_form("Multipart/Form-Data; boundary=x")
    assert not is_form("application/x-www-form-urlencoded")
    assert not is_form(None)


@pytest.mark.parametrize(
    "header",
    [None, "", "*/*", "application/*", "application/json", "text/html, */*;q=0.1", "nonsense",
     "text/html, application/json;q=0.2", "APPLICATION/JSON", "application/json;q=0.5;v=1"],
)  # fmt: skip
def test_who_takes_json_gets_it(header: str | None) -> None:
    assert accepts(header, "application/json")


@pytest.mark.parametrize(
    "header",
    ["text/html", "application/xml, text/*", "application/json;q=0", "*/*;q=0",
     "application/json;q=0, */*", "application/*;q=0.0, */*;q=0.3"],
)  # fmt: skip
def test_who_does_not_take_json_is_not_given_it(header: str) -> None:
    assert not accepts(header, "application/json")


@given(st.text(max_size=80))
def test_any_header_is_read(header: str) -> None:
    assert accepts(header, "application/json") in {True, False}
    assert is_json(header) in {True, False}
