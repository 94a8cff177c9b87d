"""From text to records: quotation marks, line ends and line numbers, one record at a time.

Not the `csv` module, for two things that an import owes to people: the line of the *file* on
which a row begins, and that a stray quotation mark costs one row and not the rest of the file.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, NamedTuple

import msgspec

from command_api.domain.importing.reasons import Reason

MAX_CELL_CHARACTERS: Final = 10_000
MAX_COLUMNS: Final = 100
_LINE_END: Final = re.compile(r"\r\n?|\n")
_REST_OF_LINE: Final = re.compile(r"[^\r\n]*")
# Possessive: without it a long quoted cell would be remembered character by character.
_OPENING: Final = re.compile(r' *"')
_QUOTED: Final = re.compile(r' *"((?:[^"]++|"")*+)"[ ]*')


ProblemCode = Literal["unclosed-quote", "stray-quote"]


class Record(msgspec.Struct, frozen=True):
    """One record and the line on which it begins; with a problem, its cells are what was legible.

    Of a record of more than 100 cells only 101 are kept and counted.
    """

    line: int
    cells: tuple[str, ...]
    problem: Reason | None = None

    @property
    def width(self) -> int:
        """How many cells it has, counted to 101."""
        return len(self.cells)

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it: an empty line, or separators alone."""
        return self.problem is None and not any(map(str.strip, self.cells))


class _Place(NamedTuple):
    position: int
    line: int


def records(text: str, separator: str, start: int = 0, line: int = 1) -> Iterator[Record]:
    """Yield every record from a position on. Never fails; holds one record in memory.

    Lines with nothing but spaces and separators are passed over here, many at once: spreadsheets
    leave them behind by the million. What is blank only after unquoting is yielded.
    """
    blank = _blank_lines(separator)
    place = _Place(start, line)
    while True:
        skipped = blank.match(text, place.position)
        if skipped and skipped.end() > place.position:
            place = _Place(skipped.end(), place.line + _breaks(skipped[0]))
        if place.position >= len(text):
            return
        end = _LINE_END.search(text, place.position)
        stop, after = end.span() if end else (len(text), len(text))
        if text.find('"', place.position, stop) < 0:
            yield _checked(place.line, _split(text[place.position : stop], separator))
            place = _Place(after, place.line + 1)
        else:
            record, place = _quoted(text, separator, place)
            yield record


def _split(physical: str, separator: str) -> list[str]:
    """Part a line without quotation marks; blank cells beyond the 101st are nothing."""
    cells = physical.split(separator, MAX_COLUMNS)
    if len(cells) > MAX_COLUMNS and not cells[-1].strip(f"{separator} "):
        cells[-1] = ""
    return cells


def _quoted(text: str, separator: str, start: _Place) -> tuple[Record, _Place]:
    """Read a record in which quotation marks stand, cell by cell."""
    bare = _bare_cell(separator)
    cells: list[str] = []
    position, line = start
    while True:
        problem: ProblemCode | None = None
        if match := _QUOTED.match(text, position):
            cell = match[1].replace('""', '"')
            problem = _quote_problem(text, match.end(), separator, cell)
        elif _OPENING.match(text, position):
            cell, problem = "", "unclosed-quote"
        else:
            match = bare.match(text, position)
            cell = match[0] if match else ""
        cells.append(cell)
        if problem or len(cells) > MAX_COLUMNS:
            return _given_up(text, start, _Place(position, line), cells, problem)
        line += _breaks(cell)
        position = match.end() if match else position
        if text[position : position + 1] != separator:
            break
        position += 1
    end = _LINE_END.match(text, position)
    return _checked(start.line, cells), _Place(end.end() if end else position, line + 1)


def _quote_problem(text: str, end: int, separator: str, cell: str) -> ProblemCode | None:
    """Say what is wrong with a quoted cell that ends here, if anything.

    Text behind the closing mark, or an enormous cell, that began on an earlier line: the mark that
    closed it was another cell's opening one.
    """
    clean = text[end : end + 1] in ("", separator, "\r", "\n")
    spans = "\n" in cell or "\r" in cell
    if clean and not (spans and len(cell) > MAX_CELL_CHARACTERS):
        return None
    return "unclosed-quote" if spans else "stray-quote"


def _given_up(
    text: str, start: _Place, last: _Place, cells: list[str], problem: ProblemCode | None
) -> tuple[Record, _Place]:
    """Leave the record at the end of the line on which its last cell begins, and go on there."""
    rest = _REST_OF_LINE.match(text, last.position)
    stop = rest.end() if rest else last.position
    end = _LINE_END.match(text, stop)
    after = _Place(end.end() if end else stop, last.line + 1)
    if problem is None:
        return _checked(start.line, cells), after
    shown = text[start.position : min(stop, start.position + MAX_CELL_CHARACTERS)]
    return Record(start.line, (_nfc(shown),), Reason(problem, {"index": len(cells)})), after


def _checked(line: int, cells: list[str]) -> Record:
    for index, cell in enumerate(cells, start=1):
        if len(cell) > MAX_CELL_CHARACTERS:
            problem = Reason("cell-too-long", {"index": index, "limit": MAX_CELL_CHARACTERS})
            short = tuple(_nfc(cell[:MAX_CELL_CHARACTERS]) for cell in cells)
            return Record(line, short, problem)
    return Record(line, tuple(map(_nfc, cells)))


def _nfc(cell: str) -> str:
    """Normalize a cell, after splitting: U+037E would become a semicolon before it."""
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


@cache
def _bare_cell(separator: str) -> re.Pattern[str]:
    return re.compile(rf"[^\r\n{re.escape(separator)}]*")


@cache
def _blank_lines(separator: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[ \t{re.escape(separator)}]*+(?:\r\n?|\n))*+")
