"""The demonstration: a whole service hall on one machine, with nothing to configure.

    embedded message centre (SMPP on 2775) ◄──bind── Hall ──► SQLite below --data
        ▲ handsets: the page /phone/, or any SMPP tool     └──► the desk /desk/

It is the server itself, configured for loopback, with a message centre beside it in the same process and some data to
begin with. The data stays where it is: starting again goes on where one was.
"""

import time
from pathlib import Path

from twisted.internet.endpoints import serverFromString

from channels.backends.carriers.settings import CarrierSettings
from channels.backends.settings import BillingSettings
from channels.desk.passwords import hashed
from channels.ivr.prompts import Shelf
from channels.smpp.settings import LinkSettings
from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.screens import SYSTEM_TYPE
from channels.sms.centre.wire import CentreFactory
from channels.ussd.settings import UssdLinkSettings
from channels.web.phone import phone_resource
from dialogs.manner import languages
from gateway_config import logs
from gateway_config.call_settings import CallSettings
from gateway_config.ids import message_ids
from gateway_config.ports import require_free
from gateway_config.pretend_line import PretendLine, WordedPrompts
from gateway_config.running import run
from gateway_config.seed import ANY_TIME, BALANCE, SUBSCRIBERS, seed_offers, seed_stock
from gateway_config.seed.numbers import seed_numbers
from gateway_config.server import Server
from gateway_config.settings import (
    DatabaseSettings,
    LogSettings,
    NodeSettings,
    OrderSettings,
    Settings,
    SmsSettings,
    UssdSettings,
    WebSettings,
)
from gateway_config.survey_settings import SurveySettings
from orders import subscribers
from orders.desk_words import Role
from orders.ledger import agents, imports, number_importing, schema, stores
from orders.ledger.engine import open_engine
from orders.number_grades import standard

PACE = 10.0  # seconds between two steps of a delivery
PASSWORD = "demo-desk-10086"
PEOPLE = {"demo": Role.AGENT, "demo2": Role.AGENT, "lead": Role.SUPERVISOR}


def demo_settings(data: Path, web_port: int, smpp_port: int, pace: float = PACE) -> Settings:
    link = LinkSettings(
        name="embedded",
        connect=f"tcp:127.0.0.1:{smpp_port}",
        system_id="hall",
        password="demo",
        short_codes=("10086",),
        reconnect=0.2,
    )
    screens = UssdLinkSettings(
        name="embedded-ussd",
        connect=f"tcp:127.0.0.1:{smpp_port}",
        system_id="hall",
        password="demo",
        system_type=SYSTEM_TYPE,
        reconnect=0.2,
    )
    return Settings(
        node=NodeSettings(name="demo", data=data),
        database=DatabaseSettings(url=f"sqlite:///{data / 'hall.db'}"),
        web=WebSettings(listen=(f"tcp:{web_port}:interface=127.0.0.1",), authentication="none"),
        sms=SmsSettings(link=(link,)),
        ussd=UssdSettings(link=(screens,)),
        billing=BillingSettings(default_balance=BALANCE),
        orders=OrderSettings(),
        calls=CallSettings(hours=ANY_TIME),
        carrier=(_carrier(pace),),
        survey=SurveySettings(after=pace, hours=(0, 24), again=max(1.0, pace)),
        log=LogSettings(level="warn"),
    )


def _carrier(pace: float) -> CarrierSettings:
    """Takes whatever he is given, and brings it in a few steps."""
    names = {"zh": "演示快递", "en": "Demo Express"}
    return CarrierSettings(name="demonstration", kind="demonstration", names=names, pace=pace)


def run_demo(data: Path, web_port: int, smpp_port: int, pace: float = PACE) -> None:
    from twisted.internet import reactor

    for port in (web_port, smpp_port):
        require_free(port)
    settings = demo_settings(data, web_port, smpp_port, pace)
    seed(settings)
    logs.begin(settings.log.level)
    centre = MessageCentre(reactor, message_ids())
    line = PretendLine(reactor, settings.prompts_folder)
    server = Server(settings, reactor, {"phone": phone_resource(centre, reactor, centre.screens, line)})
    server.prepare()
    line.exchange = server.calls.exchange
    line.exchange.prompts = WordedPrompts(Shelf(settings.prompts_folder), server.aside)

    async def start() -> None:
        await serverFromString(reactor, f"tcp:{smpp_port}:interface=127.0.0.1").listen(CentreFactory(centre, reactor))
        await server.start()
        welcome(web_port, smpp_port, data)

    run(reactor, start, server.stop, server.reload)


def seed(settings: Settings) -> None:
    """Data to begin with; what is there already stays as it is."""
    engine = open_engine(settings.database.url)
    schema.upgrade(engine)
    with engine.begin() as connection:
        if not agents.listed(connection):
            now = time.time()
            imports.import_offers(connection, seed_offers())
            stores.count_stock(connection, seed_stock(), now)
            number_importing.take_in(connection, seed_numbers(standard()), now)
            people = subscribers.parse(SUBSCRIBERS.read_text(encoding="utf-8"), SUBSCRIBERS.name, languages())
            imports.import_subscribers(connection, people, now)
            for name, role in PEOPLE.items():
                agents.add(connection, name, role, hashed(PASSWORD), now)
    engine.dispose()


def welcome(web_port: int, smpp_port: int, data: Path) -> None:
    print(
        f"""
Hall's demonstration is running. Open

    http://127.0.0.1:{web_port}/phone/   a telephone: text YE, DG F800, Y, XH888, DD, BZ to 10086, dial *100#, or ring
    http://127.0.0.1:{web_port}/desk/    the agents' desk: sign in as demo (an agent) or lead (a supervisor),
                                 password {PASSWORD}

SMPP tools may bind to 127.0.0.1:{smpp_port} and play a handset. Data is kept in {data}. Ctrl-C stops it.
""",
        flush=True,
    )
