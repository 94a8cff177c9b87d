"""How many files and connections a process may hold open."""

import resource
from typing import Final

ENOUGH: Final = 65_536


def allow_all_file_handles() -> int:
    """Raise our limit to what the system lets us have, and return it.

    The usual limit of 1,024 is less than the connections that the web takes.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unbounded = resource.RLIM_INFINITY
    wanted = soft if soft == unbounded else ENOUGH if hard == unbounded else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
