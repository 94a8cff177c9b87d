"""What a process that serves asks of Python's collector of garbage."""

import gc
from typing import Final

_YOUNG: Final = 20_000
_MIDDLE: Final = 20
_OLD: Final = 50


def settle_memory() -> None:
    """Look at what is loaded by now once, and never again; collect the rest less often.

    Modules, models and routes are some hundred thousand objects that live as long as the process.
    The collector would walk over all of them every few thousand requests, which showed up as
    stalls and as a tenth of the processor time of a command.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
