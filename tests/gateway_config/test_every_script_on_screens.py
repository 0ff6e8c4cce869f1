"""Every conversation that is written beside the scripts, held over each dialect of SMPP and each style of HTTP.

What is texted there is typed here, what is pressed is typed, a call is a dial. Whatever the dialog says is seen whole
on the telephone, page by page; every input has one answer, and nobody is spoken to who is not waiting. What only calls
have (secrets, proofs) and what the house begins by itself is left out here.
"""

import re
from functools import cache

import pytest

from channels.ussd.layout import Layout
from channels.ussd.paging import NEXT, SHORTENED
from channels.ussd.screens import Room
from dialogs.conversation import Conversation
from dialogs.coverage import Seen, watched
from dialogs.trials import Answer, Begins, HangUp, Proves, SignsIn, Step, Text, Trial, Wait, read_trials
from dialogs.turn import Library, load_library
from tests.dialogs.test_written_conversations import HERE
from tests.gateway_config.screen_carriers import CARRIERS, SLOW, ZONE, Carrier

ELSEWHERE = {"afterwards", "confirm_call", "sign_in", "unsure"}  # by voice, by keys of a call, by free text
BEGUN_BY_THE_HOUSE = {"confirm", "decline", "survey", "return"}
WAITS_AT_MOST = 60.0


@cache
def trials() -> list[Trial]:
    read, _ = read_trials(HERE)
    return [trial for trial in read if not any(_is_of_calls(step) for step in trial.steps)]


def _is_of_calls(step: Step) -> bool:
    return isinstance(step, Proves | SignsIn | Begins) or (isinstance(step, Text) and step.act == "secret")


@pytest.mark.parametrize("way", CARRIERS)
def test_every_conversation_is_seen_whole(way: str) -> None:
    seen = Seen()
    library = watched(load_library(), seen)
    carrier = CARRIERS[way](library)
    for number, trial in enumerate(trials()):
        _Held(carrier, trial, f"86138{number:08d}", library).goes()
    scripts = {script.name for script in library.scripts}
    missed = scripts - {script for script, _ in seen.states} - ELSEWHERE - BEGUN_BY_THE_HOUSE
    assert not missed, f"no conversation came to {missed}"


class _Held:
    def __init__(self, carrier: Carrier, trial: Trial, msisdn: str, library: Library) -> None:
        self.carrier, self.trial, self.msisdn = carrier, trial, msisdn
        carrier.screen.ended = True
        self.conversation = Conversation(
            library, trial.facts, subscriber=msisdn, channel="ussd", service="*100#", zone=ZONE
        )
        carrier.begins(msisdn, self.conversation)

    def goes(self) -> None:
        for step in self.trial.steps:
            match step:
                case Text(act="call" | "dial", text=text):
                    self._dials("*100#" if not text.isdigit() else f"*100*{text}#")
                case Text(text=text):
                    if self.carrier.screen.ended:
                        self._dials("*100#")
                    if not self.carrier.screen.ended and not self.carrier.locked:
                        self._puts_in(text.removesuffix("#") or "#", opening=False)
                case HangUp() if not self.carrier.screen.ended:
                    self.carrier.hangs_up()
                case Answer(result=result, values=values) if self.conversation.unanswered:
                    before = len(self.carrier.screen.seen)
                    self.carrier.dialogs.answered(self.msisdn, self.carrier.session, result, values)
                    self._sees(before)
                case Wait(seconds=seconds):
                    self.carrier.clock.advance(min(seconds, WAITS_AT_MOST))
        self._is_even()

    def _dials(self, text: str) -> None:
        self._puts_in(text, opening=True)

    def _puts_in(self, text: str, opening: bool) -> None:
        before = 0 if opening else len(self.carrier.screen.seen)
        self.carrier.puts_in(text, opening)
        self._sees(before)

    def _sees(self, before: int) -> None:
        """What has come, turned to its last page, is what the dialog has said."""
        carrier, screen = self.carrier, self.carrier.screen
        if len(screen.seen) == before or screen.seen[-1] == SLOW:
            return
        assert len(screen.seen) == before + 1
        pages, layout = [screen.seen[-1]], self.carrier.dialogs.said[self.msisdn][-1]
        while pages[-1].endswith(f"\n{NEXT} {layout.next}") or f"\n{NEXT} {layout.next}\n" in pages[-1]:
            carrier.puts_in(NEXT, opening=False)
            pages.append(screen.seen[-1])
        assert all(Room().fits(page) for page in pages)
        _is_whole(layout, pages)

    def _is_even(self) -> None:
        """Whoever still waits is told something polite; then no input is without its answer."""
        self.carrier.clock.advance(10)
        self.carrier.dialogs.settle()
        screen = self.carrier.screen
        if not screen.ended:
            self.carrier.hangs_up()
            assert len(screen.seen) == screen.inputs
        assert len(screen.seen) <= screen.inputs
        assert not any(session.stray for session in getattr(getattr(self.carrier, "vendor", None), "all", ()))


def _is_whole(layout: Layout, pages: list[str]) -> None:
    turning = {f"98 {layout.next}", f"99 {layout.back}"}
    shown = "".join(line for page in pages for line in page.split("\n") if line not in turning)
    if SHORTENED in shown:
        return
    parts = [layout.head, *(f"{key} {label}" for key, label in layout.options)]
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", "".join(parts))
