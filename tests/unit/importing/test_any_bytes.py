"""Whatever is uploaded ends in rows, refused rows, or one clear refusal of the whole file."""

from hypothesis import given
from hypothesis import strategies as st

from command_api.domain.importing.assumptions import AssumptionTally
from command_api.domain.importing.assumptions import sentence as assumption_sentence
from command_api.domain.importing.reasons import FileRefused, sentence
from command_api.domain.importing.rows import Row
from command_api.domain.money import MAX_MINOR
from support.import_files import planned, steady

HEADER = "id,title,status,amount,currency,period,probability,created,close date,expected close\n"
CELL = st.one_of(
    st.sampled_from(
        [
            *("", "Won", "Lost", "1.234", "1,5", "03/04/2026", "13/04/2026", "$5", "75%", "0.5"),
            *("USD", "tháng", '"', '""', "\r\n", "\x00", "-1", "1e9", "43101", "ạ", "\ufeff"),
        ]
    ),
    st.text(max_size=8),
)
LINES = st.lists(st.lists(CELL, min_size=8, max_size=11).map(",".join), max_size=6)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])


def everything_said(raw: bytes) -> None:
    """Read a file to its end and say every reason and assumption in both languages."""
    try:
        outcome = planned(raw)
    except FileRefused as refused:
        for reason in refused.reasons:
            assert sentence(reason, "vi") != sentence(reason, "en")
        return
    tally, rows, last = AssumptionTally(outcome.assumptions), 0, 0
    for row in outcome.rows():
        rows += 1
        assert row.line > last
        last = row.line
        if isinstance(row, Row):
            tally.add(row.assumed)
            assert 0 <= (row.amount_minor or 0) <= MAX_MINOR
            assert row.title
            assert row.closed_on is None or row.status.type != "active"
        else:
            assert sentence(row.reason, "vi") != sentence(row.reason, "en")
    assert rows == outcome.total
    for assumption in tally.assumptions():
        assert assumption_sentence(assumption, "vi") != assumption_sentence(assumption, "en")


@steady
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    everything_said(raw)


@steady
@given(LINES, ENCODINGS)
def test_any_cells_in_any_encoding(lines: list[str], encoding: str) -> None:
    everything_said((HEADER + "\n".join(lines)).encode(encoding, "replace"))


@steady
@given(st.binary(max_size=60), st.integers(0, 300))
def test_damage_anywhere_in_a_good_file(damage: bytes, at: int) -> None:
    good = (HEADER + "A,Máy chủ,Won,5,USD,tháng,75%,1/2/2026,3/2/2026,\n" * 3).encode()
    everything_said(good[:at] + damage + good[at:])


@steady
@given(st.integers(0, 300))
def test_a_file_cut_off_anywhere(at: int) -> None:
    good = (HEADER + 'A,"Máy, chủ",Won,5,USD,tháng,75%,1/2/2026,3/2/2026,\n' * 4).encode()
    everything_said(good[:at])
    everything_said(good.decode().encode("utf-16")[:at])


def test_hostile_shapes_of_some_megabytes_end_soon() -> None:
    size = 2_000_000
    for raw in (
        *(b'"' * size, b'"\n' * (size // 2), b'a"\n' * (size // 3), b",\n" * (size // 2)),
        *(b"," * size, b"a" * size, b'title\n"""\n' + b'"x""\n' * (size // 5)),
        *(b"\xe1" * size, b"\r" * size, ("ạ\u0323" * (size // 5)).encode()),
    ):
        everything_said(raw)


def test_a_mapped_file_of_hostile_quotes_ends_soon() -> None:
    for line in ('"\n', '"a\n', '"",\n', '"""\n', ',"\n', '"a"b\n'):
        outcome = planned("title,note\n" + line * 100_000)
        assert sum(1 for _ in outcome.rows()) == outcome.total
