"""Media types in headers: what a body is, and what a client accepts."""

import re

_MAX_CHARACTERS = 1_000
_MAX_RANGES = 50
_WEIGHT = re.compile(r"q\s*=\s*(0(\.[0-9]{0,3})?|1(\.0{0,3})?)", re.IGNORECASE)


def is_json(content_type: str | None) -> bool:
    """Say whether a Content-Type is JSON in UTF-8: application/json or a +json type."""
    kind, charset = _parsed(content_type)
    fits = kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
    return fits and charset in {"", "utf-8"}


def is_form(content_type: str | None) -> bool:
    """Say whether a Content-Type is multipart/form-data."""
    return _parsed(content_type)[0] == "multipart/form-data"


def accepts(accept: str | None, produced: str) -> bool:
    """Say whether an Accept header takes a media type (RFC 9110, 12.5.1: the nearest range counts).

    A header that nobody can read accepts everything.
    """
    if not accept or not accept.strip():
        return True
    weights: dict[str, float] = {}
    for part in accept[:_MAX_CHARACTERS].split(",")[:_MAX_RANGES]:
        media_range, *options = (piece.strip() for piece in part.split(";"))
        if "/" in media_range:
            weight = next(
                (float(found[1]) for o in options if (found := _WEIGHT.fullmatch(o))), 1.0
            )
            known = weights.get(media_range.lower(), 0.0)
            weights[media_range.lower()] = max(weight, known)
    if not weights:
        return True
    family = produced.split("/", 1)[0]
    for media_range in (produced, f"{family}/*", "*/*"):
        if media_range in weights:
            return weights[media_range] > 0
    return False


def _parsed(content_type: str | None) -> tuple[str, str]:
    """Return the type and the charset, both in lower case, empty where there is none."""
    kind, *options = (piece.strip().lower() for piece in (content_type or "").split(";"))
    for option in options:
        name, _, value = option.partition("=")
        if name.strip() == "charset":
            return kind, value.strip().strip('"').replace("utf8", "utf-8")
    return kind, ""
