"""What a text is found by and sorted by."""

from functools import lru_cache

from service_runtime.folding import fold_words, sort_key

ERASED_KEY = ""
_REMEMBERED = 16_384  # some ten megabytes; names come again and again, titles mostly do not


@lru_cache(maxsize=_REMEMBERED)
def words_of(*texts: str | None) -> tuple[str, ...]:
    """Return the distinct folded words of several texts, sorted, as a `tsvector` holds them."""
    return tuple(sorted(fold_words(" ".join(text for text in texts if text is not None))))


@lru_cache(maxsize=_REMEMBERED)
def key_of(name: str | None) -> str:
    """Return the sort key of a name; that of an erased one says nothing."""
    return ERASED_KEY if name is None else sort_key(name)
