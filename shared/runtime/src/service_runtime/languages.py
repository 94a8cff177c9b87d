"""The two languages of the product, and which of them a request is answered in."""

import re
from typing import Final, Literal, NamedTuple, TypeGuard

Language = Literal["vi", "en"]
DEFAULT_LANGUAGE: Final[Language] = "vi"

_MAX_CHARACTERS = 1_000
_MAX_RANGES = 50
_RANGE = re.compile(
    r"(?P<tag>\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)"
    r"([ \t]*;[ \t]*[qQ][ \t]*=[ \t]*(?P<q>0(\.[0-9]{0,3})?|1(\.0{0,3})?))?"
)


class Words(NamedTuple):
    """One thing said in both languages."""

    vi: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return what it is called in this language."""
        return self.vi if language == "vi" else self.en


def is_language(value: object) -> TypeGuard[Language]:
    """Say whether a value is one of the languages that we speak."""
    return value in ("vi", "en")


def language_of(
    accept_language: str | None, *, user: str | None, organization: str | None
) -> Language:
    """Choose by the header (RFC 9110, 12.5.4), else the user's, else the organization's.

    The header's own order decides between equal weights. What is malformed, or lies beyond the
    first 50 ranges or 1,000 characters, is passed over.
    """
    own: Language = DEFAULT_LANGUAGE
    for known in (organization, user):
        if is_language(known):
            own = known
    if not accept_language:
        return own
    named = _weights(accept_language[:_MAX_CHARACTERS])
    anything = named.pop("*", 0.0)
    other: Language = "en" if own == "vi" else "vi"
    for_own, for_other = named.get(own, anything), named.get(other, anything)
    if for_own == for_other:
        # both named alike: the first; neither: our own, unless that one alone is refused
        first = next(iter(named), own)
        both_named, wanted = len(named) == len((own, other)), for_own > 0
        refused = not wanted and own in named and not both_named
        return other if refused or (wanted and both_named and first == other) else own
    return own if for_own > for_other else other


def _weights(header: str) -> dict[str, float]:
    """Return the weight of each language that we speak, and of `*`, in the header's order."""
    weights: dict[str, float] = {}
    for part in header.split(",")[:_MAX_RANGES]:
        form = _RANGE.fullmatch(part.strip(" \t"))
        if form is None:
            continue
        primary = form["tag"].split("-", 1)[0].lower()
        if primary == "*" or is_language(primary):
            weight = float(form["q"]) if form["q"] is not None else 1.0
            weights[primary] = max(weight, weights.get(primary, 0.0))
    return weights
