"""Where the databases of an installation are: three by name, which may be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self
from urllib.parse import parse_qs, urlsplit

Schema = Literal["log", "read", "reports"]

SCHEMAS: Final[tuple[Schema, ...]] = ("log", "read", "reports")
"""In the order in which they are made."""

VARIABLES: Final = {schema: f"COHOI_{schema.upper()}_DSN" for schema in SCHEMAS}
"""The variable that names the database of each schema; DATABASE_URL names that of all."""

IS_IT_RIGHT: Final = (
    f"Is it running, and is its address right, in {', '.join(VARIABLES.values())} "
    "or in DATABASE_URL for all of them?"
)


@dataclass(frozen=True)
class Addresses:
    """The addresses of the databases as their owner reaches them: `log` has `vault` beside it."""

    log: str
    read: str
    reports: str

    @classmethod
    def one(cls, dsn: str) -> Self:
        """Return the addresses of an installation that has all in one database."""
        return cls(log=dsn, read=dsn, reports=dsn)

    def of(self, schema: Schema) -> str:
        """Return where a schema is."""
        return {"log": self.log, "read": self.read, "reports": self.reports}[schema]

    def databases(self, schemas: Sequence[Schema] = SCHEMAS) -> dict[str, list[Schema]]:
        """Return each address once, with those of the schemas that are there."""
        found: dict[str, list[Schema]] = {}
        for schema in schemas:
            found.setdefault(self.of(schema), []).append(schema)
        return found


def place_of(dsn: str) -> str:
    """Return what of an address may be said aloud: server and database, and never who comes."""
    try:
        parts = urlsplit(dsn)
        port = parts.port
    except ValueError:
        return "an address that is none"
    asked = parse_qs(parts.query)
    host = parts.hostname or asked.get("host", ["a local socket"])[0]
    return f"{host}{f':{port}' if port else ''}{parts.path}"
