"""New identifiers: UUIDs of version 7, growing within a process."""

import secrets
import threading
import time
from uuid import UUID

_COUNTER_BITS = 42
_COUNTER_SEED_BITS = 41  # the top bit starts at 0, so a millisecond has room for 2^41 more


class _Generator:
    """Version 7 with the 42-bit counter of RFC 9562, 6.2, method 1, as Python 3.14 has it.

    The millisecond never goes back: after a step of the clock the counter carries on under
    the last one, so that ids made one after another always sort so.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def next(self) -> UUID:
        """Make the next id."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._milliseconds:
                self._milliseconds = now
                self._counter = secrets.randbits(_COUNTER_SEED_BITS)
            else:
                self._counter += 1
                if self._counter >> _COUNTER_BITS:
                    self._milliseconds += 1
                    self._counter = secrets.randbits(_COUNTER_SEED_BITS)
            milliseconds, counter = self._milliseconds, self._counter
        high, low = counter >> 30, counter & ((1 << 30) - 1)
        value = (milliseconds & ((1 << 48) - 1)) << 80
        value |= 0x7 << 76 | high << 64
        value |= 0b10 << 62 | low << 32
        value |= secrets.randbits(32)
        return UUID(int=value)


_generator = _Generator()


def new_id() -> UUID:
    """Return a new UUIDv7, greater than every one that this process made before."""
    return _generator.next()
