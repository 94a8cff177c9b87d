"""What a generation of the read models is made from: the SQL of its schema, with a print."""

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Final

from service_runtime.read_schema import schema_of

FOLD_REVISION: Final = 1
"""One more wherever the fold comes to other rows of the same tables: history is then replayed."""

_COMMENT: Final = re.compile(r"--[^\n]*")
_SPACE: Final = re.compile(r"\s+")
_SCHEMA: Final = "{schema}"


@dataclass(frozen=True)
class Definition:
    """The tables of a generation as SQL with holes `{schema}`, and which fold fills them."""

    text: str
    fold_revision: int = FOLD_REVISION

    @property
    def fingerprint(self) -> str:
        """Return what is another one when history must be replayed; comments count for nothing."""
        plain = _SPACE.sub(" ", _COMMENT.sub("", self.text)).strip()
        return hashlib.sha256(f"{self.fold_revision} {plain}".encode()).hexdigest()

    def of(self, number: int) -> str:
        """Return the SQL that fills the schema of one generation."""
        return self.text.replace(_SCHEMA, schema_of(number))


def present_definition() -> Definition:
    """Return the definition of this program."""
    file = resources.files("projector.adapters").joinpath("generation", "define.sql")
    return Definition(file.read_text(encoding="utf-8"))
