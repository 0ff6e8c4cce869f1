"""The way in by an identity provider, put together."""

import secrets
from collections.abc import Callable
from typing import Any, cast

from treq.client import HTTPClient
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IAgent

from channels.desk.oidc.provider import Provider
from channels.desk.oidc.visits import Visits
from gateway_config.desk_settings import DeskSettings


def make_visits(settings: DeskSettings, home: str, reactor: Any, now: Callable[[], float]) -> Visits | None:
    """home: how the outside calls this site."""
    if settings.oidc is None:
        return None
    pool = HTTPConnectionPool(reactor)
    agent = Agent(reactor, connectTimeout=settings.oidc.timeout, pool=pool)
    provider = Provider(settings.oidc, HTTPClient(cast(IAgent, agent)), reactor, now)
    return Visits(settings.oidc, provider, home, now, lambda: secrets.token_urlsafe(32))
