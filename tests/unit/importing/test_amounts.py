"""Amounts in every way of writing, exact or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.domain.importing.amounts import Evidence, Style, minor_amount, read_figure
from command_api.domain.importing.currencies import candidates, currency_of_amount, named_currency
from command_api.domain.importing.reasons import RowRefused
from command_api.domain.money import MAX_MINOR, MINOR_DIGITS, minor_digits
from support.import_files import steady


def column_style(cells: list[str]) -> Style:
    """Return what a column of these cells shows."""
    evidence = Evidence()
    for cell in cells:
        evidence.add(cell)
    return evidence.style


def minor(cell: str, currency: str = "USD", style: Style | None = None) -> int | None:
    """Read one cell, by default as the only one of its column."""
    figure = read_figure(cell, "amount")
    if figure is None:
        return None
    return minor_amount(figure, style or column_style([cell]), currency, "amount").minor


def refusal(cell: str, currency: str = "USD", style: Style | None = None) -> str:
    """Return why a cell is refused."""
    with pytest.raises(RowRefused) as refused:
        minor(cell, currency, style)
    return refused.value.reason.code


@pytest.mark.parametrize(
    ("cell", "currency", "expected"),
    [
        ("1054", "USD", 105_400),
        ("0", "USD", 0),
        ("0.00", "USD", 0),
        ("007", "USD", 700),
        ("1,234,567.89", "USD", 123_456_789),
        ("1.234.567,89", "EUR", 123_456_789),
        ("1 234 567", "USD", 123_456_700),
        ("1\u00a0234\u202f567,8", "EUR", 123_456_780),
        ("1\u00a0234\u00a0567,8", "EUR", 123_456_780),
        ("1'234'567.50", "CHF", 123_456_750),
        ("1\u2019234\u2019567", "CHF", 123_456_700),
        ("12,34,567.89", "INR", 123_456_789),
        ("1.234.567", "VND", 1_234_567),
        ("1.234", "VND", 1_234),
        ("1,234", "VND", 1_234),
        ("1.234", "USD", 123_400),
        ("1,234", "EUR", 123_400),
        ("1.234", "KWD", 1_234),
        ("1,234", "KWD", 1_234_000),
        ("0.123", "KWD", 123),
        ("1234.5", "USD", 123_450),
        ("1234,5", "EUR", 123_450),
        (".5", "USD", 50),
        ("$.50", "USD", 50),
        ("1.500000", "USD", 150),
        ("100.00", "VND", 100),
        ("+5", "USD", 500),
        ("  5  ", "USD", 500),
        ("1.000,-", "EUR", 100_000),
        ("90071992547409.91", "USD", MAX_MINOR),
        ("9007199254740991", "VND", MAX_MINOR),
        ("", "USD", None),
        (" \u00a0 ", "USD", None),
    ],
)
def test_figures_become_minor_units_exactly(cell: str, currency: str, expected: int | None) -> None:
    assert minor(cell, currency) == expected


@pytest.mark.parametrize(
    ("cell", "currency", "code"),
    [
        ("-5", "USD", "negative-amount"),
        ("\u22125", "USD", "negative-amount"),
        ("(1,234)", "USD", "negative-amount"),
        ("$(1,234)", "USD", "negative-amount"),
        ("5-", "USD", "negative-amount"),
        ("-$5.00", "USD", "negative-amount"),
        ("1e5", "USD", "exponent-amount"),
        ("1.2E+09", "USD", "exponent-amount"),
        ("1,2E+09", "VND", "exponent-amount"),
        ("abc", "USD", "not-a-number"),
        ("-", "USD", "not-a-number"),
        ("#N/A", "USD", "not-a-number"),
        ("12a4", "USD", "not-a-number"),
        ("1.2.3", "USD", "not-a-number"),
        ("1,23,45", "USD", "not-a-number"),
        ("1.234,567.89", "USD", "not-a-number"),
        ("10-20", "USD", "not-a-number"),
        ("\uff11\uff12", "USD", "not-a-number"),
        ("1.23", "VND", "too-many-decimals"),
        ("1.2345", "KWD", "too-many-decimals"),
        ("0.001", "USD", "too-many-decimals"),
        ("9007199254740992", "VND", "amount-too-large"),
        ("90071992547409.92", "USD", "amount-too-large"),
        ("9" * 9_999, "USD", "amount-too-large"),
        ("5", "XXX", "unknown-currency"),
    ],
)
def test_what_is_no_amount_is_refused(cell: str, currency: str, code: str) -> None:
    assert refusal(cell, currency) == code


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1.234", "5", ""], "unknown"),
        (["1.234", "1.5"], "."),
        (["1.234", "1,5"], ","),
        (["1.234", "1.234.567"], ","),
        (["1,234", "1,234,567"], "."),
        (["1.5", "1,5"], "mixed"),
        (["$ 1.50"], "."),
        (["nonsense", "1e5.5"], "unknown"),
    ],
)
def test_a_column_shows_how_it_is_written(cells: list[str], style: str) -> None:
    assert column_style(cells) == style


@pytest.mark.parametrize(
    ("style", "currency", "expected"),
    [
        (".", "EUR", "too-many-decimals"),
        (",", "EUR", 123_400),
        ("unknown", "EUR", 123_400),
        ("mixed", "EUR", 123_400),
        ("mixed", "KWD", "ambiguous-amount"),
        (".", "KWD", 1_234),
        (",", "KWD", 1_234_000),
        ("mixed", "VND", 1_234),
        (".", "VND", 1_234),
    ],
)
def test_the_column_decides_what_a_point_before_three_digits_means(
    style: Style, currency: str, expected: int | str
) -> None:
    if isinstance(expected, str):
        assert refusal("1.234", currency, style) == expected
    else:
        assert minor("1.234", currency, style) == expected


def test_a_figure_that_could_be_either_is_refused_in_a_mixed_column() -> None:
    assert refusal("1.230", "EUR", "mixed") == "ambiguous-amount"


def test_an_assumption_names_the_mark() -> None:
    figure = read_figure("1.234", "amount")
    assert figure
    amount = minor_amount(figure, "unknown", "EUR", "amount")
    assert (amount.assumed, amount.as_thousands) == (".", True)


@pytest.mark.parametrize(
    ("cell", "markers"),
    [
        ("$1,000", ("$",)),
        ("1.000 €", ("€",)),
        ("1.000.000đ", ("đ",)),
        ("1.000.000 VNĐ", ("VNĐ",)),
        ("US$ 5", ("US$",)),
        ("$5 USD", ("$", "USD")),
        ("Fr.50", ("Fr.",)),
        ("Rs. 50", ("Rs.",)),
    ],
)
def test_signs_and_codes_stand_beside_the_figure(cell: str, markers: tuple[str, ...]) -> None:
    figure = read_figure(cell, "amount")
    assert figure
    assert figure.markers == markers


@pytest.mark.parametrize(
    ("markers", "usual", "fixed", "expected"),
    [
        ((), "USD", False, "USD"),
        (("$",), "CAD", False, "CAD"),
        (("$", "AUD"), "USD", False, "AUD"),
        (("€",), "USD", False, "EUR"),
        (("VNĐ",), "USD", False, "VND"),
        (("usd",), "VND", False, "USD"),
        (("$",), "VND", False, "unclear-currency"),
        (("€",), "USD", True, "currency-conflict"),
        (("€",), "EUR", True, "EUR"),
        (("€", "USD"), "USD", False, "not-a-number"),
        (("apples",), "USD", False, "not-a-number"),
    ],
)
def test_the_cells_own_currency_is_believed(
    markers: tuple[str, ...], usual: str, *, fixed: bool, expected: str
) -> None:
    try:
        got = currency_of_amount(markers, usual, "amount", fixed=fixed)
    except RowRefused as refused:
        got = refused.reason.code
    assert got == expected


def test_a_currency_cell_is_a_code_a_sign_or_a_word() -> None:
    assert named_currency("usd", "VND", "c") == "USD"
    assert named_currency("đồng", "USD", "c") == "VND"
    assert named_currency("$", "SGD", "c") == "SGD"
    with pytest.raises(RowRefused, match="unknown-currency"):
        named_currency("bitcoin", "USD", "c")


def test_every_sign_names_currencies_that_exist() -> None:
    for sign in ("$", "€", "£", "¥", "₫", "đ", "rs", "kr", "fr."):
        assert candidates(sign)
        assert all(minor_digits(code) is not None for code in candidates(sign))


def test_the_exponents_are_those_of_iso_4217() -> None:
    known = {"VND": 0, "JPY": 0, "USD": 2, "EUR": 2, "MGA": 2, "KWD": 3, "TND": 3, "CLF": 4}
    assert {code: minor_digits(code) for code in known} == known
    assert minor_digits("usd") is None
    assert minor_digits("XAU") is None
    assert len(MINOR_DIGITS) > 160
    assert all(len(code) == 3 and code.isupper() for code in MINOR_DIGITS)


def grouped(whole: int, mark: str) -> str:
    """Write thousands in groups."""
    return f"{whole:,}".replace(",", mark)


@steady
@given(
    st.integers(0, MAX_MINOR),
    st.sampled_from(["USD", "VND", "KWD", "CLF"]),
    st.sampled_from([("", "."), ("", ","), (",", "."), (".", ","), (" ", ","), ("'", ".")]),
    st.sampled_from(["{}", "{} {c}", "{c} {}", "{c}{}", " {} "]),
)
def test_every_amount_survives_every_way_of_writing(
    amount: int, currency: str, marks: tuple[str, str], around: str
) -> None:
    group, point = marks
    digits = MINOR_DIGITS[currency]
    whole, fraction = divmod(amount, 10**digits)
    text = grouped(whole, group) + (f"{point}{fraction:0{digits}d}" if digits else "")
    cell = around.format(text, c=currency)
    style: Style = "." if point == "." else ","
    assert minor(cell, currency, style) == amount


@steady
@given(st.text(st.sampled_from("0123456789.,' $-()eE+đUSD"), max_size=14))
def test_any_cell_is_an_amount_or_refused(cell: str) -> None:
    for style in (".", ",", "mixed", "unknown"):
        try:
            got = minor(cell, "USD", style)
        except RowRefused:
            continue
        assert got is None or 0 <= got <= MAX_MINOR
