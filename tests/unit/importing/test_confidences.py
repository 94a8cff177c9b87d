"""Confidence, on either scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.domain.importing.confidences import Confidence, Evidence, Scale, read_confidence
from command_api.domain.importing.reasons import RowRefused
from support.import_files import steady


def scale_of(cells: list[str]) -> Scale:
    """Return the scale of a column of these cells."""
    evidence = Evidence()
    for cell in cells:
        evidence.add(cell)
    return evidence.scale


@pytest.mark.parametrize(
    ("cells", "scale"),
    [
        (["75", "20"], "percent"),
        (["0.75", "0,5", "1"], "fraction"),
        (["0", "1"], "fraction"),
        (["0.5", "75"], "percent"),
        (["1.5"], "percent"),
        (["75%", "50 %"], "percent"),
        (["1%", "0.5"], "fraction"),
        ([], "percent"),
        (["", "high"], "percent"),
    ],
)
def test_a_column_shows_its_scale(cells: list[str], scale: str) -> None:
    assert scale_of(cells) == scale


@pytest.mark.parametrize(
    ("cell", "scale", "percent", "rounded"),
    [
        ("75", "percent", 75, False),
        ("75%", "percent", 75, False),
        ("75,0 %", "fraction", 75, False),
        ("0.75", "fraction", 75, False),
        (",5", "fraction", 50, False),
        ("1", "fraction", 100, False),
        ("1", "percent", 1, False),
        ("0.333", "fraction", 33, True),
        ("33.5", "percent", 34, True),
        ("0.4", "percent", 0, True),
        ("100.0", "percent", 100, False),
    ],
)
def test_a_cell_becomes_whole_per_cent(
    cell: str, scale: Scale, percent: int, *, rounded: bool
) -> None:
    assert read_confidence(cell, scale, "c") == Confidence(percent, rounded)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("101", "confidence-out-of-range"),
        ("100.4", "confidence-out-of-range"),
        ("999999", "confidence-out-of-range"),
        ("-5", "not-a-confidence"),
        ("high", "not-a-confidence"),
        ("%", "not-a-confidence"),
        ("7.", "not-a-confidence"),
        ("9" * 99, "not-a-confidence"),
    ],
)
def test_what_is_no_confidence_is_refused(cell: str, code: str) -> None:
    with pytest.raises(RowRefused, match=code):
        read_confidence(cell, "percent", "c")


def test_a_blank_cell_is_no_figure() -> None:
    assert read_confidence("  ", "percent", "c") is None


@steady
@given(st.integers(0, 100))
def test_every_percentage_survives_every_way_of_writing(percent: int) -> None:
    expected = Confidence(percent, rounded=False)
    assert read_confidence(f"{percent}", "percent", "c") == expected
    assert read_confidence(f"{percent}%", "fraction", "c") == expected
    assert read_confidence(f"{percent / 100}", "fraction", "c") == expected
