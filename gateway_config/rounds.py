"""Looking for something again and again: what the parts of a server have in common that follow what others wrote."""

from collections.abc import Awaitable, Callable

from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from channels.clock import Clock, pause
from orders.arrival import LedgerAway

log = Logger()


async def looking(what: str, look: Callable[[], Awaitable[None]], every: float, clock: Clock) -> None:
    """Until cancelled. `what` is looked for, in words: a look that goes wrong is logged, and is not the last."""
    while True:
        try:
            await look()
        except LedgerAway:
            log.debug("{what} waits for the database", what=what)
        except CancelledError:
            raise
        except Exception:  # noqa: BLE001 - one bad round must not be the last
            log.failure("{what} could not be followed", what=what)
        await pause(clock, every)
