"""Who speaks to which carrier."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from treq.client import HTTPClient
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IAgent

from channels.backends.carriers.files import Aside, FilesCarrier
from channels.backends.carriers.http import HttpCarrier, HttpClient
from channels.backends.carriers.line import Line
from channels.backends.carriers.settings import CarrierSettings


def lines(
    settings: tuple[CarrierSettings, ...], node: str, reactor: Any, aside: Aside, now: Callable[[], float]
) -> dict[str, Line]:
    """The demonstration and account managers need nobody: the one goes by itself, the others read and go."""
    found: dict[str, Line] = _http([each for each in settings if each.kind == "http"], reactor)
    return found | {each.name: FilesCarrier(each, node, aside, now) for each in settings if each.kind == "files"}


def _http(spoken: Sequence[CarrierSettings], reactor: Any) -> dict[str, Line]:
    if not spoken:
        return {}
    agent = cast(IAgent, Agent(reactor, connectTimeout=5.0, pool=HTTPConnectionPool(reactor)))
    client = cast(HttpClient, HTTPClient(agent))
    return {each.name: HttpCarrier(each, client, reactor) for each in spoken}
