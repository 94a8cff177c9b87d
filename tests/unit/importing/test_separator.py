"""Which character parts the cells."""

import pytest

from command_api.domain.importing.separator import find_separator


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c\n1,2,3", ","),
        ("a;b;c\n1,5;2,5;3,5", ";"),
        ("a\tb\tc\n1,5\t2;5\t3", "\t"),
        ("a|b|c\n1,5|2;5|3", "|"),
        ("Tên, địa chỉ;Giá;Ngày\nx;1,5;2\ny;2,5;3", ";"),
        ("a,b;c,d\n1,2;3,4\n5,6\n", ","),
        ('"a;b;c",x,y,z\n"1;2;3",3,4,5', ","),
        ("title\nOne deal\nAnother, better", ","),
        ("", ","),
        ("a;b\n", ";"),
    ],
)
def test_the_separator_that_parts_rows_alike_is_found(text: str, separator: str) -> None:
    assert find_separator(text).separator == separator


def test_a_first_line_of_excel_declares_the_separator() -> None:
    found = find_separator("sep=;\r\na;b,c,d\r\n1;2,3,4")
    assert (found.separator, found.start, found.line) == (";", 7, 2)
