"""From bytes to text: which encoding a file is in, and how that was decided."""

import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from command_api.domain.importing.reasons import refuse_file

MAX_BYTES: Final = 50 * 1024 * 1024
_SAMPLE_BYTES: Final = 64 * 1024
_CHUNK_BYTES: Final = 1024 * 1024

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "windows-1258"]
How = Literal["bom", "valid", "zeros", "fallback"]

# What is often sent in place of a CSV file, by its first bytes. All hold NUL or broken UTF-8
# sooner or later; saying what it is helps more than saying that.
_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"PK\x03\x04", "Excel (XLSX) / ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel (XLS)"),
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_BOMS: Final[tuple[tuple[bytes, Encoding], ...]] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_LEAST_ZERO_SHARE: Final = 0.4


class Decoded(msgspec.Struct, frozen=True):
    """The text of a file without its byte order mark, its encoding, and how that was decided.

    `bom`: the file says so itself; `valid`: all of it is good UTF-8; `zeros`: every second byte
    of its ASCII characters is zero; `fallback`: nothing else fits, so it is an assumption.
    """

    text: str
    encoding: Encoding
    how: How


def decode(raw: bytes) -> Decoded:
    """Decode a file, or refuse it; the text is the only copy made of it."""
    if len(raw) > MAX_BYTES:
        raise refuse_file("too-large", limit=MAX_BYTES)
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature):
            raise refuse_file("not-csv", kind=kind)
    decoded = _marked(raw) or _zero_spaced(raw) or _utf8(raw) or _windows_1258(raw)
    nul = decoded.text.find("\0")
    if nul >= 0:
        raise refuse_file("nul-character", line=_lines(decoded.text, nul))
    return decoded


def _marked(raw: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return Decoded(_strict(memoryview(raw)[len(mark) :], encoding), encoding, "bom")
    return None


def _zero_spaced(raw: bytes) -> Decoded | None:
    """UTF-16 without a mark: zeros stand at every second place only, and often.

    Separators, digits, line ends and most letters of a CSV file are ASCII, and an ASCII character
    in UTF-16 has one zero byte beside it. A stray NUL in other text is not every second byte.
    """
    sample = raw[:_SAMPLE_BYTES]
    if b"\0" not in sample or len(raw) % 2:
        return None
    units = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if first == 0 and second >= units * _LEAST_ZERO_SHARE:
        return Decoded(_strict(raw, "utf-16-le"), "utf-16-le", "zeros")
    if second == 0 and first >= units * _LEAST_ZERO_SHARE:
        return Decoded(_strict(raw, "utf-16-be"), "utf-16-be", "zeros")
    return None


def _utf8(raw: bytes) -> Decoded | None:
    try:
        return Decoded(raw.decode("utf-8"), "utf-8", "valid")
    except UnicodeDecodeError as broken:
        if _damaged_utf8(raw, broken.start):
            raise _damage("utf-8", raw, broken.start) from None
        return None


def _damaged_utf8(raw: bytes, at: int) -> bool:
    """Whether a file is UTF-8 with a flaw rather than something else.

    Letters of a one-byte encoding hardly ever form good UTF-8 sequences by chance; so where good
    ones outnumber the bad around the flaw, reading the file as Windows-1258 would only turn every
    accent in it into rubbish.
    """
    window = raw[max(0, at - _SAMPLE_BYTES) : at + _SAMPLE_BYTES].decode("utf-8", "replace")
    bad = window.count("\ufffd")
    good = sum(not letter.isascii() for letter in window) - bad
    return good > bad


def _windows_1258(raw: bytes) -> Decoded:
    """Windows-1258 writes tones as combining marks: NFC makes letters of them.

    In pieces, since NFC works on four bytes a character, and up to line ends, since a mark must
    not be parted from its letter.
    """
    if b"\0" in raw:
        raise refuse_file("nul-character", line=_byte_lines(raw, raw.find(b"\0")))
    pieces: list[str] = []
    for start, end in _chunks(raw):
        try:
            piece = raw[start:end].decode("cp1258")
        except UnicodeDecodeError as broken:
            line = _byte_lines(raw, start + broken.start)
            raise refuse_file("unknown-encoding", line=line) from None
        pieces.append(unicodedata.normalize("NFC", piece))
    return Decoded("".join(pieces), "windows-1258", "fallback")


def _chunks(raw: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(raw):
        if len(raw) - start <= _CHUNK_BYTES:
            end = len(raw)
        else:
            end = _line_end(raw, start, start + _CHUNK_BYTES)
        yield start, end
        start = end


def _line_end(raw: bytes, start: int, wanted: int) -> int:
    for mark in (b"\n", b"\r"):
        end = raw.rfind(mark, start, wanted)
        if end >= 0:
            return end + 1
    later = [at for mark in (b"\n", b"\r") if (at := raw.find(mark, wanted)) >= 0]
    return min(later) + 1 if later else len(raw)


def _strict(raw: bytes | memoryview, encoding: Encoding) -> str:
    try:
        return str(raw, encoding)
    except UnicodeDecodeError as broken:
        whole = bytes(raw)
        raise _damage(encoding, whole, broken.start) from None


def _damage(encoding: Encoding, raw: bytes, at: int) -> Exception:
    good = raw[:at].decode(encoding, "ignore")
    return refuse_file("damaged-encoding", encoding=encoding.upper(), line=_lines(good, len(good)))


def _lines(text: str, end: int) -> int:
    """Return the line number of a place, counting CRLF, LF and CR."""
    both = text.count("\r\n", 0, end)
    return 1 + text.count("\n", 0, end) + text.count("\r", 0, end) - both


def _byte_lines(raw: bytes, end: int) -> int:
    return 1 + raw.count(b"\n", 0, end) + raw.count(b"\r", 0, end) - raw.count(b"\r\n", 0, end)
