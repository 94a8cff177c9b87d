"""File names, ranges and cells, computed on paper."""

from urllib.parse import unquote
from uuid import UUID

import pytest

from report_worker.domain.byte_ranges import ByteRange, Unsatisfiable, parse_range
from report_worker.domain.files import (
    StoredName,
    content_disposition,
    read_stored_name,
    stored_name,
)
from report_worker.domain.report import Format, Queue, queue_for
from service_runtime.currencies import MINOR_DIGITS, minor_digits

ID = UUID("01920000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        (None, None),
        ("bytes=0-", ByteRange(0, 99)),
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=10-19", ByteRange(10, 19)),
        ("Bytes=90-1000", ByteRange(90, 99)),
        ("bytes=-10", ByteRange(90, 99)),
        ("bytes=-1000", ByteRange(0, 99)),
        ("bytes=5-4", None),  # malformed, so passed over
        ("bytes=-", None),
        ("bytes=1-2,5-6", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
        ("bytes=1" + "0" * 40 + "-", None),
    ],
)
def test_a_range_is_one_stretch_or_the_whole(header: str | None, asked: ByteRange | None) -> None:
    assert parse_range(header, 100) == asked


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_is_said_to_be_so(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, 100)


def test_a_stored_name_holds_its_attempt_and_is_read_back() -> None:
    name = stored_name(ID, 3, Format.XLSX)
    assert str(name) == f"{ID}.3.xlsx"
    assert read_stored_name(str(name)) == name == StoredName(ID, 3, "xlsx")


@pytest.mark.parametrize(
    "text", ["", "notes.txt", f"{ID}.csv", f"{ID}.0.csv", f"../{ID}.1.csv", f"{ID}.1.csv/x"]
)
def test_a_name_that_is_none_of_ours_is_not_read(text: str) -> None:
    assert read_stored_name(text) is None


def test_a_download_is_named_in_ascii_and_in_the_readers_language() -> None:
    header = content_disposition("opportunities", Format.CSV_RAW, "vi", position=12, erasures=1)
    plain, star = header.removeprefix("attachment; ").split("; ")
    assert header.isascii()
    assert plain == 'filename="opportunities-raw-p12-e1.csv"'
    assert unquote(star.removeprefix("filename*=UTF-8''")) == "Cơ hội-raw-p12-e1.csv"


def test_what_is_small_does_not_wait_behind_what_is_large() -> None:
    assert queue_for(20_000) is Queue.FAST
    assert queue_for(20_001) is Queue.SLOW


@pytest.mark.parametrize(
    ("code", "digits"),
    [("VND", 0), ("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4), ("XAU", None), ("usd", None)],
)
def test_currencies_have_their_decimals(code: str, digits: int | None) -> None:
    assert minor_digits(code) == digits


def test_every_currency_code_is_three_letters() -> None:
    assert all(len(code) == 3 and code.isupper() and code.isascii() for code in MINOR_DIGITS)
