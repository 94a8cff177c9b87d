"""The ids that an import gives are for ever: another id would import every file anew."""

from uuid import UUID

from command_api.application.imports.identifiers import Identifiers
from command_api.domain.importing.identity import Identity

ORG = UUID("0192f0c1-7a00-7000-8000-000000000001")
BOARD = UUID("0192f0c1-7a00-7000-8000-000000000002")
IDS = Identifiers(ORG, bytes(32))


def test_the_ids_of_rows_never_change() -> None:
    by_id = IDS.opportunity(BOARD, Identity("id", "1C1I7A6R"))
    by_content = IDS.opportunity(BOARD, Identity("content", '[["a","b"]]', 2))
    assert str(by_id) == "6246b423-5234-598c-9b06-d49209e4d64d"
    assert str(by_content) == "b9424293-e273-8b3f-8f1c-cb8b4088c61e"


def test_the_ids_of_names_never_change() -> None:
    assert (
        str(IDS.named("customer", "Công ty An Phát", 1)) == "aad88537-b85f-8237-97d8-b1f46fe90598"
    )
    assert str(IDS.named("user", "Công ty An Phát", 1)) == "ec04f049-f6fa-8ee0-91ff-1acff433f11b"
    assert str(IDS.board("Bán hàng", 1)) == "d8c41958-29fa-8dce-ba6a-ab38dd4ca2c4"


def test_spelling_counts_in_a_name_but_case_and_signs_do_not() -> None:
    named = IDS.named("customer", "Công ty An Phát", 1)
    assert IDS.named("customer", "CÔNG TY  AN-PHÁT.", 1) == named
    assert IDS.named("customer", "Cong ty An Phat", 1) != named


def test_other_boards_occurrences_generations_and_keys_give_other_ids() -> None:
    row = Identity("content", "x", 1)
    other = Identifiers(ORG, bytes([1]) * 32)
    ids = {
        IDS.opportunity(BOARD, row),
        IDS.opportunity(ORG, row),
        IDS.opportunity(BOARD, Identity("content", "x", 2)),
        IDS.opportunity(BOARD, Identity("id", "x")),
        other.opportunity(BOARD, row),
        IDS.named("customer", "x", 1),
        IDS.named("customer", "x", 2),
        IDS.board("x", 1),
    }
    assert len(ids) == 8


def test_an_id_from_a_name_says_that_it_is_of_our_own_making() -> None:
    made = IDS.named("user", "Lan", 1)
    assert made.version == 8
    assert made.variant == "specified in RFC 4122"
