"""The reactor around a server: started, told of signals, stopped.

SIGTERM, SIGINT   stop in good order, exit 0; a second one stops at once
SIGHUP            reload scripts, phrases and rules; no bind is dropped
"""

import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from gateway_config import logs
from gateway_config.server import Server
from gateway_config.settings import Settings

log = Logger()


def run_server(settings: Settings) -> None:
    from twisted.internet import reactor

    logs.begin(settings.log.level)
    server = Server(settings, reactor)
    server.prepare()
    run(reactor, server.start, server.stop, server.reload)


def run(
    reactor: Any,
    start: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
    reload: Callable[[], None],
) -> None:
    """Until a signal, or until starting has failed; then the process's exit status says which."""
    status = 0

    def failed(failure: Failure) -> None:
        nonlocal status
        status = 1
        log.failure("the server could not start", failure)
        reactor.stop()

    def started() -> None:
        Deferred.fromCoroutine(_told(start)).addErrback(failed)

    def told_to_stop(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        reactor.callFromThread(reactor.stop)

    async def last() -> None:
        try:
            await stop()
        except Exception:  # noqa: BLE001 - the process ends all the same, and says so
            log.failure("stopping did not go well")

    reactor.callWhenRunning(started)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(last()))
    signal.signal(signal.SIGHUP, lambda *_: reactor.callFromThread(reload))
    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    reactor.run(installSignalHandlers=False)
    sys.exit(status)


async def _told(start: Callable[[], Awaitable[None]]) -> None:
    await start()
