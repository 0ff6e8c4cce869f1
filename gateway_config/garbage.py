"""What the garbage collector is spared.

A running Hall holds some hundred thousand objects that stay for as long as it runs: modules, scripts, phrases, the
statements of the database. A full collection walks through all of them, with every thread at a standstill for a tenth
of a second, to find that they are all still there; whoever texts or dials just then waits for it. So what is there
once the server has started is set aside (`gc.freeze`), and a full collection looks only at what has come since. That
is done once: an edition that is published later, and given up for another, is found as before.
"""

import gc
from typing import Final

YOUNG: Final = 10_000  # new objects between two looks at the young ones; Python's own is 700, for smaller programs


def settle() -> None:
    """What is there now is here to stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
