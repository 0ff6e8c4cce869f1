"""The reactor around a server: started, told of signals, stopped.

SIGTERM, SIGINT   stop in good order, exit 0; a second one stops at once
SIGHUP            reload scripts, phrases, rules and links; no bind is dropped but of a link that was changed
SIGUSR1, SIGUSR2  take all links of this node out of service, and put them back
"""

import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ReactorNotRunning
from twisted.logger import Logger
from twisted.python.failure import Failure

from gateway_config import garbage, logs
from gateway_config.ports import PortTaken
from gateway_config.server import Server
from gateway_config.settings import Settings
from gateway_config.storage import NoDatabase

MENDABLE = (PortTaken, NoDatabase)

log = Logger()


def run_server(settings: Settings, again: Callable[[], Settings]) -> None:
    from twisted.internet import reactor

    logs.begin(settings.log.level)
    server = Server(settings, reactor, again=again)
    server.prepare()
    run(reactor, server.start, server.stop, server.reload, server.hold)


def run(
    reactor: Any,
    start: Callable[[], Coroutine[Any, Any, None]],
    stop: Callable[[], Coroutine[Any, Any, None]],
    reload: Callable[[], None],
    hold: Callable[[bool, str], None] = lambda out, by: None,
) -> None:
    """Until a signal, or until starting has failed; the process's exit status says which.

    Raises what an operator can mend: PortTaken, NoDatabase.
    """
    failures: list[Failure] = []

    def failed(failure: Failure) -> None:
        failures.append(failure)
        if not failure.check(*MENDABLE):
            log.failure("the server could not start", failure)
        end()

    def end() -> None:
        with suppress(ReactorNotRunning):  # it is on its way out already
            reactor.stop()

    def told_to_stop(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        reactor.callFromThread(end)

    async def first() -> None:
        await start()
        garbage.settle()

    async def last() -> None:
        try:
            await stop()
        except Exception:  # noqa: BLE001 - the process ends all the same, and says so
            log.failure("stopping did not go well")

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(first()).addErrback(failed))
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(last()))
    signal.signal(signal.SIGHUP, lambda *_: reactor.callFromThread(reload))
    signal.signal(signal.SIGUSR1, lambda *_: reactor.callFromThread(hold, True, "SIGUSR1"))
    signal.signal(signal.SIGUSR2, lambda *_: reactor.callFromThread(hold, False, "SIGUSR2"))
    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    reactor.run(installSignalHandlers=False)
    for failure in failures:
        if failure.check(*MENDABLE):
            failure.raiseException()
    sys.exit(1 if failures else 0)
