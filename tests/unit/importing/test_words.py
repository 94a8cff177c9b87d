"""Periods and statuses in words, and how names are stored, compared and found."""

import pytest

from command_api.domain.importing.names import NameIndex
from command_api.domain.importing.periods import read_period
from command_api.domain.importing.reasons import RowRefused
from command_api.domain.importing.statuses import FoundStatus, find_status
from command_api.domain.text import (
    fold_name,
    fold_words,
    normalize_name,
    normalize_text,
    status_key,
)

DECOMPOSED = "Đa\u0300m pha\u0301n"


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("one-off", "one_time"),
        ("One time", "one_time"),
        ("một lần", "one_time"),
        ("Monthly", "monthly"),
        ("tháng", "monthly"),
        ("HÀNG THÁNG", "monthly"),
        ("/month", "monthly"),
        ("annual", "annual"),
        ("năm", "annual"),
        ("p.a.", "annual"),
        ("one_time", "one_time"),
        ("", None),
    ],
)
def test_periods_are_read_in_words(cell: str, period: str | None) -> None:
    assert read_period(cell, "c") == period


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(RowRefused, match="unknown-period"):
        read_period("weekly", "c")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("won", FoundStatus("won", "won", "type")),
        (" HOÀN  THÀNH ", FoundStatus("HOÀN THÀNH", "won", "type")),
        ("Thất bại", FoundStatus("Thất bại", "lost", "type")),
        ("Closed Lost", FoundStatus("Closed Lost", "lost", "type")),
        ("Hoan thanh", FoundStatus("Hoan thanh", "active", "new")),
        ("Đàm phán", FoundStatus("Đàm phán", "active", "board")),
        (DECOMPOSED, FoundStatus("Đàm phán", "active", "board")),
        ("Lost", FoundStatus("Lost", "active", "board")),
        ("  ", FoundStatus(None, "active", "none")),
    ],
)
def test_a_status_is_the_boards_then_a_types_then_new(cell: str, expected: FoundStatus) -> None:
    assert find_status(cell, {status_key("Đàm phán"): "active", "lost": "active"}) == expected


def test_names_are_stored_composed_and_on_one_line() -> None:
    assert normalize_name(f"  {DECOMPOSED}\n\u00a0 x ") == "Đàm phán x"
    assert normalize_text(f" {DECOMPOSED}\n  x ") == "Đàm phán\n  x"


def test_a_status_key_folds_case_and_spaces_and_keeps_accents() -> None:
    assert status_key(" ĐÀM   PHÁN") == status_key(DECOMPOSED) == "đàm phán"
    assert status_key("Dam phan") != status_key("Đàm phán")
    assert status_key("STRASSE") == status_key("Straße")


def test_a_status_key_is_its_own_key() -> None:
    for name in (DECOMPOSED, "İstanbul", "ΰ\u0345", "ﬁx  ME"):
        assert status_key(status_key(name)) == status_key(name)


def test_folding_leaves_neither_accents_nor_signs() -> None:
    assert fold_name("Công ty  “Đại Phát”, JSC.") == "cong ty dai phat jsc"
    assert fold_words("Đàm phán đàm") == ["dam", "phan"]


def found(known: list[str], name: str) -> list[str]:
    """Look a name up among others."""
    index = NameIndex[str]()
    for one in known:
        index.add(one, one)
    return list(index.find(name))


@pytest.mark.parametrize(
    ("known", "name", "expected"),
    [
        (["Công ty An Phát"], "cong ty an phat", ["Công ty An Phát"]),
        (["cong ty an phat"], "CÔNG TY AN PHÁT", ["cong ty an phat"]),
        (["Công ty An Phát, JSC"], "công ty an phát jsc", ["Công ty An Phát, JSC"]),
        (["Acme, Inc."], "ACME INC", ["Acme, Inc."]),
        (["Trần Hùng"], "Trần Hưng", []),
        (["Trần Hùng", "Trần Hưng"], "Trần Hưng", ["Trần Hưng"]),
        (["Trần Hùng", "Trần Hưng"], "Tran Hung", ["Trần Hùng", "Trần Hưng"]),
        (["Trần Hùng", "Tran Hung"], "Tran Hung", ["Tran Hung"]),
        (["***"], "+++", []),
        (["***"], "***", ["***"]),
        ([], "x", []),
    ],
)
def test_a_name_is_found_by_its_folding_but_accents_tell_people_apart(
    known: list[str], name: str, expected: list[str]
) -> None:
    assert found(known, name) == expected
