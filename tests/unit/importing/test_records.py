"""Lines, quotation marks and line numbers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.domain.importing.records import MAX_CELL_CHARACTERS, MAX_COLUMNS, Record, records
from support.import_files import steady

CELLS = st.text(st.sampled_from("ab \",;\n\r\té'x"), max_size=6)


def read(text: str, separator: str = ",") -> list[tuple[int, tuple[str, ...]]]:
    """Return line and cells of every record."""
    return [(record.line, record.cells) for record in records(text, separator)]


def problems(text: str) -> list[tuple[int, str | None]]:
    """Return line and problem of every record."""
    return [(r.line, r.problem.code if r.problem else None) for r in records(text, ",")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(ending: str) -> None:
    assert read(ending.join(("a,b", "1,2", ""))) == [(1, ("a", "b")), (2, ("1", "2"))]
    assert read(ending.join(("a,b", "1,2"))) == [(1, ("a", "b")), (2, ("1", "2"))]


def test_other_separators_of_lines_are_text() -> None:
    assert read("a\u2028b\x0bc\x85d,1\n") == [(1, ("a\u2028b\x0bc\x85d", "1"))]


def test_line_numbers_count_line_ends_within_quotation_marks() -> None:
    text = 'h,i\r\n"one\r\ntwo\rthree\nfour",1\n\n , ,\n5,6'
    assert read(text) == [
        (1, ("h", "i")),
        (2, ("one\r\ntwo\rthree\nfour", "1")),
        (8, ("5", "6")),
    ]


def test_blank_lines_are_passed_over_by_the_million() -> None:
    assert read("a\n" + "\n" * 3_000_000 + "b") == [(1, ("a",)), (3_000_002, ("b",))]


def test_what_is_blank_only_after_unquoting_says_so() -> None:
    assert [record.blank for record in records('"",""\n"x",""\n,', ",")] == [True, False, True]


def test_quotation_marks_inside_a_bare_cell_are_text() -> None:
    assert read('5" screen,b\n6,7"\n') == [(1, ('5" screen', "b")), (2, ("6", '7"'))]


def test_spaces_around_a_quoted_cell_are_nothing() -> None:
    assert read('a, "b, c" ,d') == [(1, ("a", "b, c", "d"))]


def test_a_quotation_mark_left_open_costs_one_row() -> None:
    text = 'h,i\n"left open,1\n2,3\n4,5\n'
    assert problems(text) == [(1, None), (2, "unclosed-quote"), (3, None), (4, None)]


def test_a_quotation_mark_closed_by_another_rows_opening_one_costs_one_row() -> None:
    text = 'h,i\n"left open,1\n2,"x, y"\n4,5\n'
    assert problems(text) == [(1, None), (2, "unclosed-quote"), (3, None), (4, None)]
    assert read(text)[1:] == [(2, ('"left open,1',)), (3, ("2", "x, y")), (4, ("4", "5"))]


def test_a_row_is_left_where_its_bad_cell_begins() -> None:
    text = '"one\ntwo","bad\n3,4\n'
    assert problems(text) == [(1, "unclosed-quote"), (3, None)]


def test_text_behind_a_closing_mark_is_refused() -> None:
    assert problems('"Acme" Ltd,1\n2,3') == [(1, "stray-quote"), (2, None)]


def test_a_cell_beyond_the_limit_is_refused_and_cut() -> None:
    (plain, quoted) = records(f'{"x" * 10_001},b\n"{"y" * 10_001}",c', ",")
    for record in (plain, quoted):
        assert record.problem
        assert record.problem.code == "cell-too-long"
        assert len(record.cells[0]) == MAX_CELL_CHARACTERS


def test_an_enormous_quoted_cell_of_many_lines_is_an_open_mark() -> None:
    text = '"open,1\n' + "2,3\n" * 5_000 + 'x",4\n5,6\n'
    found = problems(text)
    assert found[0] == (1, "unclosed-quote")
    assert len(found) == 5_003


def test_a_row_of_a_million_cells_is_cut() -> None:
    for cell in ("a", '"a"'):
        (wide, after) = records(",".join([cell] * 1_000_000) + "\nb", ",")
        assert wide.width == MAX_COLUMNS + 1
        assert after == Record(2, ("b",))


def test_letters_are_composed_after_splitting() -> None:
    assert read("a\u0301,\u037e;b", ";") == [(1, ("\u00e1,;", "b"))]


@steady
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    got = list(records(written.getvalue(), ","))
    assert [list(record.cells) for record in got] == rows
    assert not any(record.problem for record in got)


@steady
@given(st.text(st.sampled_from('ab",\n\r '), max_size=60))
def test_any_text_ends_in_records_that_keep_their_lines(text: str) -> None:
    lines = [record.line for record in records(text, ",")]
    assert lines == sorted(set(lines))
    breaks = text.count("\n") + text.count("\r") - text.count("\r\n")
    assert all(1 <= line <= breaks + 1 for line in lines)


@steady
@given(st.lists(st.sampled_from(["a,b", "c,d", "1,2", '"q",r', '"s ""t""",u']), max_size=8))
def test_good_lines_behind_an_open_mark_are_all_read(lines: list[str]) -> None:
    got = problems("\n".join(['"open,1', *lines]))
    assert got == [(1, "unclosed-quote"), *((n, None) for n in range(2, len(lines) + 2))]
