"""The ids that an import gives: the same row, customer or user gets the same one, every time."""

import hmac
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID, uuid5

from command_api.domain.importing.identity import Identity
from command_api.domain.importing.names import spelling
from command_api.domain.text import status_key

LABEL: Final = b"cohoi import ids 1"
"""What an organization's key is derived for, before its id; another label makes other ids."""

_VERSION_8: Final = 0x8 << 76
_VARIANT: Final = 0b10 << 62
_VERSION_MASK: Final = ~(0xF << 76)
_VARIANT_MASK: Final = ~(0b11 << 62)


class Identifiers:
    """Ids under an organization's key, so that nobody can find out a name by trying."""

    def __init__(self, org: UUID, key: bytes) -> None:
        self._org = org
        self._key = key

    def opportunity(self, board_id: UUID, identity: Identity) -> UUID:
        """Return the id of a row's opportunity (rule 27)."""
        if identity.kind == "id":
            return uuid5(uuid5(self._org, str(board_id)), identity.text)
        return self._made("opportunity", str(board_id), identity.text, str(identity.occurrence))

    def named(self, kind: Literal["customer", "user"], name: str, generation: int) -> UUID:
        """Return the id of who has a name; a further generation where the one before is gone."""
        return self._made(kind, spelling(name), str(generation))

    def board(self, name: str, generation: int) -> UUID:
        """Return the id of a board that has to be made."""
        return self._made("board", status_key(name), str(generation))

    def _made(self, *parts: str) -> UUID:
        code = hmac.new(self._key, digestmod=sha256)
        for part in parts:
            raw = part.encode()
            code.update(b"%d:" % len(raw))
            code.update(raw)
        value = int.from_bytes(code.digest()[:16], "big")
        value = value & _VERSION_MASK | _VERSION_8  # RFC 9562: version 8 is for ids of one's own
        return UUID(int=value & _VARIANT_MASK | _VARIANT)
