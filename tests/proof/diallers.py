"""Callers who want the same few numbers by USSD, over HTTP: a gateway that sends each session to one node.

        ── *100*2*1# ──►   ◄── 1 1391… 2 1391… ──      ── 2 ──►   ◄── held for you … ──      ── 1 ──►   ◄── 订单号 … ──

Some think better of it, some hang up and leave their hold to its end. When the node of a session is killed the gateway
has no answer, and the caller dials again, at whichever node; what came of an order he then reads in a text message.
"""

import asyncio
import json
import random
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.peers.hall import Setup
from tests.proof.pickers import ENTRY, GOT, HELD, Picker
from tests.proof.subscribers import Step, Told

PATH = "/ussd/proof"
GATEWAY = f"""
[[ussd.gateway]]
name = "proof"
style = "json"
path = "{PATH}"
"""
CODE, NEXT = "*100*2*1#", "98"
TRIES = 25
ANSWERED_WITHIN = 15.0

_sessions = count(1)


@dataclass(slots=True)
class Dialler:
    """picker: what he was told and fell silent at, on a screen or in a text message. He texts nothing himself."""

    picker: Picker
    nodes: Sequence[Setup]
    chance: random.Random
    ended: bool = False

    async def lives(self) -> None:
        for _ in range(TRIES):
            if self.picker.got or self.picker.silent:
                return
            await self._dials()
            await asyncio.sleep(self.chance.uniform(0.0, 0.2))

    async def _dials(self) -> None:
        node, session = self.chance.choice(self.nodes), str(next(_sessions))
        screen = await self._says(node, session, CODE, "begin")
        entries = ENTRY.findall(screen)
        if not entries:
            return
        screen = await self._says(node, session, self.chance.choice(entries)[0])
        if not HELD.search(screen):
            self.picker.slower += 1
            return
        luck = self.chance.random()
        if luck < 0.15:
            self.picker.silent += 1
            await self._says(node, session, "", "abort")
            return
        screen = await self._says(node, session, "2" if luck < 0.3 else "1")
        while screen and not self.ended and not GOT.search(screen):
            more = await self._says(node, session, NEXT)
            screen = screen + more if more else ""
        if screen:
            self.picker.hears(Told(asyncio.get_running_loop().time(), 0, screen))

    async def _says(self, node: Setup, session: str, text: str, what: str = "continue") -> str:
        """The screen; nothing when nobody answered."""
        asked = {"sessionId": session, "msisdn": self.picker.msisdn, "serviceCode": "*100#", "text": text, "type": what}
        told = await asyncio.to_thread(_ask, node, asked)
        self.ended = told.get("action") != "continue"
        return str(told.get("message", "")).removesuffix("\n98 下页")


def diallers(nodes: Sequence[Setup], many: int, seed: int) -> list[Dialler]:
    made = []
    for each in range(many):
        chance = random.Random(seed * 1_000 + each)
        picker = Picker(str(8613600000000 + each), step=Step.FINISHED, chance=chance)
        made.append(Dialler(picker, nodes, chance))
    return made


def _ask(node: Setup, document: dict[str, str]) -> dict[str, Any]:
    url, headers = f"http://127.0.0.1:{node.web}{PATH}", {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(document).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=ANSWERED_WITHIN) as answer:
            said = answer.read()
    except OSError:
        return {}
    return dict(json.loads(said)) if said else {}
