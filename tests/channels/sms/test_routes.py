"""Which account carries a reply, and which of its links."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from channels.smpp.settings import LinkSettings
from channels.sms.routes import NoRoute, Router, RouteSettings, Shares, unknown_accounts
from orders.outbound import Outbound

NOW = 1_800_000_000.0


def link(name: str, **changes: Any) -> LinkSettings:
    return LinkSettings(name=name, connect="tcp:x", system_id="hall", short_codes=("10086",), **changes)


def message(
    service: str = "10086", subscriber: str = "8613800138000", phrase: str = "order.placed", script: str = "order"
) -> Outbound:
    return Outbound(1, subscriber, "sms", service, "", "hi", NOW, NOW, NOW, phrase=phrase, script=script)


def named(router: Router, **of: str) -> list[set[str]]:
    return [set(group) for group in router.able(message(**of))]


TWO = [link("mobile-tx", account="mobile", bind="transmitter"), link("mobile-rx", account="mobile", bind="receiver")]
OTHERS = [link("unicom", rank=1), link("telecom")]


def test_without_routes_every_link_that_may_send_from_the_address_is_able_by_rank() -> None:
    router = Router((), [*TWO, *OTHERS, link("other").model_copy(update={"short_codes": ("10010",)})])
    assert named(router) == [{"mobile-tx", "telecom"}, {"unicom"}], "a receiver sends nothing"


def test_without_routes_a_subscriber_is_answered_where_he_was_heard_if_he_can_be() -> None:
    router = Router((), [*TWO, *OTHERS, link("roaming")])
    at_home = [set(group) for group in router.able(message(), "mobile")]
    assert at_home == [{"mobile-tx"}, {"telecom", "roaming"}, {"unicom"}]
    standing_by = [set(group) for group in router.able(message(), "unicom")]
    assert standing_by == [{"mobile-tx", "telecom", "roaming"}, {"unicom"}], "a rank is a rank"
    assert router.by_home and not Router((), TWO).by_home


def test_a_route_knows_no_home() -> None:
    router = Router([RouteSettings(accounts=("telecom", "mobile"))], [*TWO, *OTHERS])
    assert [set(group) for group in router.able(message(), "mobile")] == [{"telecom"}, {"mobile-tx"}]
    assert not router.by_home


def test_the_first_route_that_matches_counts_and_its_accounts_follow_each_other() -> None:
    routes = [
        RouteSettings(prefixes=("+86138", "86139"), accounts=("mobile", "telecom")),
        RouteSettings(phrases=("order.*",), accounts=("unicom",)),
        RouteSettings(accounts=("telecom",)),
    ]
    router = Router(routes, [*TWO, *OTHERS])
    assert named(router) == [{"mobile-tx"}, {"telecom"}]
    assert named(router, subscriber="8613100131000") == [{"unicom"}]
    assert named(router, subscriber="8613100131000", phrase="balance.told") == [{"telecom"}]


def test_a_script_is_routed_whatever_phrase_it_says() -> None:
    routes = [RouteSettings(scripts=("order", "numbers"), accounts=("mobile",)), RouteSettings(accounts=("telecom",))]
    router = Router(routes, [*TWO, *OTHERS])
    assert named(router, phrase="apology.not_understood") == [{"mobile-tx"}]
    assert named(router, script="balance") == [{"telecom"}]
    assert named(router, script="") == [{"telecom"}]


def test_all_that_a_route_names_must_match() -> None:
    route = RouteSettings(short_codes=("10086",), prefixes=("86138",), phrases=("order.*", "notice.*"), accounts=("a",))
    assert route.matches(message()) and route.matches(message(phrase="notice.confirmed"))
    assert not route.matches(message(service="10010"))
    assert not route.matches(message(subscriber="8613900139000"))
    assert not route.matches(message(phrase="ordering"))


@pytest.mark.parametrize(
    ("routes", "why"),
    [
        ([RouteSettings(prefixes=("852",), accounts=("mobile",))], r"no \[\[sms.route\]\] matches order.placed"),
        ([RouteSettings(accounts=("ear",))], "no link of ear may send from 10086"),
        ([], "no link may send from 10010"),
    ],
)
def test_no_route_says_what_is_missing(routes: list[RouteSettings], why: str) -> None:
    router = Router(routes, [*TWO, link("ear", bind="receiver")])
    with pytest.raises(NoRoute, match=why):
        router.able(message() if routes else message(service="10010"))


def test_addresses_that_strangers_made_up_do_not_fill_the_memory() -> None:
    router = Router((), [link("any").model_copy(update={"short_codes": ()})])
    for number in range(5_000):
        router.able(message(service=str(number)))
    assert len(router._known) <= 1_000


def test_an_account_that_no_link_has_is_found() -> None:
    routes = [RouteSettings(accounts=("mobile",)), RouteSettings(accounts=("unicom", "nobody"))]
    assert unknown_accounts(routes, [*TWO, *OTHERS]) == [(1, "nobody")]


def test_a_route_leads_somewhere() -> None:
    with pytest.raises(ValidationError):
        RouteSettings(accounts=())


def test_shares_are_even_and_by_weight() -> None:
    shares, weights = Shares(), {"a": 3.0, "b": 1.0}
    taken = [shares.take(["a", "b"], str, weights.__getitem__) for _ in range(40)]
    assert Counter(taken) == {"a": 30, "b": 10}
    assert all(Counter(taken[place : place + 4])["b"] == 1 for place in range(0, 40, 4))


def test_whoever_was_away_does_not_make_up_for_it() -> None:
    shares, even = Shares(), lambda name: 1.0
    for _ in range(100):
        assert shares.take(["a"], str, even) == "a"
    assert Counter(shares.take(["a", "b"], str, even) for _ in range(10)) == {"a": 5, "b": 5}
