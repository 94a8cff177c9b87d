"""How a currency is named in a cell or a header: by its code, its sign or its word."""

from functools import cache
from typing import Final

from command_api.domain.importing.reasons import RowRefused, refuse_row
from command_api.domain.money import minor_digits
from command_api.domain.text import status_key

# A sign that several currencies share names all of them, and the file's own currency decides.
_SIGNS: Final[dict[str, str]] = {
    "$": "USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP BRL BND FJD JMD NAD TTD UYU XCD BSD BBD BZD",
    "us$": "USD",
    "a$ au$": "AUD",
    "c$ ca$": "CAD",
    "nz$": "NZD",
    "s$": "SGD",
    "hk$": "HKD",
    "nt$": "TWD",
    "mx$": "MXN",
    "r$": "BRL",
    "€ euro euros": "EUR",
    "£": "GBP EGP FKP GIP LBP SHP SSP SYP",
    "¥ 円 元": "JPY CNY",
    "rmb": "CNY",
    "₫ đ đồng vnđ dong": "VND",
    "₩": "KRW KPW",
    "₹ rs rs.": "INR PKR LKR NPR MUR",
    "฿": "THB",
    "₱": "PHP",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "₦": "NGN",
    "₡": "CRC",
    "₭": "LAK",
    "₸": "KZT",
    "៛": "KHR",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "rp rp.": "IDR",
    "rm": "MYR",
    "kr kr.": "SEK NOK DKK ISK",
    "fr fr.": "CHF",
}


@cache
def _known_signs() -> dict[str, tuple[str, ...]]:
    return {sign: tuple(codes.split()) for signs, codes in _SIGNS.items() for sign in signs.split()}


def candidates(marker: str) -> tuple[str, ...]:
    """Return the currencies that a text may name, none if it names no currency."""
    code = marker.strip().upper()
    if minor_digits(code) is not None:
        return (code,)
    return _known_signs().get(status_key(marker), ())


def named_currency(marker: str, usual: str, column: str) -> str:
    """Return the currency that a currency cell names; `usual` decides where it leaves a choice."""
    possible = candidates(marker)
    if not possible:
        raise refuse_row("unknown-currency", column=column)
    return _chosen(possible, usual, column)


def currency_of_amount(markers: tuple[str, ...], usual: str, column: str, *, fixed: bool) -> str:
    """Return the currency of an amount that carries signs or codes.

    `usual` is the row's currency so far: from its currency column (`fixed`: nothing may contradict
    it) or the file's (what the cell itself says goes before it).
    """
    possible: tuple[str, ...] = ()
    for marker in markers:
        named = candidates(marker)
        both = tuple(code for code in possible if code in named) if possible else named
        if not both:
            raise refuse_row("not-a-number", column=column)
        possible = both
    if not possible or usual in possible:
        return usual
    if fixed:
        raise refuse_row("currency-conflict", column=column, found=possible[0], currency=usual)
    return _chosen(possible, usual, column)


def _chosen(possible: tuple[str, ...], usual: str, column: str) -> str:
    if usual in possible:
        return usual
    if len(possible) == 1:
        return possible[0]
    raise _unclear(possible, column)


def _unclear(possible: tuple[str, ...], column: str) -> RowRefused:
    shown = ", ".join(possible[:4]) + (" …" if len(possible) > 4 else "")  # noqa: PLR2004 - for reading
    return refuse_row("unclear-currency", column=column, candidates=shown)
