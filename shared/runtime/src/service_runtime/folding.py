"""How words are folded for searching and sorting, the same in every service and on every database.

PostgreSQL runs under the C locale everywhere, so case, accents and order are settled here.
"""

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_STROKED: Final = str.maketrans({"đ": "d", "Đ": "D"})
MAX_WORDS: Final = 256
MAX_WORD_CHARACTERS: Final = 64


def fold(text: str) -> str:
    """Fold case, accents and đ: `Đàm phán` and `dam phan` become the same."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_STROKED).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).translate(_STROKED)


def fold_words(text: str) -> list[str]:
    """Return a text's distinct folded words in order, at most 256 of 64 characters."""
    words = (word[:MAX_WORD_CHARACTERS] for word in _WORD.findall(fold(text)))
    return list(dict.fromkeys(words))[:MAX_WORDS]


def fold_name(text: str) -> str:
    """Fold a name for finding it again: words folded, everything else one space."""
    return " ".join(_WORD.findall(fold(text)))


def sort_key(text: str) -> str:
    """Return a key that sorts under the C collation: base letters first, then the accents.

    d sorts before đ and a before à, but only where all else is equal, as Vietnamese readers expect
    in a list of names.
    """
    return f"{fold(text)[:200]}\x01{unicodedata.normalize('NFD', text.casefold())[:200]}"
