"""The first look refuses what the beginning of a file proves, and nothing else."""

import pytest

from command_api.application.imports.first_look import LOOKED_AT_BYTES, look
from command_api.application.imports.order import ImportOptions
from command_api.domain.importing.reasons import FileRefused
from service_runtime.clock import utc_now
from service_runtime.ids import new_id


def seen(raw: bytes, mapping: dict[str, str | None] | None = None) -> list[str]:
    """Return why a file is refused, nothing where it is not."""
    try:
        options = ImportOptions(new_id(), "USD", mapping or {})
        look(raw[:LOOKED_AT_BYTES], options, utc_now())
    except FileRefused as refused:
        return [reason.code for reason in refused.reasons]
    return []


def large(header: str, row: str, encoding: str) -> bytes:
    """Return a file that is larger than what is looked at."""
    text = header + row * (LOOKED_AT_BYTES // len(row) + 10)
    return text.encode(encoding)


def test_a_small_file_is_judged_whole() -> None:
    assert seen(b"") == ["empty-file"]
    assert seen(b"title\nA\n") == []
    assert seen(b"title\n" + "Thỏa thuận".encode() + b"\n\xff\n") == ["damaged-encoding"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "utf-16-be", "cp1258"])
def test_a_large_file_in_any_encoding_is_let_through(encoding: str) -> None:
    assert seen(large("title,customer\n", "Ho so, An Phat\n", encoding)) == []


def test_a_large_file_is_refused_for_its_header() -> None:
    assert seen(large("a,b\n", "1,2\n", "utf-8")) == ["nothing-mapped"]
    mapping: dict[str, str | None] = {"nope": "title"}
    assert seen(large("title,b\n", "1,2\n", "utf-8"), mapping) == ["unknown-column"]


def test_a_quotation_that_the_cut_leaves_open_refuses_nothing() -> None:
    raw = b'title,note\n"A","' + b"x\n" * LOOKED_AT_BYTES
    assert seen(raw) == []
