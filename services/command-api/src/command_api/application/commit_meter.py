"""What the committer tells of its work to whoever counts."""

from typing import Protocol


class CommitMeter(Protocol):
    """Counts groups and what became of their commands."""

    def committed(self, commands: int, seconds: float) -> None:
        """Count a group that was decided and appended."""
        ...

    def failed(self, commands: int) -> None:
        """Count a group that the log's state kept from its end."""
        ...

    def again(self) -> None:
        """Count a command that lost to another one and is decided once more."""
        ...

    def repeated(self) -> None:
        """Count a command that its receipt answered."""
        ...

    def turned_away(self, reason: str) -> None:
        """Count a command that was not taken: the queue is `full`, or the log is `away`."""
        ...


class Uncounted:
    """Counts nothing."""

    def committed(self, commands: int, seconds: float) -> None:
        """Let it pass."""

    def failed(self, commands: int) -> None:
        """Let it pass."""

    def again(self) -> None:
        """Let it pass."""

    def repeated(self) -> None:
        """Let it pass."""

    def turned_away(self, reason: str) -> None:
        """Let it pass."""
