"""How names are stored, how status names are compared, and how names are found again."""

import unicodedata
from typing import Final

from service_runtime.folding import fold_name, fold_words

NAME_CHARACTERS: Final = 100
TITLE_CHARACTERS: Final = 300
REASON_CHARACTERS: Final = 500
REFERENCE_CHARACTERS: Final = 200
NOTE_CHARACTERS: Final = 10_000

__all__ = [
    "NAME_CHARACTERS",
    "NOTE_CHARACTERS",
    "REASON_CHARACTERS",
    "REFERENCE_CHARACTERS",
    "TITLE_CHARACTERS",
    "fold_name",
    "fold_words",
    "normalize_name",
    "normalize_text",
    "status_key",
]


def normalize_text(text: str) -> str:
    """Return running text as it is stored: NFC and trimmed, its line breaks kept."""
    return unicodedata.normalize("NFC", text).strip()


def normalize_name(text: str) -> str:
    """Return a name or title as it is stored: NFC, trimmed, runs of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def status_key(name: str) -> str:
    """Return what makes a status name unique on its board: case folds, accents count.

    `ĐÀM  PHÁN` equals `Đàm phán`, and `Dam phan` is another name (domain.md, rule 2). For finding
    customers and users there is `fold_name`, which folds the accents too.
    """
    return normalize_name(normalize_name(name).casefold())
