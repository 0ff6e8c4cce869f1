"""Message ids of the embedded message centre, such as no earlier run has used."""

import secrets
import sys
import time
from collections.abc import Callable


def message_ids() -> Callable[[], int]:
    first = time.time_ns() // 1000 * 1000 + secrets.randbelow(1000)
    counter = iter(range(first, sys.maxsize))
    return lambda: next(counter)
