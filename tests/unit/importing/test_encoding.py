"""Which encoding a file is in, and which files are no text."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.domain.importing.encoding import MAX_BYTES, decode
from command_api.domain.importing.reasons import FileRefused
from support.import_files import planned, steady, why_file

TEXT = "Tên cơ hội,Giá trị\r\nĐàm phán với Nguyễn Thị Ánh,1000\r\n"
VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)


def windows_1258(text: str) -> bytes:
    """Write as Windows does: letters with hat or horn whole, the tone behind them as a mark."""
    written: list[str] = []
    for letter in text:
        try:
            letter.encode("cp1258")
            written.append(letter)
        except UnicodeEncodeError:
            base, tone = unicodedata.normalize("NFD", letter), ""
            for mark in "\u0300\u0309\u0303\u0301\u0323":
                if mark in base:
                    base, tone = base.replace(mark, ""), mark
            written.append(unicodedata.normalize("NFC", base) + tone)
    return "".join(written).encode("cp1258")


@pytest.mark.parametrize(
    ("raw", "encoding", "how"),
    [
        (TEXT.encode(), "utf-8", "valid"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8", "bom"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le", "bom"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be", "bom"),
        (TEXT.encode("utf-16-le"), "utf-16-le", "zeros"),
        (TEXT.encode("utf-16-be"), "utf-16-be", "zeros"),
        (windows_1258(TEXT), "windows-1258", "fallback"),
        (b"a,b\r\n1,2", "utf-8", "valid"),
        (b"", "utf-8", "valid"),
    ],
)
def test_every_encoding_gives_the_same_text(raw: bytes, encoding: str, how: str) -> None:
    decoded = decode(raw)
    assert (decoded.encoding, decoded.how) == (encoding, how)
    assert decoded.text in (TEXT, "a,b\r\n1,2", "")


@pytest.mark.parametrize("raw", [b"\xd0\xe0m ph\xe1n, \xd4\xe2", b"\xd0a\xccm pha\xecn, \xd4\xe2"])
def test_tones_of_windows_1258_become_letters(raw: bytes) -> None:
    assert decode(raw).text == "Đàm phán, Ôâ"


def test_windows_1258_is_told_as_an_assumption() -> None:
    codes = [one.code for one in planned(windows_1258(TEXT)).assumptions]
    assert codes == ["encoding-guessed"]
    assert planned(TEXT).assumptions == ()


@pytest.mark.parametrize("ending", ["\n", "\r", ""])
def test_pieces_of_a_large_windows_1258_file_never_part_a_letter_from_its_tone(ending: str) -> None:
    text = "x" + ("ạ" * 999 + ending) * 1_300
    assert decode(windows_1258(text)).text == text


@steady
@given(st.text(VIETNAMESE + VIETNAMESE.upper() + " ,;\n0123456789", min_size=1))
def test_windows_1258_round_trips_all_vietnamese_letters(text: str) -> None:
    raw = windows_1258(f"ạ{text}")
    if decode(raw).how == "fallback":
        assert decode(raw).text == f"ạ{text}"


@steady
@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_marked_files_round_trip_any_text(text: str) -> None:
    assert decode(b"\xff\xfe" + text.encode("utf-16-le")).text == text
    assert decode(b"\xfe\xff" + text.encode("utf-16-be")).text == text
    assert decode(b"\xef\xbb\xbf" + text.encode()).text == text


@pytest.mark.parametrize(
    ("raw", "code", "params"),
    [
        (b"a,b\nc\0,d", "nul-character", {"line": 2}),
        (b"a\xffb\nc\r\n\0,d", "nul-character", {"line": 3}),
        (b"\xff\xfe" + "a\nb\0".encode("utf-16-le"), "nul-character", {"line": 2}),
        (b"PK\x03\x04rest", "not-csv", {"kind": "Excel (XLSX) / ZIP"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not-csv", {"kind": "Excel (XLS)"}),
        (b"%PDF-1.7", "not-csv", {"kind": "PDF"}),
        (b"a\n\x8a\x8d\n", "unknown-encoding", {"line": 2}),
        (b"\xef\xbb\xbfa\nb\xff", "damaged-encoding", {"encoding": "UTF-8", "line": 2}),
        (b"\xff\xfea\0\n\0b", "damaged-encoding", {"encoding": "UTF-16-LE", "line": 2}),
        ("Đàm\nphán, ".encode() + b"\xff", "damaged-encoding", {"encoding": "UTF-8", "line": 2}),
    ],
)
def test_what_is_no_text_is_refused_and_named(
    raw: bytes, code: str, params: dict[str, object]
) -> None:
    (reason,) = why_file(raw)
    assert (reason.code, reason.params) == (code, params)


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        decode(b"a" * (MAX_BYTES + 1))
    assert refused.value.reasons[0].code == "too-large"


@steady
@given(st.binary())
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    with suppress(FileRefused):
        assert "\0" not in decode(raw).text
