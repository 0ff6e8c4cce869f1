"""An ESME on PyPI's `smpp34`, led by lines of JSON (foreign_clients.py says which)."""

import asyncio
import json
import sys
from typing import Any

import smpp34

RECEIPTED, STATE, PAYLOAD = 0x001E, 0x0427, 0x0424
UDHI, UCS2 = 0x40, 8
KINDS = {"transceiver": "TRX", "transmitter": "TX", "receiver": "RX"}
FIELDS = ("source_addr", "esm_class", "data_coding", "registered_delivery", "validity_period")


def say(**event: Any) -> None:
    print(json.dumps(event), flush=True)


async def submit(session: smpp34.Smsc, order: dict[str, Any]) -> None:
    octets = bytes.fromhex(order["octets"])
    fields = {name: order[name] for name in FIELDS if name in order}
    if order.get("payload"):
        fields["tlvs"], octets = [smpp34.Tlv(PAYLOAD, octets)], b""
    answer = await session.submit_sm(order["destination_addr"], octets, **fields)
    say(event="answered", tag=order["tag"], status=answer.command_status, message_id=answer.message_id or "")


async def hear(session: smpp34.Smsc) -> None:
    while isinstance(event := await session.next(), smpp34.DeliverSmEvent):
        tlvs = {tlv.tag: tlv.value for tlv in event.tlvs}
        header, octets = _header(event.esm_class, event.short_message or tlvs.get(PAYLOAD, b""))
        say(
            event="delivered",
            source=event.source_addr,
            destination=event.destination_addr,
            esm_class=event.esm_class,
            coding=event.data_coding,
            part=[header.hex()] if header else [],
            text=octets.decode("utf-16-be" if event.data_coding == UCS2 else "latin-1"),
            receipted=tlvs.get(RECEIPTED, b"").rstrip(b"\0").decode(),
            state=int.from_bytes(tlvs.get(STATE, b""), "big"),
        )
    say(event="lost")


def _header(esm_class: int, octets: bytes) -> tuple[bytes, bytes]:
    if not esm_class & UDHI:
        return b"", octets
    end = 1 + octets[0]
    return octets[1:end], octets[end:]


async def main(port: int, mode: str, system_id: str, password: str, address_range: str) -> None:
    client = smpp34.Client("127.0.0.1", port, system_id, password, bind_type=KINDS[mode], address_range=address_range)
    try:
        session = await client.connect()
    except (smpp34.SmppError, ConnectionError, RuntimeError) as refused:
        say(event="bound", status=-1, reason=str(refused))
        return
    say(event="bound", status=0)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    tasks = {asyncio.ensure_future(hear(session))} if mode != "transmitter" else set()
    while line := await orders.readline():
        order = json.loads(line)
        if order["do"] == "unbind":
            await session.unbind()
            say(event="unbound")
        else:
            tasks.add(asyncio.ensure_future(submit(session, order)))
    await client.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:6]))
