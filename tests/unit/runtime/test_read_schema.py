"""Statements name `read.<table>`, and the tables of a generation are put in their place."""

import pytest

from service_runtime.read_schema import placed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select from read.boards b", "select from read_7.boards b"),
        ("join read.boards on read.boards.id = 1", "join read_7.boards on read_7.boards.id = 1"),
        ("(read.applied)", "(read_7.applied)"),
        ("select o.read.x, thread.boards, read_3.boards", None),
        ("select 'spread.it', already.read", None),
    ],
)
def test_only_the_schema_of_read_models_is_replaced(text: str, expected: str | None) -> None:
    assert placed(text, 7) == (expected or text)
