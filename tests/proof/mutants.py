"""Damaged PDUs by the million against a link: it lives, or it closes as it should, and nothing is lost on the way.

    .venv/bin/python -m tests.proof.mutants --count 1000000 --seed 1

Half of them are cut short, half are damaged in other ways: bits turned over, octets put in or taken out, lengths that
lie, two PDUs grown into one, plain rubbish. Links are used until they close, or for a while, so that damage meets every
state that earlier damage has led to. What is required of each:

    alive      nothing is raised; enquire_link is answered; whatever must be answered is, once, under its own number
    closed     only after an unbind, a refusal or an impossible length, and then with what the specification says
    honest     ESME_ROK goes out for what was committed and for nothing else; what we submitted has one outcome
    bounded    what a link keeps of a broken stream is less than one PDU; memory does not grow with the number of links

The frames are made by the tests' own message centre, and judged by a reading of the header that is written here.
"""

import argparse
import random
import struct
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from channels.msisdn import normalise
from channels.smpp import events as e
from channels.smpp.fingerprint import fingerprint
from channels.smpp.framing import LONGEST, SHORTEST
from channels.smpp.link import Link, State
from channels.smpp.pdus import QuerySm, SubmitSm
from channels.smpp.settings import LinkSettings
from channels.sms.hearing import hear
from tests.doubles import fake_smsc as mc

SETTINGS = LinkSettings(name="a", connect="tcp:x", system_id="hall", backlog=40, window=4)
RESPONSE = 0x80000000
QUERY_SM, ALERT, OUTBIND = 0x03, 0x102, 0x0B
USES = 20  # of one link
GROWTH = 512 * 1024  # octets that may be kept beyond those after the first round
ROUND = 20_000
OK, RINVCMDLEN, RINVCMDID = 0, 0x02, 0x03


def originals() -> list[bytes]:
    """What a message centre says, sound; the sequence numbers are those of what the link has asked."""
    receipt = (
        b"id:0123456789 sub:001 dlvrd:001 submit date:2607011200 done date:2607011201 stat:DELIVRD err:000 text:hi"
    )
    ussd = mc.tlv(0x0501, b"\x01") + mc.tlv(0x1383, b"\x01\x02")
    alert = b"\x01\x01" + b"8613800138000\0" + b"\0\0" + b"10086\0" + mc.tlv(0x0422, b"\0")
    return [
        mc.deliver_sm(7, b"DG F800"),
        mc.deliver_sm(8, "余额😀".encode("utf-16-be"), dcs=8),
        mc.deliver_sm(9, b"\x05\x00\x03\xab\x02\x01first \x1b", esm=0x40),
        mc.deliver_sm(10, b"\x0b\x05\x04\x23\xf4\x00\x00\x00\x03\xab\x02\x01BEGIN:VCARD", esm=0x40, dcs=4),
        mc.deliver_sm(11, b"\x03\x25\x01\x01merhaba \x1b\x73", esm=0x40),
        mc.deliver_sm(12, receipt, esm=4),
        mc.deliver_sm(13, b"", mc.tlv(0x001E, b"ABC\0") + mc.tlv(0x0427, b"\x02") + mc.tlv(0x0423, b"\x03\0\x01")),
        mc.deliver_sm(14, b"*100#", ussd),
        mc.deliver_sm(15, b"", mc.tlv(0x0424, b"x" * 300) + mc.tlv(0x1400, b"vendor")),
        mc.deliver_sm(16, b"part", mc.tlv(0x020C, b"\0\1") + mc.tlv(0x020E, b"\2") + mc.tlv(0x020F, b"\1")),
        mc.data_sm(17, mc.tlv(0x0424, b"YE")),
        mc.frame(mc.ENQUIRE_LINK, 18),
        mc.frame(mc.UNBIND, 19),
        mc.frame(ALERT, 20, alert),
        mc.frame(OUTBIND, 21, b"mc\0pw\0"),
        mc.frame(0x111, 22, b"broadcast"),
        mc.submit_sm_resp(2, b"id-1"),
        mc.submit_sm_resp(3, status=0x58),
        mc.submit_sm_resp(4, status=0x0B),
        mc.frame(mc.SUBMIT_SM | RESPONSE, 5, b"id\0" + mc.tlv(0x0428, b"\x5f")),
        mc.frame(QUERY_SM | RESPONSE, 6, b"id-1\0" + b"\0" + b"\x02\0"),
        mc.frame(mc.BIND_TRANSCEIVER | RESPONSE, 1, b"mc\0" + mc.tlv(0x0210, b"\x50")),
        mc.frame(mc.ENQUIRE_LINK | RESPONSE, 7),
        mc.frame(mc.GENERIC_NACK, 3, status=3),
    ]


# ── damage ──


def _with_length(octets: bytes) -> bytes:
    """The first four octets say how long it is."""
    return struct.pack(">L", len(octets)) + octets[4:] if len(octets) >= 4 else octets


def _cut(chance: random.Random, frame: bytes) -> bytes:
    """As if it had ended there, with a length that says so; seldom within the header, which ends the link."""
    if chance.random() < 0.02:
        return _with_length(frame[: chance.randrange(4, SHORTEST)])
    longer = frame if len(frame) > SHORTEST else ORIGINALS[0]
    return _with_length(longer[: chance.randrange(SHORTEST, len(longer))])


def _cut_off(chance: random.Random, frame: bytes) -> bytes:
    """The rest does not come: what follows is taken for it."""
    return frame[: chance.randrange(1, len(frame))]


def _turned(chance: random.Random, frame: bytes) -> bytes:
    octets = bytearray(frame)
    for _ in range(chance.choice((1, 1, 2, 8))):
        octets[chance.randrange(4, len(octets))] ^= 1 << chance.randrange(8)
    return bytes(octets)


def _overwritten(chance: random.Random, frame: bytes) -> bytes:
    octets = bytearray(frame)
    octets[chance.randrange(4, len(octets))] = chance.choice((0, 1, 0x1B, 0x7F, 0x80, 0xFE, 0xFF))
    return bytes(octets)


def _grown(chance: random.Random, frame: bytes) -> bytes:
    at = chance.randrange(16, len(frame) + 1)
    return _with_length(frame[:at] + chance.randbytes(chance.randrange(1, 40)) + frame[at:])


def _shrunk(chance: random.Random, frame: bytes) -> bytes:
    at = chance.randrange(8, len(frame))
    return _with_length(frame[:at] + frame[at + chance.randrange(1, 9) :])


def _merged(chance: random.Random, frame: bytes) -> bytes:
    other = chance.choice(ORIGINALS)
    return _with_length(frame[: chance.randrange(16, len(frame) + 1)] + other[chance.randrange(len(other)) :])


def _lying(chance: random.Random, frame: bytes) -> bytes:
    length = chance.choice(
        (0, 1, 4, 15, 16, len(frame) - 1, len(frame) + 1, LONGEST, LONGEST + 1, 0x7FFFFFFF, 0xFFFFFFFF)
    )
    return struct.pack(">L", length) + frame[4:]


def _rubbish(chance: random.Random, frame: bytes) -> bytes:
    return chance.choice((b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\0\x01\0\x01", chance.randbytes(40)))


ORIGINALS = originals()
_SHORT: list[Callable[[random.Random, bytes], bytes]] = [*(_cut,) * 31, _cut_off]
_DAMAGE: list[Callable[[random.Random, bytes], bytes]] = [
    *(_turned, _turned, _turned, _overwritten, _overwritten, _overwritten, _grown, _shrunk, _merged) * 4,
    *(_lying, _rubbish),
]


# ── a link, and what is required of it ──


@dataclass
class Trial:
    """One link. `rest`: how many octets of an unfinished PDU it has been left with, by our own reading."""

    chance: random.Random
    seen: Counter[str]
    link: Link = field(default_factory=lambda: Link(SETTINGS))
    now: float = 1_000.0
    rest: bytes = b""
    committed: set[tuple[int, int]] = field(default_factory=set)
    open: dict[int, tuple[int, int]] = field(default_factory=dict)
    outcomes: Counter[object] = field(default_factory=Counter)
    closed_by: list[e.Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.link.start(self.now)
        self.says(mc.frame(mc.BIND_TRANSCEIVER | RESPONSE, 1, b"mc\0"))
        for number in range(4):
            text = SubmitSm(source_addr="10086", destination_addr="8613800138000", short_message=b"hi")
            self.told(self.link.submit(number, text, self.now))
        self.told(self.link.query(9, QuerySm(message_id="id", source_addr="10086"), self.now))
        self.link.data_to_send()

    def says(self, octets: bytes) -> list[mc.Said]:
        """What is written in answer."""
        self.now += 0.001
        self.told(self.link.receive(octets, self.now))
        return [said for said in mc.take_apart(self.link.data_to_send()) if _is_answer(said)]

    def told(self, events: list[e.Event]) -> None:
        for event in events:
            match event:
                case e.Heard(pdu=pdu, number=number):
                    assert len(fingerprint(pdu)) == 16
                    hear(pdu, SETTINGS)
                    self.open[number] = (pdu.command_id | RESPONSE, pdu.sequence)
                case e.Submitted(token) | e.Refused(token) | e.Unanswered(token) | e.Queried(token):
                    self.outcomes[token] += 1
                case e.Dead() | e.Unbound() | e.BindRefused():
                    self.closed_by.append(event)

    def meets(self, mutant: bytes) -> None:
        whole = None if self.rest else _one_pdu(mutant)
        before, hearing = len(self.open), self.link.unacknowledged
        answers = self.says(mutant)
        heard = len(self.open) - before
        _, impossible, self.rest = _framed(self.rest + mutant)
        for said in answers:
            self.is_honest(said)
        if impossible:
            self.is_over(answers)
        elif whole is not None and self.link.state is State.BOUND:
            _is_answered(whole, answers, heard, hearing >= SETTINGS.backlog)
        assert len(self.rest) < LONGEST
        self.sometimes_commits()

    def is_honest(self, said: mc.Said) -> None:
        if said.status == OK and said.name in ("deliver_sm_resp", "data_sm_resp"):
            key = (_COMMANDS[said.name], said.sequence)
            assert key in self.committed, f"{said} was not committed"

    def is_over(self, answers: list[mc.Said]) -> None:
        assert self.link.state is State.CLOSED
        if any(isinstance(event, e.Dead) and "not SMPP" in event.reason for event in self.closed_by):
            last = answers[-1]
            assert (last.name, last.status, last.sequence) == ("generic_nack", RINVCMDLEN, 0)
            self.seen["closed: impossible length"] += 1

    def sometimes_commits(self) -> None:
        for number in [number for number in self.open if self.chance.random() < 0.7]:
            key = self.open.pop(number)
            status = self.chance.choice((OK, OK, OK, 0x64))
            if status == OK:
                self.committed.add(key)
            self.told(self.link.acknowledge(number, status, self.now))
            for said in mc.take_apart(self.link.data_to_send()):
                if _is_answer(said):
                    self.is_honest(said)

    def ends(self) -> None:
        alive = self.link.state in (State.BOUND, State.RELEASING)
        assert alive or self.closed_by, f"closed without a word: {self.link.state}"
        if alive and not self.rest:
            (answer,) = [said for said in self.says(mc.frame(mc.ENQUIRE_LINK, 99)) if said.name == "enquire_link_resp"]
            assert answer.sequence == 99
            self.seen["alive to the end"] += 1
        self.told(self.link.lost(self.now))
        assert self.outcomes == dict.fromkeys((0, 1, 2, 3, 9), 1), f"outcomes {self.outcomes}"
        assert self.link.next_deadline() is None


_COMMANDS = {name: command for command, name in mc.NAMES.items()}


def _is_answer(said: mc.Said) -> bool:
    return said.name.endswith("_resp") or said.name == "generic_nack"


def _one_pdu(octets: bytes) -> tuple[int, int] | None:
    """Command and sequence number, if this is one PDU and nothing else."""
    if len(octets) < SHORTEST:
        return None
    length, command, _, sequence = struct.unpack(">LLLL", octets[:16])
    return (command, sequence) if length == len(octets) else None


def _framed(octets: bytes) -> tuple[int, bool, bytes]:
    """How many PDUs, whether the stream is beyond hope, and what is left over."""
    count = 0
    while len(octets) >= 4:
        (length,) = struct.unpack(">L", octets[:4])
        if not SHORTEST <= length <= LONGEST:
            return count, True, b""
        if len(octets) < length:
            break
        octets, count = octets[length:], count + 1
    return count, False, octets


def _is_answered(whole: tuple[int, int], answers: list[mc.Said], heard: int, full: bool) -> None:
    command, sequence = whole
    said = [(each.name, each.status) for each in answers]
    assert all(each.sequence == sequence for each in answers), f"{command:#x}/{sequence} was answered by {answers}"
    if command in (mc.DELIVER_SM, mc.DATA_SM):
        name = f"{mc.NAMES[command]}_resp"
        assert (heard, said) == (1, []) or (heard == 0 and [each for each, _ in said] == [name]), (heard, said)
        assert all(status != OK for _, status in said)
        assert not full or heard == 0
    elif command == mc.ENQUIRE_LINK:
        assert said == [("enquire_link_resp", OK)]
    elif command & RESPONSE:
        assert said == []
    elif command == ALERT:
        assert not said or said[0][0] == "generic_nack"
    elif command != mc.UNBIND:
        assert [name for name, _ in said] == ["generic_nack"] and said[0][1] != OK, (hex(command), said)


# ── as many as one likes ──


@dataclass(frozen=True)
class Proof:
    count: int
    links: int
    seen: Counter[str]
    seconds: float
    kept: list[int]


def prove(count: int, seed: int) -> Proof:
    """Raises AssertionError, with the mutant and how to meet it again."""
    chance, seen = random.Random(seed), Counter[str]()
    kept: list[int] = []
    began, links, done = time.perf_counter(), 0, 0
    tracemalloc.start()
    try:
        while done < count:
            trial = Trial(chance, seen)
            links += 1
            done += _use_up(trial, min(USES, count - done), done, seed)
            if done // ROUND >= len(kept) + 1:
                normalise.cache_clear()  # bounded, and not full yet
                kept.append(tracemalloc.get_traced_memory()[0])
                assert kept[-1] - kept[0] < GROWTH, f"memory grows: {kept}"
    finally:
        tracemalloc.stop()
    return Proof(done, links, seen, time.perf_counter() - began, kept)


def _use_up(trial: Trial, most: int, done: int, seed: int) -> int:
    for use in range(most):
        chance = trial.chance
        harm = chance.choice(_SHORT if (done + use) % 2 else _DAMAGE)
        mutant = harm(chance, chance.choice(ORIGINALS))
        trial.seen[harm.__name__.strip("_")] += 1
        try:
            trial.meets(mutant)
            if trial.link.state is State.CLOSED or use == most - 1:
                trial.ends()
                return use + 1
        except Exception as problem:
            raise AssertionError(f"mutant {done + use} of seed {seed}: {mutant.hex()}: {problem!r}") from problem
    return most


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args(arguments)
    proof = prove(told.count, told.seed)
    print(f"{proof.count} mutants, {proof.links} links, {proof.seconds:.0f} s")
    for what, number in sorted(proof.seen.items()):
        print(f"  {what:28} {number}")
    if proof.kept:
        print(f"  memory kept: {proof.kept[0]} octets after the first {ROUND}, {proof.kept[-1]} at the end")


if __name__ == "__main__":
    main(sys.argv[1:])
