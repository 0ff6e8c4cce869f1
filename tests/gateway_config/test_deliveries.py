"""One running Hall and a carrier who speaks HTTP: down at first, he takes it, tells of it, and is asked for it back."""

import csv
import hashlib
import hmac
import json
import re
import time
from typing import Any

import pytest
import pytest_twisted
import treq
from sqlalchemy import select
from twisted.web.resource import Resource
from twisted.web.server import Site

from channels.backends.carriers.settings import CarrierSettings, DispatchSettings
from gateway_config import deliveries, housekeeping
from gateway_config.settings import OrderSettings
from gateway_config.survey_settings import SurveySettings
from orders.ledger.tables import consignment_events, consignments, orders
from tests.gateway_config.opened_house import house, log
from tests.gateway_config.whole_house import WITHIN, Handset, House

__all__ = ["house", "log"]

ALICE = "8613800138000"
SECRET = "what only the two of us know"


class CarrierSystem(Resource):
    """By the form that is agreed on. `down`: how often he answers 503 before he is himself."""

    isLeaf = True  # noqa: N815 - as Twisted spells it

    def __init__(self) -> None:
        super().__init__()
        self.down = 1
        self.granted = True
        self.heard: list[tuple[str, str, Any]] = []

    def render_POST(self, request: Any) -> bytes:
        key = request.getHeader("idempotency-key")
        self.heard.append((request.path.decode(), key, json.loads(request.content.read())))
        assert request.getHeader("authorization") == "Bearer token"
        if self.down:
            self.down -= 1
            request.setResponseCode(503)
            return b"maintenance"
        if request.path.endswith(b"/recall"):
            return json.dumps({"granted": self.granted}).encode()
        request.setResponseCode(201)
        return json.dumps({"tracking": "SF1001"}).encode()


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    monkeypatch.setattr(deliveries, "EVERY", 0.05)
    monkeypatch.setattr(deliveries, "OFTEN", 2)


async def with_carrier(house: House, **survey: Any) -> CarrierSystem:
    system = CarrierSystem()
    port = await house._listens(Site(system))
    carrier = CarrierSettings(
        name="sf", kind="http", names={"zh": "顺丰"}, url=f"http://127.0.0.1:{port}", token="token", secret=SECRET
    )
    await starts(house, carrier, **survey)
    return system


async def starts(house: House, carrier: CarrierSettings, **survey: Any) -> None:
    rules = house.folder / "rules.yaml"
    rules.write_text("- rule: blacklist\n  action: reject\n")
    await house.starts(
        orders=OrderSettings(rules=rules),
        carrier=(carrier,),
        dispatch=DispatchSettings(pauses=(0.05,)),
        survey=SurveySettings(after=0.0, hours=(0, 24), **survey),
    )


async def ordered(alice: Handset) -> str:
    await alice.texts("dg f800")
    (number,) = re.findall(r"订单号(\d{10,})", await alice.texts("Y"))
    return str(number)


async def tells(house: House, body: bytes, header: str | None = None) -> tuple[int, Any]:
    at = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    url = f"http://127.0.0.1:{house.web}/carriers/sf/events"
    headers = {"X-Hall-Signature": header or f"t={at},v1={mac}"}
    response = await treq.post(url, data=body, headers=headers, persistent=False, timeout=WITHIN)
    return response.code, json.loads(await response.text())


def event(system: CarrierSystem, step: str, **more: str) -> bytes:
    return json.dumps({"consignment": system.heard[0][1], "step": step, **more}).encode()


def state(house: House, table: Any = consignments) -> str:
    return str(house.sees(lambda connection: connection.scalar(select(table.c.state))))


@pytest_twisted.ensureDeferred
async def test_an_order_is_offered_taken_tracked_delivered_and_asked_after(house: House) -> None:
    system = await with_carrier(house)
    alice = house.handset(ALICE)
    number = await ordered(alice)
    await house.until(lambda: state(house) == "accepted")
    assert [(path, body["order"]) for path, _, body in system.heard] == [("/consignments", number)] * 2
    assert system.heard[0] == system.heard[1], "asked again, the same"
    assert system.heard[0][2]["items"] == [{"offer": "F800", "name": "酷派F800", "quantity": 1}]

    assert await tells(house, event(system, "pick_up")) == (
        200,
        {"events": [{"consignment": system.heard[0][1], "result": "taken"}]},
    )
    assert "顺丰发出，单号SF1001" in await alice.reads()
    assert "顺丰SF1001 已揽收" in await alice.texts("DD")
    assert (await tells(house, event(system, "pick_up")))[1]["events"][0]["result"] == "unchanged"
    moment = "2026-11-22T08:00:00+08:00"
    for result in ("taken", "unchanged"):
        status, said = await tells(house, event(system, "move", at=moment, note="杭州转运中心"))
        assert (status, said["events"][0]["result"]) == (200, result)
    assert (await tells(house, event(system, "deliver", signed_by="王")))[0] == 200
    assert "已签收" in await alice.reads()
    assert state(house, orders) == "completed"
    assert "打分" in await alice.reads()
    assert "感谢" in await alice.texts("5")
    _, metrics = await house.gets("/metrics")
    assert 'hall_consignment_steps_total{carrier="sf",step="deliver"} 1.0' in metrics
    assert 'hall_carrier_requests_total{carrier="sf",result="unreached"} 1.0' in metrics


@pytest_twisted.ensureDeferred
async def test_a_subscriber_who_cancels_after_it_has_left_is_told_what_the_carrier_says(house: House) -> None:
    system = await with_carrier(house, respect_optout=True)
    alice = house.handset(ALICE)
    number = await ordered(alice)
    await house.until(lambda: state(house) == "accepted")
    await tells(house, event(system, "pick_up"))
    await alice.reads()
    assert "回复Y" in await alice.texts(f"QX {number}")
    alice.sends("Y")
    await house.until(lambda: state(house) == "coming_back")
    await house.until(lambda: any("已同意取消" in said for said in alice.read))
    assert system.heard[-1][:2] == (f"/consignments/{system.heard[0][1]}/recall", f"{system.heard[0][1]}/recall")
    await tells(house, event(system, "return"))
    assert (state(house), state(house, orders)) == ("recalled", "cancelled")


@pytest_twisted.ensureDeferred
async def test_what_is_not_his_to_tell_is_refused(house: House) -> None:
    system = await with_carrier(house)
    await ordered(house.handset(ALICE))
    await house.until(lambda: state(house) == "accepted")
    assert (await tells(house, event(system, "deliver"), "t=1,v1=" + "0" * 64))[0] == 401
    assert (await tells(house, b"{}"))[0] == 400
    status, said = await tells(house, json.dumps({"consignment": "1", "step": "deliver"}).encode())
    assert (status, said["events"][0]["result"]) == (200, "refused")
    status, said = await tells(house, event(system, "return"))
    assert (status, said["events"][0]["result"]) == (200, "refused")
    assert "cannot take return" in said["events"][0]["message"]
    assert (await house.gets("/carriers/dhl/events"))[0] == 405
    assert state(house) == "accepted"
    steps = house.sees(lambda connection: connection.scalars(select(consignment_events.c.step)).all())
    assert list(steps) == ["accept"]


@pytest_twisted.ensureDeferred
async def test_a_carrier_who_takes_files_is_given_one_and_read(house: House) -> None:
    outbox, inbox = house.folder / "out", house.folder / "in"
    await starts(house, CarrierSettings(name="ems", kind="files", outbox=outbox, inbox=inbox, every=1.0))
    alice = house.handset(ALICE)
    number = await ordered(alice)
    await house.until(lambda: state(house) == "offered")
    (file,) = outbox.iterdir()
    with file.open(encoding="utf-8-sig", newline="") as given:
        (row,) = csv.DictReader(given)
    assert (row["action"], row["order"], row["phone"]) == ("bring", number, ALICE)
    answer = (
        f"consignment,step,tracking,signed_by\n{row['consignment']},pick_up,E7,\n{row['consignment']},deliver,,王\n"
    )
    (inbox / "part").write_text(answer, encoding="utf-8")
    (inbox / "part").rename(inbox / "1.csv")
    assert "单号E7" in await alice.reads()
    assert "已签收" in await alice.reads()
    await house.until((inbox / "done" / "1.csv").exists)
