"""The header Range (RFC 9110, 14): which part of a file is asked for."""

import re
from dataclasses import dataclass
from typing import Final

_FORM: Final = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


class Unsatisfiable(Exception):  # noqa: N818 - says what is so
    """A range that begins behind the end of the file."""


@dataclass(frozen=True)
class ByteRange:
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.last - self.first + 1


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """Return the one range asked for; None means the whole file.

    A header that is malformed, of another unit or of several ranges is passed over, as the RFC
    allows. Raises Unsatisfiable.
    """
    form = _FORM.fullmatch(header) if header else None
    if form is None or form[1] == form[2] == "":
        return None
    if form[1] == "":
        length = min(int(form[2]), size)
        if length == 0:
            raise Unsatisfiable
        return ByteRange(size - length, size - 1)
    first, last = int(form[1]), int(form[2] or size - 1)
    if form[2] and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return ByteRange(first, min(last, size - 1))
