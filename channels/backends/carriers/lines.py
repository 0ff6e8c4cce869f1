"""Who speaks to which carrier."""

from typing import Any, cast

from treq.client import HTTPClient
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IAgent

from channels.backends.carriers.http import HttpCarrier, HttpClient
from channels.backends.carriers.line import Line
from channels.backends.carriers.settings import CarrierSettings


def lines(settings: tuple[CarrierSettings, ...], reactor: Any) -> dict[str, Line]:
    """The demonstration and account managers need nobody: the one goes by itself, the others read and go."""
    spoken = [each for each in settings if each.kind == "http"]
    if not spoken:
        return {}
    agent = cast(IAgent, Agent(reactor, connectTimeout=5.0, pool=HTTPConnectionPool(reactor)))
    client = cast(HttpClient, HTTPClient(agent))
    return {each.name: HttpCarrier(each, client, reactor) for each in spoken}
