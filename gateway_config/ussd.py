"""USSD put together: the channel, the gate of its links, and what they need of the ledger and of the phrases."""

from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred

from channels.ussd.channel import Channel
from channels.ussd.doors import Doors
from channels.ussd.gateway import Recall, UssdGateway
from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.http import Caller
from channels.ussd.meters import UssdMeters
from channels.ussd.session import Manner
from channels.ussd.settings import UssdLinkSettings
from dialogs.manner import languages
from dialogs.phrases import CannotSay
from dialogs.words import Prompt
from gateway_config.settings import Settings
from orders.ledger.house import House
from orders.ledger.session_names import last_called, last_said
from orders.ledger.writer import Writer
from orders.outbound import Outbound


def make_channel(
    settings: Settings, writer: Writer, registry: CollectorRegistry, reactor: Any, now: Callable[[], float]
) -> Channel:
    house = writer.house

    def said(subscriber: str, prefix: str) -> "Deferred[tuple[Outbound, bool] | None]":
        return writer.run(lambda connection: last_said(connection, subscriber, prefix, now()))

    return Channel(
        ledger=writer,
        clock=reactor,
        now=now,
        new_id=lambda: house.ids.next(now()),
        meters=UssdMeters(registry),
        said=said,
        text_service=settings.text_service,
        text_validity=house.text_validity,
    )


def make_gateway(channel: Channel, writer: Writer, settings: Settings, now: Callable[[], float]) -> UssdGateway:
    def manner(link: UssdLinkSettings) -> Manner:
        return Manner(link.room, link.budget, link.silence, *too_slow(writer.house))

    return UssdGateway(channel, writer, recalling(writer, now), manner, country=settings.service.country)


def make_doors(channel: Channel, writer: Writer, settings: Settings, now: Callable[[], float]) -> Doors:
    """Where gateways over HTTP ask."""

    def opens(gateway: GatewaySettings, manner: Manner) -> Caller:
        return Caller(channel, gateway, manner, recalling(writer, now), settings.service.country)

    def manner(gateway: GatewaySettings) -> Manner:
        return Manner(gateway.room, gateway.budget, gateway.silence, *too_slow(writer.house))

    doors = Doors(channel, opens, manner)
    doors.follow(settings.ussd.gateway)
    return doors


def recalling(writer: Writer, now: Callable[[], float]) -> Recall:
    def recall(subscriber: str, prefix: str) -> "Deferred[tuple[str, str] | None]":
        return writer.run(lambda connection: last_called(connection, subscriber, prefix, now()))

    return recall


def too_slow(house: House) -> tuple[str, dict[str, str]]:
    """The polite last word, which no dialog says: its turn has not been taken yet. In the service's language, and in
    each that there is."""
    words = {language: _too_slow(house, language) for language in languages()}
    return words.get(house.language) or _too_slow(house, house.language), words


def _too_slow(house: House, language: str) -> str:
    try:
        return house.render("ussd", Prompt("apology.slow"), language)
    except CannotSay:  # an edition from before there was such a phrase
        return house.render("ussd", Prompt("apology.busy"), language)
