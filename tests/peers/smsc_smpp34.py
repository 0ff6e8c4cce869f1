"""A message centre on PyPI's `smpp34`, led by lines of JSON (foreign.py says which)."""

import asyncio
import json
import sys
from collections import deque
from typing import Any

import smpp34

RECEIPTED = 0x001E
STATE = 0x0427
PAYLOAD = 0x0424
SAR = (0x020C, 0x020E, 0x020F)  # reference, total, number
USSD = 0x0501
MARKS = (0x1383, 0x0204)
UDHI = 0x40
UCS2 = 8

Line = dict[str, Any]


def say(**event: Any) -> None:
    print(json.dumps(event), flush=True)


class Centre:
    def __init__(self, port: int) -> None:
        self._server = smpp34.Server("127.0.0.1", port, system_id="smpp34")
        self._sessions: dict[str, smpp34.Esme] = {}
        self._statuses: deque[int] = deque()
        self._messages = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        await self._server.start()
        say(event="listening")
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                if event.can_receive:
                    self._sessions[event.session_id] = event
                say(event="bound", system_id=event.system_id)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._submitted(event)
            else:
                self._sessions.pop(event.session_id, None)
                say(event="lost")

    def obey(self, order: Line) -> None:
        if order["do"] == "deliver":
            self._start(self._deliver(order))
        elif order["do"] == "answer":
            self._statuses.extend(order["statuses"])
        elif order["do"] == "unbind":
            for session in self._sessions.values():
                self._start(session.unbind())

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, order: Line) -> None:
        tlvs = []
        if order.get("receipted"):
            tlvs.append(smpp34.Tlv(RECEIPTED, order["receipted"].encode() + b"\0"))
            tlvs.append(smpp34.Tlv(STATE, bytes([order["state"]])))
        octets = bytes.fromhex(order["octets"])
        if order.get("sar"):
            sizes = zip(SAR, order["sar"], (2, 1, 1), strict=True)
            tlvs += [smpp34.Tlv(tag, value.to_bytes(size, "big")) for tag, value, size in sizes]
        if order.get("payload"):
            tlvs.append(smpp34.Tlv(PAYLOAD, octets))
            octets = b""
        if ussd := order.get("ussd"):
            tlvs.append(smpp34.Tlv(USSD, bytes([ussd["op"]])))
            tlvs.append(smpp34.Tlv(ussd["tag"], bytes.fromhex(ussd["mark"])))
        try:
            session = next(iter(self._sessions.values()))
            answer = await session.deliver_sm(
                order["destination"],
                octets,
                source_addr=order["source"],
                source_addr_ton=1,
                source_addr_npi=1,
                esm_class=order["esm_class"],
                data_coding=order["coding"],
                tlvs=tlvs,
            )
        except (StopIteration, smpp34.SmppError, ConnectionError, RuntimeError, TimeoutError):
            say(event="undelivered", tag=order["tag"])
        else:
            say(event="answered", tag=order["tag"], status=answer.command_status)

    def _submitted(self, event: smpp34.SubmitSmEvent) -> None:
        status = self._statuses.popleft() if self._statuses else 0
        self._messages += 1
        message_id = f"S34-{self._messages}"
        if status:
            event.reject(status)
        else:
            event.accept(message_id)
        tlvs = {tlv.tag: tlv.value for tlv in event.tlvs}
        octets = event.short_message or tlvs.get(PAYLOAD, b"")
        part, content = _part(octets) if event.esm_class & UDHI else (None, octets)
        if SAR[0] in tlvs:
            part = [int.from_bytes(tlvs[tag], "big") for tag in SAR]
        say(
            event="submitted",
            status=status,
            message_id=message_id,
            source=event.source_addr,
            destination=event.destination_addr,
            coding=event.data_coding,
            registered=event.registered_delivery,
            part=part,
            payload=PAYLOAD in tlvs,
            header=octets[1] if event.esm_class & UDHI else None,
            ussd=_ussd(tlvs),
            text=content.decode("utf-16-be" if event.data_coding == UCS2 else "ascii"),
        )


def _ussd(tlvs: dict[int, bytes]) -> Line | None:
    """What belongs to a session: the operation, and the session as it was marked."""
    if USSD not in tlvs:
        return None
    return {"op": tlvs[USSD][0], "mark": next(tlvs[tag] for tag in MARKS if tag in tlvs).hex()}


def _part(content: bytes) -> tuple[list[int] | None, bytes]:
    header, rest = content[1 : 1 + content[0]], content[1 + content[0] :]
    if header[:2] == b"\x00\x03":
        return list(header[2:5]), rest
    if header[:2] == b"\x08\x04":
        return [int.from_bytes(header[2:4], "big"), header[4], header[5]], rest
    return None, rest


async def main(port: int) -> None:
    centre = Centre(port)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    serving = asyncio.ensure_future(centre.serve())
    while line := await orders.readline():
        centre.obey(json.loads(line))
    serving.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
