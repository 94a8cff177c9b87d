"""Every reason and every assumption has its sentence in both languages."""

import re
from typing import get_args

import pytest

from command_api.domain.importing.assumptions import SENTENCES as ASSUMPTION_SENTENCES
from command_api.domain.importing.assumptions import Assumed, AssumptionCode
from command_api.domain.importing.assumptions import sentence as assumption_sentence
from command_api.domain.importing.reason_sentences import SENTENCES
from command_api.domain.importing.reasons import (
    REASON_CODES,
    DecisionCode,
    FileCode,
    Reason,
    RowCode,
    sentence,
)

TABLES = {**SENTENCES, **ASSUMPTION_SENTENCES}


def test_the_tables_hold_exactly_the_codes() -> None:
    codes = {*get_args(FileCode), *get_args(RowCode), *get_args(DecisionCode)}
    assert set(SENTENCES) == codes == REASON_CODES
    assert set(ASSUMPTION_SENTENCES) == set(get_args(AssumptionCode))


@pytest.mark.parametrize("code", sorted(TABLES))
def test_both_languages_say_the_same_parameters(code: str) -> None:
    vietnamese, english = ([*re.findall(r"{(\w+)}", text)] for text in TABLES[code])
    assert set(vietnamese) == set(english)
    assert TABLES[code][0] != TABLES[code][1]


def test_a_sentence_says_where_and_how_to_mend_it() -> None:
    reason = Reason("negative-amount", {"column": "Doanh thu"})
    assert sentence(reason, "vi") == (
        "“Doanh thu” là số âm; doanh thu không âm. Hãy để trống nếu chưa ước tính."
    )
    assert sentence(reason, "en").startswith("“Doanh thu” is negative;")
    assumed = Assumed("mark-thousands", {"column": "Doanh thu", "mark": "."})
    assert "hàng nghìn" in assumption_sentence(assumed, "vi")


def test_what_a_file_contains_cannot_break_a_sentence() -> None:
    nasty = "{x.__class__}\n\x1b[31m" + "y" * 500
    said = sentence(Reason("not-a-date", {"column": nasty}), "en")
    assert "{x.__class__}  [31m" in said
    assert "\n" not in said
    assert len(said) < 200
