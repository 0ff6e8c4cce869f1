"""One dialog being taken as far as it goes without hearing anything.

A walk stands in a state, is given a trigger, and enters states until one of them rests: it has asked the subscriber,
awaits a service, or has left for the end. On the way it gathers effects. It lives for one turn and is then read off as
a Dialog; if anything raises, it is thrown away whole, so a half-taken step is never stored.

The subscriber may be led from script to script on the way. What goes with him is what the next script says it `takes`.

Scripts lie on one another: beneath a script that is visited lies the state that visits it, beneath one that was begun
in the middle of a question lies the question. What returns goes on in the state; what ends finds the question standing:
it is put again at once when nothing was asked in between, else the subscriber is asked whether he would go on. What is
at the very end, in a session that goes on, is told in afterwards.py.
"""

from typing import Any

from dialogs.afterwards import BEGUN, SAID, said_so_far
from dialogs.asking import PAGE, question, spoken, values_for
from dialogs.beneath import before, bounded, left_standing, standing_beneath
from dialogs.chart import Chart
from dialogs.functions import FUNCTIONS
from dialogs.library import GOING_ON, SIGN_IN, WELCOME, Library
from dialogs.script import (
    BACK,
    START,
    Again,
    Answered,
    Ask,
    Branch,
    Call,
    Destination,
    State,
    TextWanted,
    Then,
    Visit,
    WorkOut,
)
from dialogs.words import (
    AFTERWARDS,
    NOTHING,
    Effect,
    Facts,
    HandOver,
    Place,
    Prompt,
    Proof,
    Remember,
    Request,
    Resume,
    Say,
    SignIn,
    Step,
    Value,
    Values,
)

MOST_STEPS = 50
MOST_EFFECTS = 20
WANTED = "wanted"  # the slot of what is gone on with after signing in
TRAIL = 6  # questions that `0` can lead back through


class DialogRunaway(Exception):
    """A turn that would not come to rest: too many steps or effects without any input. The script is at fault."""


class Walk:
    __slots__ = (
        "_asked", "_at", "_next", "_relearned", "_steps", "awaiting", "beneath", "came_from", "chart", "deadline",
        "effects", "expires_at", "facts", "goes_on", "language", "library", "now", "proof", "request_id", "slots",
        "state", "trail", "ways",
    )  # fmt: skip

    state: Any  # where the machine stands; kept by `transitions`

    def __init__(
        self,
        library: Library,
        facts: Facts,
        language: str,
        request_id: int,
        now: float,
        proof: Proof = Proof.SURE,
    ) -> None:
        self.library, self.facts, self.language, self.now = library, facts, language, now
        self.request_id, self.proof = request_id, proof
        self.chart: Chart | None = None
        self.slots: dict[str, Value] = {}
        self.trail: tuple[Place, ...] = ()
        self.came_from: Place | None = None  # the question just answered; `0` leads back to it from the next one
        self.beneath: Place | None = None  # what is taken up again when this script has ended
        self.effects: list[Effect] = []
        self.ways: list[Step] = []
        self.awaiting: int | None = None
        self.expires_at: float | None = None
        self.deadline: float | None = None
        self.goes_on = False  # whether he is asked at the end if there is anything else
        self._at: State | None = None
        self._next = ""
        self._steps = 0
        self._asked = False  # whether this turn began at a question
        self._relearned = False  # whether he has chosen the language in this turn

    # ── what a turn does with it ─────────────────────────────────────────────────────────────────────────────────────

    def begin(self, chart: Chart, slots: Values) -> None:
        """A script at its start, with those of the slots that it takes."""
        takes = chart.script.takes
        if self._needs_proof(chart):
            self._ask_who_it_is(chart, slots)
            return
        if (beneath := self.beneath) and beneath.script == chart.script.name and left_standing(self.library, beneath):
            self.beneath = beneath.beneath  # the same is begun anew: that question has had its day
        self._arrive(chart, chart.script.states[chart.script.start], {n: v for n, v in slots.items() if n in takes})

    def stand(self, chart: Chart, state: State, place: Place) -> None:
        """Where the last turn came to rest; nothing is said again."""
        self.chart, self._at, self.slots, self.beneath = chart, state, dict(place.slots), place.beneath
        self._asked = isinstance(state.exit, Ask)
        chart.stand(self, state)

    def park(self, place: Place, trail: tuple[Place, ...], anyway: bool = False) -> None:
        """A question is left standing for what begins now; `0` leads back to it as well. anyway: menus, too."""
        if place.script == GOING_ON and trail:
            place, trail = trail[-1], trail[:-1]
        place = bounded(place)
        self.trail, self.came_from = trail, place
        self.beneath = place if anyway or self._parks(place) else place.beneath

    def lean(self, place: Place, trail: tuple[Place, ...]) -> None:
        """A request is left behind for what begins now; what lay beneath that script lies beneath this one."""
        self.beneath = standing_beneath(self.library, place.beneath)
        if self.beneath in trail:
            self.trail = trail[: trail.index(self.beneath) + 1]

    def _parks(self, place: Place) -> bool:
        found = self.library.find(place)
        return found is not None and found[0].script.parks

    def fire(self, trigger: str, slots: Values) -> None:
        self.slots |= slots
        self._next = trigger

    def answer(self, trigger: str, slots: Values) -> None:
        """The subscriber's own: lists begin at their first page again."""
        self.slots.pop(PAGE, None)
        self.fire(trigger, slots)

    def run(self) -> None:
        while self._next and self.chart and self._at:
            trigger, self._next = self._next, ""
            script = self.chart.script
            self.ways.append(Step(script.version, script.name, self._at.name, trigger))
            self.chart.fire(self, trigger)

    def put_again(self, state: State, ask: Ask, slots: Values = NOTHING) -> None:
        """The same question, or another page of it; what its state does on arrival has been done."""
        self.slots |= slots
        self._ask(state, ask)

    def want_agent(self, why: str) -> None:
        self._effect(HandOver(why))

    @property
    def place(self) -> Place | None:
        if self.chart is None or self._at is None:
            return None
        script = self.chart.script
        return Place(script.name, script.version, self._at.name, self.slots, self.beneath)

    def say(self, prompt: Prompt, notice: bool = False) -> None:
        script = self.chart.script.name if self.chart else ""
        self._effect(Say(prompt, self.language, notice, script))

    # ── what the machine calls ───────────────────────────────────────────────────────────────────────────────────────

    def enter(self, state: State) -> None:
        self._arrive_at(state)

    def leave(self, destination: Destination) -> None:
        if destination.script:
            self.begin(self.library.current(destination.script), self.slots)
        elif destination.returns:
            self._return(destination.returns)
        elif destination.state == START:
            self.trail, self.came_from, self.beneath = (), None, None
            self.begin(self.library.current(WELCOME), {})
        elif destination.state == BACK:
            self.back()
        else:
            self._ended()

    def back(self) -> None:
        """To the question before; without one, this is a wish to stop."""
        self.came_from = None
        while self.trail:
            place, self.trail = self.trail[-1], self.trail[:-1]
            if stood := self.library.find(place):
                self._take_up(*stood, place)
                return
        self.say(Prompt("engine.left"))
        self.end()

    def end(self) -> None:
        self.chart, self._at, self.slots, self.trail, self._next, self.beneath = None, None, {}, (), "", None

    def _ended(self) -> None:
        """A script has come to its end: what was left standing for it is taken up again."""
        parked = standing_beneath(self.library, self.beneath)
        stood = self.library.find(parked) if parked else None
        if parked is None or stood is None:
            self._what_else()
        elif self._has_asked(parked) and not self._relearned:
            self._ask_whether_to_go_on(stood[0], parked)
        else:
            self.trail, self.came_from = before(self.trail, parked), None
            self._take_up(*stood, parked)

    def _what_else(self) -> None:
        """Nothing is left to be gone on with. `back` leads to the menu from here, and never to a yes given before."""
        ends = self.chart is None or self.chart.script.name == AFTERWARDS or bool(self.slots.get(BEGUN))
        if ends or not (self.goes_on and self.library.asks_what_else):
            self.end()
            return
        said, menu = said_so_far(self.slots, self.effects), self.library.current(WELCOME).script
        self.trail, self.came_from = (Place(WELCOME, menu.version, menu.start),), None
        self.beneath = None
        self.begin(self.library.current(AFTERWARDS), {})
        self.slots[SAID] = said

    def _has_asked(self, parked: Place) -> bool:
        """Whether anything has been asked since; the trail remembers it from turn to turn."""
        last = self.came_from or (self.trail[-1] if self.trail else parked)
        return self._asked or last != parked

    def _ask_whether_to_go_on(self, chart: Chart, parked: Place) -> None:
        self.trail, self.came_from = (*before(self.trail, parked), parked)[-TRAIL:], None
        self.go_on_or_start_again(chart, parked)

    def go_on_or_start_again(self, chart: Chart, place: Place) -> None:
        about = chart.script.about
        values = values_for(self.library.phrases, about, place.slots) if about else {}
        doing: Value = {"phrase": about or "going_on.something", "values": values}
        self.beneath = None
        self.begin(self.library.current(GOING_ON), {"doing": doing})

    def _return(self, result: str) -> None:
        """To the script that visits this one, with what this one gives; without a visitor, this is an end."""
        caller, chart = self.beneath, self.chart
        found = self.library.find(caller) if caller else None
        if chart is not None and chart.script.name == SIGN_IN:
            self._go_on_signed_in()
            return
        if caller is None or chart is None or found is None or not found[0].hears(found[1], f"result {result}"):
            self._ended()
            return
        gives = {name: self.slots[name] for name in chart.script.returns.get(result, ()) if name in self.slots}
        asked = self._asked
        self.stand(*found, caller)
        self._asked = asked
        self.fire(f"result {result}", gives)

    # ── who it is ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _needs_proof(self, chart: Chart) -> bool:
        return chart.script.proof > self.proof and chart.script.name != SIGN_IN

    def _ask_who_it_is(self, chart: Chart, slots: Values) -> None:
        """What he wanted waits in a slot: it must not be found by anybody who has not signed in."""
        if not self.library.signs_in:
            self.say(Prompt("engine.left"))
            self.end()
            return
        wanted: Value = {"script": chart.script.name, "slots": dict(slots)}
        known = self.proof is not Proof.NOBODY
        self.beneath = self.came_from = None
        self.trail = ()
        self.begin(self.library.current(SIGN_IN), {WANTED: wanted, "known": known})

    def _go_on_signed_in(self) -> None:
        """Whose number was not known is not the subscriber of this dialog: his own session begins afterwards."""
        wanted, known = self.slots.get(WANTED), self.proof is not Proof.NOBODY
        self.beneath = None
        if not known or not isinstance(wanted, dict):
            self.end()
            return
        self.proof = Proof.SURE
        slots = wanted.get("slots")
        self.begin(self.library.current(str(wanted.get("script"))), slots if isinstance(slots, dict) else {})

    # ── states ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take_up(self, chart: Chart, state: State, place: Place) -> None:
        if self._needs_proof(chart):
            self._ask_who_it_is(chart, place.slots)
            return
        self.beneath = place.beneath
        self._arrive(chart, state, dict(place.slots))

    def _arrive(self, chart: Chart, state: State, slots: dict[str, Value]) -> None:
        self.chart, self.slots = chart, slots
        chart.stand(self, state)
        self._arrive_at(state)

    def _arrive_at(self, state: State) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise DialogRunaway(f"{MOST_STEPS} steps without an input, the last to {state.name}: let the script ask")
        self._at = state
        self._act(state)
        match state.exit:
            case Ask(wanted=TextWanted(), again=Again(then=then)) if then and self.facts.keys_only:
                self._next = "given up"
            case Ask() as ask:
                self._ask(state, ask)
            case Call() as call:
                self._request(call)
            case Visit() as visit:
                self._visit(visit)
            case WorkOut(function=name):
                result, values = FUNCTIONS[name].call(self.facts, self.language, self.slots)
                self.fire(f"result {result}", values)
            case Branch(cases=cases):
                self._next = next(f"case {number}" for number, case in enumerate(cases) if case.holds(self.slots))
            case Then():
                self._next = "then"
            case Answered():
                pass

    def _act(self, state: State) -> None:
        if state.default or state.set:
            self.slots = {**state.default, **self.slots, **state.set}
        for name, value in state.remember.of(self.slots).items():
            self._effect(Remember(name, value))
            if name == "language":
                self.language, self._relearned = str(value), True
        if state.hand_over:
            self._effect(HandOver(state.hand_over))
        if state.signs_in:
            self._effect(SignIn(str(self.slots.get(state.signs_in, ""))))
        if state.say and not isinstance(state.exit, Ask):
            self.say(spoken(self.library.phrases, state.say, self.slots), state.say.notice)
        if state.errand:
            self._send(state.errand)

    def _ask(self, state: State, ask: Ask) -> None:
        self.rest(ask)
        self.say(question(self.library.phrases, state, ask, self.slots, self.facts.offered, first=not self.trail))

    def rest(self, ask: Ask) -> None:
        assert self.chart
        if self.chart.script.name != AFTERWARDS:
            self.slots.pop(SAID, None)
        self._leave_trail()
        self.expires_at = self.now + self.chart.script.expires
        self.deadline = self.now + ask.timeout.after if ask.timeout else None

    def _leave_trail(self) -> None:
        place, self.came_from = self.came_from, None
        here = self.place
        if place and here and place.script != GOING_ON and (place.script, place.state) != (here.script, here.state):
            self.trail = (*self.trail, place)[-TRAIL:]

    def _request(self, call: Call) -> None:
        assert self.chart
        self._leave_trail()
        if self.goes_on and (said := said_so_far(self.slots, self.effects)):
            self.slots[SAID] = said
        self._effect(Request(self.request_id, call.service, call.given.of(self.slots), call.within))
        self.awaiting = self.request_id
        self.expires_at = self.now + call.within + self.chart.script.expires

    def _visit(self, visit: Visit) -> None:
        here = self.place
        given = visit.given.of(self.slots)
        self.beneath = bounded(here) if here else None
        self.begin(self.library.current(visit.script), given)

    def _send(self, errand: Call) -> None:
        """The answer is met in a dialog of its own, with what is known now, in the language of now."""
        assert self.chart
        script = self.chart.script
        resume = Resume(script.name, script.version, errand.met_at, dict(self.slots), self.language)
        arguments = errand.given.of(self.slots)
        self._effect(Request(self.request_id, errand.service, arguments, errand.within, resume))

    def _effect(self, effect: Effect) -> None:
        if isinstance(effect, Request) and any(isinstance(other, Request) for other in self.effects):
            raise DialogRunaway(f"a second request in one turn, {effect.service}: let the script await the first")
        if len(self.effects) >= MOST_EFFECTS:
            raise DialogRunaway(f"more than {MOST_EFFECTS} effects without an input: let the script ask")
        self.effects.append(effect)
