"""A running Hall and gateways that speak HTTP: each style, a subscriber who types `*`, repeats, and who may ask."""

import json
from typing import Any

import pytest
import pytest_twisted
import treq
from sqlalchemy import select
from twisted.internet.defer import gatherResults

from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.styles import styles
from gateway_config import housekeeping
from gateway_config.settings import UssdSettings
from orders.ledger.tables import inbound, orders, outbound
from tests.gateway_config.opened_house import house, log
from tests.gateway_config.screen_carriers import TABLE
from tests.gateway_config.whole_house import WITHIN, House, soon

__all__ = ["house", "log"]

AFRICAN = styles()["africastalking"].model_dump()
ALICE, BOB = "+8613800138000", "+8613900139000"


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)


def gateway(**changes: Any) -> UssdSettings:
    plain: dict[str, Any] = {"name": "aggregator", "path": "/ussd/aggregator"}
    return UssdSettings(gateway=(GatewaySettings(**(plain | changes)),))


class African:
    """A session at Africa's Talking: the text is all that was put in."""

    def __init__(self, house: House, msisdn: str = ALICE, session: str = "ATUid_1") -> None:
        self.house, self.msisdn, self.session = house, msisdn, session
        self.inputs: list[str] = []

    async def asks(self, text: str | None = None, **more: str) -> str:
        form = {
            "sessionId": self.session,
            "serviceCode": "*100#",
            "phoneNumber": self.msisdn,
            "networkCode": "62120",
            "text": "*".join(self.inputs) if text is None else text,
            **more,
        }
        response = await treq.post(
            f"http://127.0.0.1:{self.house.web}/ussd/aggregator", data=form, persistent=False, timeout=WITHIN
        )
        assert response.code == 200
        return await response.text()

    async def types(self, text: str) -> str:
        self.inputs.append(text)
        return await self.asks()


def numbers(house: House) -> list[str]:
    return house.sees(lambda connection: list(connection.scalars(select(orders.c.number))))  # type: ignore[no-any-return]


def typed(house: House) -> list[str]:
    query = select(inbound.c.content).where(inbound.c.kind == "ussd").order_by(inbound.c.id)
    return house.sees(lambda connection: list(connection.scalars(query)))  # type: ignore[no-any-return]


@pytest_twisted.ensureDeferred
async def test_an_order_at_africas_talking(house: House) -> None:
    await house.starts(ussd=gateway())
    alice = African(house)
    assert (await alice.asks()).startswith("CON ")
    assert "酷派F800" in await alice.types("3")
    assert "1380.00" in await alice.types("1")
    placed = await alice.types("1")
    (number,) = numbers(house)
    assert placed.startswith("END ") and number in placed
    assert await alice.asks() == placed, "asked again, it is told the same"
    assert await alice.asks(status="Success", durationInMillis="12000", hopsCount="4") == ""
    assert len(numbers(house)) == 1
    assert typed(house) == ["*100#", "3", "1", "1"]


@pytest_twisted.ensureDeferred
async def test_a_subscriber_who_types_stars_is_heard_as_he_typed(house: House) -> None:
    await house.starts(ussd=gateway())
    alice = African(house)
    await alice.asks()
    for text in ("*", "3*1", "**", "0"):
        await alice.types(text)
    assert typed(house) == ["*100#", "*", "3*1", "**", "0"]


@pytest_twisted.ensureDeferred
async def test_straight_in_and_on(house: House) -> None:
    await house.starts(ussd=gateway())
    alice = African(house)
    alice.inputs = ["3", "1001"]
    assert "酷派F800" in await alice.asks()
    placed = await alice.types("1")
    assert numbers(house)[0] in placed
    assert typed(house) == ["*100*3*1001#", "1"]


@pytest_twisted.ensureDeferred
async def test_asked_twice_at_once_both_are_told_and_it_is_heard_once(house: House) -> None:
    await house.starts(ussd=gateway())
    alice = African(house)
    first, second = await gatherResults([soon(alice.asks()), soon(alice.asks())])
    assert first == second and typed(house) == ["*100#"]


@pytest_twisted.ensureDeferred
async def test_a_session_of_the_same_name_is_another_subscribers_own(house: House) -> None:
    """Nobody sees what somebody else was shown, however carelessly a gateway names its sessions."""
    await house.starts(ussd=gateway())
    for who in (ALICE, BOB):
        assert (await African(house, who).asks("4")).startswith("END ")
    heard = select(inbound.c.subscriber).where(inbound.c.kind == "ussd").order_by(inbound.c.id)
    assert house.sees(lambda connection: [f"+{who}" for who in connection.scalars(heard)]) == [ALICE, BOB]


@pytest_twisted.ensureDeferred
async def test_a_reload_brings_and_changes_gateways_and_drops_no_session(house: House) -> None:
    read = [house.settings(ussd=gateway())]
    server = await house.starts(ussd=gateway())
    server._again = lambda: read[-1]
    alice, url = African(house), f"http://127.0.0.1:{house.web}/ussd/second"
    assert (await alice.asks()).startswith("CON ")
    second = GatewaySettings(name="second", path="/ussd/second", style="json", secret="between us")
    changed = gateway(style={**AFRICAN, "goes_on": "FC ", "ends": "FB "}).gateway[0]
    read.append(house.settings(ussd=UssdSettings(gateway=(changed, second))))
    server.reload()
    assert "酷派F800" in (screen := await alice.types("3")) and screen.startswith("FC "), "and on in the new style"
    asked = {"sessionId": "1", "msisdn": BOB, "serviceCode": "*100#", "text": "", "type": "begin"}
    assert (await treq.post(url, json=asked, persistent=False)).code == 403
    told = await treq.post(url, json=asked, headers={"X-Hall-Secret": "between us"}, persistent=False)
    assert (await treq.json_content(told))["action"] == "continue"
    assert "/ussd/second" in json.loads((await house.gets("/api/openapi.json"))[1])["paths"]
    read.append(house.settings(ussd=gateway()))
    server.reload()
    assert (await treq.post(url, json=asked, persistent=False)).code == 404
    assert (await alice.types("1")).startswith("CON ")
    assert "/ussd/second" not in json.loads((await house.gets("/api/openapi.json"))[1])["paths"]


@pytest_twisted.ensureDeferred
async def test_who_dials_again_at_once_leaves_no_request_without_an_answer(house: House) -> None:
    await house.starts(ussd=gateway())
    screens = await gatherResults([soon(African(house, ALICE, str(each)).asks()) for each in range(8)])
    assert len(screens) == 8 and any(screen.startswith("CON ") for screen in screens)


@pytest_twisted.ensureDeferred
async def test_inputs_that_come_at_once_have_an_answer_each(house: House) -> None:
    """As no gateway should send them: each is told what came of its own, in their order."""
    await house.starts(ussd=gateway(style="json"))

    async def asks(text: str, what: str = "continue") -> str:
        body = {"sessionId": "1", "msisdn": ALICE, "serviceCode": "*100#", "text": text, "type": what}
        url = f"http://127.0.0.1:{house.web}/ussd/aggregator"
        response = await treq.post(url, json=body, persistent=False, timeout=WITHIN)
        return str((await response.json())["message"])

    await asks("", "begin")
    screens = await gatherResults([soon(asks("3")), soon(asks("7"))])
    assert ["输入无效" in screen for screen in screens] == [False, True], screens


@pytest_twisted.ensureDeferred
async def test_a_server_that_was_started_anew_goes_on_and_orders_nothing_twice(house: House) -> None:
    first = await house.starts(ussd=gateway())
    alice = African(house)
    await alice.asks()
    await alice.types("3")
    await alice.types("1")
    await first.stop()
    await house.starts(ussd=gateway())
    placed = await alice.types("1")
    (number,) = numbers(house)
    assert number in placed
    await house.server.stop()
    await house.starts(ussd=gateway())
    again = await alice.asks()
    assert len(numbers(house)) == 1, again


@pytest_twisted.ensureDeferred
async def test_a_last_answer_that_did_not_reach_him_goes_as_a_text(house: House) -> None:
    await house.starts(ussd=gateway())
    alice = African(house)
    alice.inputs = ["3", "1001"]
    await alice.asks()
    await alice.types("1")
    await alice.asks(status="Incomplete", errorMessage="Internal Error")
    text = await house.handset(ALICE.strip("+")).reads()
    assert numbers(house)[0] in text


@pytest_twisted.ensureDeferred
async def test_json(house: House) -> None:
    await house.starts(ussd=gateway(style="json"))

    async def asks(kind: str, text: str = "") -> Any:
        body = {"sessionId": "s1", "msisdn": ALICE, "serviceCode": "*100#", "text": text, "type": kind}
        response = await treq.post(
            f"http://127.0.0.1:{house.web}/ussd/aggregator", data=json.dumps(body).encode(), persistent=False
        )
        return json.loads(await response.text() or "{}")

    menu = await asks("begin", "*100#")
    assert menu["action"] == "continue" and menu["sessionId"] == "s1" and "1 " in menu["message"]
    await asks("continue", "3")
    await asks("continue", "1")
    placed = await asks("continue", "1")
    assert placed["action"] == "end" and numbers(house)[0] in placed["message"]
    assert await asks("timeout") == {}
    await asks("begin", "*100*1#")
    assert typed(house) == ["*100#", "3", "1", "1", "*100*1#"]


@pytest_twisted.ensureDeferred
async def test_a_table_of_ones_own(house: House) -> None:
    await house.starts(ussd=gateway(style=TABLE, codes=("*100#", "*123#")))

    async def asks(text: str, **more: str) -> tuple[str, str]:
        query = {"SESSIONID": "7", "MSISDN": ALICE, "USSDCODE": "*100#", "INPUT": text, **more}
        response = await treq.get(
            f"http://127.0.0.1:{house.web}/ussd/aggregator", params=query, persistent=False, timeout=WITHIN
        )
        action = response.headers.getRawHeaders("Freeflow") or [""]
        return action[0], await response.text()

    action, menu = await asks("")
    assert action == "FC" and "1 " in menu
    assert (await asks("3"))[0] == "FC"
    assert (await asks("1"))[0] == "FC"
    action, _ = await asks("1", clean="clean-session")
    assert action == ""
    assert numbers(house) == [] and typed(house) == ["*100#", "3", "1"]


@pytest.mark.parametrize(
    ("changes", "headers", "status"),
    [
        ({"secret": "hush"}, {}, 403),
        ({"secret": "hush"}, {"X-Hall-Secret": "hash"}, 403),
        ({"secret": "hush"}, {"X-Hall-Secret": "hush"}, 200),
        ({"addresses": ("192.0.2.0/24",)}, {}, 403),
        ({"addresses": ("192.0.2.0/24", "127.0.0.1")}, {}, 200),
    ],
)
@pytest_twisted.ensureDeferred
async def test_who_may_ask(house: House, changes: dict[str, Any], headers: dict[str, str], status: int) -> None:
    await house.starts(ussd=gateway(**changes))
    where = f"http://127.0.0.1:{house.web}/ussd/aggregator"
    form = {"sessionId": "1", "serviceCode": "*100#", "phoneNumber": ALICE, "text": ""}
    response = await treq.post(where, data=form, headers=headers, persistent=False, timeout=WITHIN)
    assert response.code == status
    await response.text()
    if status == 200:
        for bad in ({}, {"sessionId": "1"}, {"sessionId": "1", "phoneNumber": "nobody"}):
            response = await treq.post(where, data=bad, headers=headers, persistent=False, timeout=WITHIN)
            assert response.code == 400
            await response.text()
        response = await treq.get(where, headers=headers, persistent=False, timeout=WITHIN)
        assert response.code == 405
        await response.text()


@pytest_twisted.ensureDeferred
async def test_the_first_answer_is_there_when_the_row_is(house: House) -> None:
    await house.starts(ussd=gateway())
    await African(house).asks()
    states = house.sees(lambda connection: [tuple(row) for row in connection.execute(select(outbound.c.channel))])
    assert states == [("ussd",)]


class Json(African):
    """A session in the JSON style: each input by itself."""

    async def asks(self, text: str | None = None, **more: str) -> str:
        kind, said = ("continue", self.inputs[-1]) if self.inputs else ("begin", "*100#")
        body = {"sessionId": self.session, "msisdn": self.msisdn, "serviceCode": "*100#", "text": said, "type": kind}
        response = await treq.post(
            f"http://127.0.0.1:{self.house.web}/ussd/aggregator",
            data=json.dumps(body).encode(),
            persistent=False,
            timeout=WITHIN,
        )
        told = json.loads(await response.text())
        return f"{'CON' if told['action'] == 'continue' else 'END'} {told['message']}"


class Tabled(African):
    """A session in a style that is a table: what goes on stands in a header."""

    async def asks(self, text: str | None = None, **more: str) -> str:
        said = self.inputs[-1] if self.inputs else ""
        query = {"SESSIONID": self.session, "MSISDN": self.msisdn, "USSDCODE": "*100#", "INPUT": said}
        response = await treq.get(
            f"http://127.0.0.1:{self.house.web}/ussd/aggregator", params=query, persistent=False, timeout=WITHIN
        )
        goes_on = response.headers.getRawHeaders("Freeflow") == ["FC"]
        return f"{'CON' if goes_on else 'END'} {await response.text()}"


STYLES: dict[str, tuple[type[African], dict[str, Any]]] = {
    "africastalking": (African, {}),
    "json": (Json, {"style": "json"}),
    "table": (Tabled, {"style": TABLE}),
}


@pytest.mark.parametrize("style", STYLES)
@pytest_twisted.ensureDeferred
async def test_every_dialog_of_the_menu_in_each_style(house: House, style: str) -> None:
    """Balance, an order and where it is, the numbers, and the way out; each in a session of its own."""
    caller, changes = STYLES[style]
    await house.starts(ussd=gateway(**changes))

    async def session(name: str, *keys: str, msisdn: str = ALICE) -> str:
        alice = caller(house, msisdn, f"{style}_{name}")
        said = await alice.asks()
        for key in keys:
            assert said.startswith("CON "), said
            said = await alice.types(key)
        return said

    assert "18.88" in await session("balance", "1")
    placed = await session("order", "3", "1", "1")
    (number,) = numbers(house)
    assert placed.startswith("END ") and number in placed
    assert number in await session("status", "4")
    assert (await session("out", "0")).startswith("END ")
    assert (await session("numbers", "2", msisdn=BOB)).startswith("CON ")


@pytest_twisted.ensureDeferred
async def test_every_way_that_the_menu_leads_asks_or_ends(house: House) -> None:
    await house.starts(ussd=gateway())
    for key in "12340":
        alice = African(house, session=f"ATUid_{key}")
        assert (await alice.asks()).startswith("CON ")
        said = await alice.types(key)
        assert said.startswith(("CON ", "END ")) and len(said) > 4
