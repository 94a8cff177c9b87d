"""Folders of migrations that tests write themselves."""

from dataclasses import dataclass
from pathlib import Path

from service_runtime.migrations import Migrations


@dataclass(frozen=True)
class MigrationFolder:
    """A folder of migrations of one made-up schema, `shop`."""

    path: Path

    def write(self, name: str, text: str) -> None:
        """Write one file."""
        (self.path / name).write_text(text, encoding="utf-8")

    @property
    def sets(self) -> list[Migrations]:
        """Return what `migrate` takes."""
        return [Migrations("shop", self.path)]
