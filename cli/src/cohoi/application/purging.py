"""Making what was erased leave the files of the database too, not only its tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

Say = Callable[[str], None]
_STILL_READ: Final = (
    "Older read models are still read, perhaps by a large report: purge again once it has ended."
)


@dataclass(frozen=True)
class Purged:
    """What a purge came to; `left_over` are sentences on what it could not do."""

    erasures: int
    seconds: float
    left_over: tuple[str, ...]


class DatabaseFiles(Protocol):
    """What lies on the database's disk."""

    def pending(self) -> int:
        """Return the ordinal of the newest erasure that is not purged yet; 0 for none."""
        ...

    def rewrite_tables(self, say: Say) -> Sequence[str]:
        """Write tables that held something of people anew; return what could not be done."""
        ...

    def renew_write_ahead_log(self) -> Sequence[str]:
        """Let no segment stay that was written before; return what could not be done."""
        ...

    def settle(self, upto: int) -> int:
        """Note that erasures up to an ordinal are purged; return how many it are."""
        ...


class ReadModels(Protocol):
    """The read models, which are a fold of the log."""

    def rebuild(self) -> None:
        """Fold them anew, without the keys that are deleted."""
        ...

    def drop_kept(self) -> int:
        """Drop older ones, which nobody blanks any more; return how many somebody still reads."""
        ...


def purge(files: DatabaseFiles, models: ReadModels, say: Say, clock: Callable[[], float]) -> Purged:
    """Make what was erased so far leave the files; what could not be done leaves it pending.

    The order matters: the read models are folded anew without the deleted keys, then every row
    that was replaced or deleted is left behind by a copy of its table, and only then can the
    write-ahead log that told of all of it go.
    """
    began = clock()
    upto = files.pending()
    say("folding the read models anew …")
    models.rebuild()
    left_over = [_STILL_READ] if models.drop_kept() else []
    left_over += files.rewrite_tables(say)
    say("renewing the write-ahead log …")
    left_over += files.renew_write_ahead_log()
    erasures = 0 if left_over else files.settle(upto)
    return Purged(erasures, clock() - began, tuple(left_over))
