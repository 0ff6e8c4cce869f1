"""Which account carries a reply, as `[[sms.route]]` of the configuration says: the first route that matches counts.

    route     short_codes, prefixes, scripts, phrases: each that is given must match; one that is not given matches all
              accounts: in this order; the next one has the message when no link of those before it is bound
    account   the links that share a name: first those of the lowest rank that are bound, by their weights among each
              other

Without any route, every link that may send from the message's address is as good as every other, by rank and weight;
but in a rank those of the account on which the subscriber was heard last come first, for that message centre is his.
A message that matches no route, or that no link of its accounts may ever carry, has no route: it is given up at once,
where somebody sees it, and not tried for a day.
"""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from channels.smpp.settings import LinkSettings
from orders.outbound import Outbound

Prefix = Annotated[str, Field(pattern=r"^\+?[0-9]{1,15}$")]
Name = Annotated[str, Field(min_length=1)]


class RouteSettings(BaseModel):
    """
    short_codes: the addresses that the message comes from.
    prefixes:    how the subscriber's number begins, with its country code.
    scripts:     which script says it.
    phrases:     what is said, by the phrases' keys: `order.*` is all that the order dialog says.
    accounts:    accounts, by their names; a link without an account is one by itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    short_codes: tuple[Name, ...] = ()
    prefixes: tuple[Prefix, ...] = ()
    scripts: tuple[Name, ...] = ()
    phrases: tuple[Name, ...] = ()
    accounts: tuple[Name, ...] = Field(min_length=1)

    def matches(self, message: Outbound) -> bool:
        return (
            (not self.short_codes or message.service in self.short_codes)
            and (not self.prefixes or message.subscriber.startswith(tuple(each.lstrip("+") for each in self.prefixes)))
            and (not self.scripts or message.script in self.scripts)
            and (not self.phrases or any(fnmatchcase(message.phrase, each) for each in self.phrases))
        )


class NoRoute(Exception):
    """No link carries the message, whatever is bound."""


NOWHERE = -1
MOST_KNOWN = 1_000

Groups = tuple[frozenset[str], ...]


class Router:
    """What is configured, made quick to ask: every message asks."""

    def __init__(self, routes: Sequence[RouteSettings], links: Iterable[LinkSettings]) -> None:
        self._routes = tuple(routes)
        self._links = tuple(links)
        self._known: dict[tuple[int, str, str], Groups] = {}

    @property
    def by_home(self) -> bool:
        """Whether it matters on which account a subscriber was heard."""
        return not self._routes and len({link.called for link in self._links}) > 1

    def able(self, message: Outbound, home: str = "") -> Groups:
        """The names of the links that may carry it, in groups: of the first that has one bound, one is taken.

        home: the account on which the subscriber was heard last, if that is known."""
        place = next((place for place, route in enumerate(self._routes) if route.matches(message)), NOWHERE)
        if self._routes and place == NOWHERE:
            raise NoRoute(f"no [[sms.route]] matches {message.phrase or 'it'} from {message.service} to this number")
        key = (place, message.service, home if place == NOWHERE else "")
        groups = self._known.get(key)
        if groups is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            groups = self._known[key] = self._grouped(*key)
        return groups

    def _grouped(self, place: int, service: str, home: str) -> Groups:
        carrying = [link for link in self._links if carries(link, service)]
        if place == NOWHERE:
            return _homely(_ranked(carrying), {link.name for link in carrying if link.called == home}) or _none(
                f"no link may send from {service}: see short_codes of [[sms.link]]"
            )
        route = self._routes[place]
        groups = [
            group
            for account in route.accounts
            for group in _ranked([link for link in carrying if link.called == account])
        ]
        return tuple(groups) or _none(
            f"no link of {' or '.join(route.accounts)} may send from {service}: see [[sms.route]] and short_codes"
        )


def carries(link: LinkSettings, service: str) -> bool:
    return link.bind != "receiver" and (not link.short_codes or service in link.short_codes)


def _ranked(links: list[LinkSettings]) -> Groups:
    ranks = sorted({link.rank for link in links})
    return tuple(frozenset(link.name for link in links if link.rank == rank) for rank in ranks)


def _homely(groups: Groups, home: set[str]) -> Groups:
    """Of each rank first those where he is at home."""
    return tuple(part for group in groups for part in (group & home, group - home) if part)


def _none(why: str) -> Groups:
    raise NoRoute(why)


def unknown_accounts(routes: Iterable[RouteSettings], links: Iterable[LinkSettings]) -> list[tuple[int, str]]:
    """The accounts that routes name and no link has, by the route's place."""
    known = {link.called for link in links}
    return [
        (place, account) for place, route in enumerate(routes) for account in route.accounts if account not in known
    ]


T = TypeVar("T")


class Shares:
    """Takes turns by weight, evenly: of weights 3 and 1, every fourth goes to the second, and not three in a row first.

    Each candidate gains its weight; the one that has most is taken, and pays what all have gained.
    """

    def __init__(self) -> None:
        self._credit: dict[str, float] = {}

    def take(self, candidates: Sequence[T], name: Callable[[T], str], weight: Callable[[T], float]) -> T:
        if len(candidates) == 1:
            return candidates[0]
        credit = self._credit
        for each in candidates:
            credit[name(each)] = credit.get(name(each), 0.0) + weight(each)
        taken = max(candidates, key=lambda each: credit[name(each)])
        credit[name(taken)] -= sum(weight(each) for each in candidates)
        return taken
