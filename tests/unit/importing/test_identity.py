"""By what a row is known again."""

from command_api.domain.importing.identity import Identity, canonical_content
from command_api.domain.importing.rows import Row
from support.import_files import planned


def identities(file: str, mapping: dict[str, str | None] | None = None) -> list[Identity]:
    """Return the identities of a file's rows."""
    return [row.identity for row in planned(file, mapping=mapping).rows() if isinstance(row, Row)]


def test_the_id_column_is_the_identity() -> None:
    assert identities("id,title\n A-1 ,x\nA-2,x\n") == [
        Identity("id", "A-1"),
        Identity("id", "A-2"),
    ]


def test_equal_rows_without_an_id_are_counted() -> None:
    content = '[["title","x"]]'
    assert identities("title,note\nx,\ny,\nx,\n x ,\n")[::1] == [
        Identity("content", content, 1),
        Identity("content", '[["title","y"]]', 1),
        Identity("content", content, 2),
        Identity("content", content, 3),
    ]


def test_a_row_whose_id_is_blank_is_known_by_its_content() -> None:
    assert [one.kind for one in identities("id,title\nA,x\n,x\n")] == ["id", "content"]


def test_content_is_the_same_however_the_file_is_written() -> None:
    one = identities("title,note,amount\nMáy chủ,a b,5\n")
    assert one == identities('amount;title;note\r\n5; "Ma\u0301y chủ" ;a  b\r\n')


def test_another_mapping_makes_no_new_identities() -> None:
    file = "title,extra\nx,1\n"
    assert identities(file) == identities(file, {"extra": "note"})


def test_every_column_counts_mapped_or_not() -> None:
    first, second = identities("title,extra\nx,1\nx,2\n")
    assert first.text != second.text


def test_cells_cannot_be_taken_for_columns() -> None:
    names = ("a", "b")
    assert canonical_content(names, ("1", "")) != canonical_content(names, ("", "1"))
    assert canonical_content(names, ('1","b', "2")) != canonical_content(names, ("1", "2"))
