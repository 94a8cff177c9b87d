"""How many persons of each organization were erased, and whom a batch of facts erased."""

from collections.abc import Iterator
from uuid import UUID

from opportunity_events.envelope import Stream
from opportunity_events.v1 import ContactErased, CustomerErased, UserErased
from projector.domain.timeline import Key

COLUMNS = ("org", "count")


class Erasures:
    """Counts by organization, and the streams and keys of which older rows must be blanked."""

    def __init__(self) -> None:
        self._counts: dict[UUID, int] = {}
        self.users: set[Key] = set()
        self.customers: set[Key] = set()
        self.contacts: set[tuple[UUID, UUID, UUID]] = set()
        self.keys: set[Key] = set()

    def erase(self, stream: Stream, data: UserErased | CustomerErased | ContactErased) -> None:
        """Count one person more whose key is deleted."""
        self._counts[stream.org] = self._counts.get(stream.org, 0) + 1
        self.keys.add((stream.org, data.key))
        if isinstance(data, UserErased):
            self.users.add((stream.org, stream.id))
        elif isinstance(data, CustomerErased):
            self.customers.add((stream.org, stream.id))
        else:
            self.contacts.add((stream.org, stream.id, data.contact_id))

    def rows(self) -> Iterator[tuple[UUID, int]]:
        """Yield the rows of `erasures`."""
        yield from self._counts.items()
