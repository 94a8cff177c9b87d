"""The file of what a bulk refused: id and reason."""

from collections.abc import Iterable

from command_api.application.bulk.ports import RefusedOne
from command_api.application.csv_lines import first_line, further_lines
from service_runtime.languages import Language, Words

_ID = Words("mã", "id")
_REASON = Words("lý do", "reason")


def heading(language: Language) -> bytes:
    """Return the first line."""
    return first_line((_ID.in_language(language), _REASON.in_language(language)))


def lines(refused: Iterable[RefusedOne], language: Language) -> bytes:
    """Return the lines of some refused ones."""
    return further_lines((str(one.id), one.vi if language == "vi" else one.en) for one in refused)
