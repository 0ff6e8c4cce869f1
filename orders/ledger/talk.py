"""The turns of a batch, taken in memory.

Turns of one conversation follow each other in the order of arrival; those of different conversations advance together
in rounds, so that a hundred subscribers who place an order in one batch cost one look into their past orders and not a
hundred. A round ends where turns have asked for what only the database knows; the answers begin the next one.

All that one inbound leads to is a chain: its own turn, and those of the answers given within the transaction. A chain
that fails is thrown away whole: the dialog stays as it was before, the inbound goes to quarantine with its traceback,
and the subscriber gets an apology. Had it already changed something (an order was placed, and the words to say so
failed), it cannot be undone here: `Poisoned` names the culprit, and the batch is taken again with it set aside.
"""

import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, select

from dialogs.words import (
    AFTERWARDS,
    Begun,
    Dialog,
    EndSession,
    Facts,
    HandOver,
    Inbound,
    Leave,
    LookupDone,
    Outcome,
    Place,
    Prompt,
    Remember,
    Request,
    Say,
    SignIn,
    TimerFired,
)
from orders.arrival import Taken
from orders.ledger import key_services, services, surveys
from orders.ledger.at_hand import Deed
from orders.ledger.gathered import Gathered
from orders.ledger.house import House
from orders.ledger.rows import dialog_of
from orders.ledger.standing_sessions import unheard_ends
from orders.ledger.tables import dialogs, subscribers
from orders.ledger.tally import Tally
from orders.lookup import Answer

APOLOGY = Prompt("apology.failed")
ERRAND = "errand:"

_dialogs_of = select(dialogs).where(dialogs.c.subscriber.in_(bindparam("subscribers", expanding=True)))
_wishes_of = select(subscribers.c.subscriber, subscribers.c.language, subscribers.c.marketing).where(
    subscribers.c.subscriber.in_(bindparam("subscribers", expanding=True))
)


class Poisoned(Exception):
    """This inbound's turn failed after it had changed something; take the batch again with it set aside."""

    def __init__(self, culprit: int, trace: str) -> None:
        super().__init__(culprit)
        self.culprit = culprit
        self.trace = trace


@dataclass(slots=True)
class Chain:
    """place: of the arrival among those of the batch."""

    place: int
    inbound: Inbound
    before: Dialog
    says: list[Say] = field(default_factory=list)
    asks: list[Request] = field(default_factory=list)
    wishes: list[Remember] = field(default_factory=list)
    left: list[Dialog] = field(default_factory=list)
    hand_over: HandOver | None = None
    signed_in: str = ""
    intent: str = ""
    ends: bool = False
    wrote: bool = False
    turned: list[tuple[Dialog, Inbound, Outcome]] = field(default_factory=list)
    ordered: Place | None = None


@dataclass(slots=True)
class Conversation:
    """One dialog in this batch, and what is waiting to be told to it."""

    stored: Dialog
    dialog: Dialog
    waiting: deque[tuple[int, Inbound]] = field(default_factory=deque)
    chain: Chain | None = None

    @property
    def is_errand(self) -> bool:
        return self.dialog.thread.startswith(ERRAND)


Asked = list[tuple[Conversation, services.Ask]]


class Talk:
    def __init__(self, connection: Connection, house: House, now: float, gathered: Gathered, tally: Tally) -> None:
        self._connection = connection
        self._house = house
        self._now = now
        self._gathered = gathered
        self._tally = tally
        self._facts: dict[str, Facts] = {}
        self._stored: dict[tuple[str, str], Dialog] = {}
        self._found: dict[tuple[str, str], Conversation] = {}
        self._deed = Deed(connection, house, now, gathered.notice)

    def converse(self, told: list[tuple[int, Inbound]]) -> None:
        """Take every turn that these lead to, and gather what comes of them."""
        everybody = self._conversations(told)
        active = everybody
        while active:
            asked: Asked = []
            for conversation in active:
                self._advance(conversation, asked)
            if not asked:
                break
            answers = services.answer(self._deed, [ask for _, ask in asked])
            for (conversation, ask), answer in zip(asked, answers, strict=True):
                self._hear_answer(conversation, ask, answer)
            active = [conversation for conversation, _ in asked]
        for conversation in everybody:
            if conversation.dialog != conversation.stored and not conversation.is_errand:
                self._gathered.dialog(conversation.dialog)

    def set_aside(self, place: int, told: Inbound, trace: str) -> None:
        self._gathered.done.verdicts[place] = Taken.QUARANTINED
        self._gathered.set_aside(told, trace)
        if isinstance(told.kind, TimerFired | Begun):
            return  # nobody has asked for anything, so nobody wants an apology
        language = self._facts_of(told.subscriber).language
        text = self._house.render(told.channel, APOLOGY, language)
        self._gathered.reply(told, [(Say(APOLOGY, language), text)], True)

    # ── who talks ──

    def _conversations(self, told: list[tuple[int, Inbound]]) -> list[Conversation]:
        stored = self._stored = self._load(sorted({inbound.subscriber for _, inbound in told}))
        found = self._found = {}
        for place, inbound in unheard_ends(told, stored):
            key = inbound.subscriber, _thread_of(inbound)
            if key not in found:
                before = stored.get(key) or Dialog(*key)
                found[key] = Conversation(before, before)
            found[key].waiting.append((place, inbound))
        everybody = list(found.values())
        left = [self._left(inbound) for _, inbound in told if inbound.begins]
        versions = {dialog.place.version for dialog in left if dialog and dialog.place}
        self._house.recall(self._connection, versions.union(_versions(everybody)))
        return everybody

    def _left(self, told: Inbound) -> Dialog | None:
        """What an earlier session left standing for this one, as far as this batch has come."""
        return self._stored.get((told.subscriber, told.threshold))

    def _by_text(self, told: Inbound) -> Dialog | None:
        """His conversation by text as it now stands; nobody's where nothing is offered by it."""
        if not self._house.go_on_by_text or not told.subscriber:
            return None
        key = told.subscriber, f"sms:{self._house.text_service}"
        conversation = self._found.get(key)
        return conversation.dialog if conversation else self._stored.get(key) or Dialog(*key)

    def _leave(self, dialog: Dialog) -> None:
        """It is found there by whoever comes later, in this batch as well."""
        key = dialog.subscriber, dialog.thread
        self._stored[key] = dialog
        if conversation := self._found.get(key):
            conversation.stored = conversation.dialog = dialog
        self._gathered.dialog(dialog)

    def _load(self, of: list[str]) -> dict[tuple[str, str], Dialog]:
        if not of:
            return {}
        names = {"subscribers": of}
        for row in self._connection.execute(_wishes_of, names):
            self._facts[row.subscriber] = Facts(
                row.language or self._house.language,
                self._house.offers,
                bool(row.marketing),
                stock=self._house.stock,
            )
        return {(row.subscriber, row.thread): dialog_of(row) for row in self._connection.execute(_dialogs_of, names)}

    def _facts_of(self, subscriber: str) -> Facts:
        facts = self._facts.get(subscriber)
        if facts is None:
            facts = self._facts[subscriber] = Facts(self._house.language, self._house.offers, stock=self._house.stock)
        return facts

    def _offered(self, subscriber: str) -> frozenset[str]:
        """In a call."""
        rates = bool(subscriber) and surveys.may_rate(self._connection, self._house, subscriber, self._now)
        named = {"rating": rates, "other_number": self._house.other_number}
        return frozenset(name for name, offered in named.items() if offered)

    # ── turns ──

    def _advance(self, conversation: Conversation, asked: Asked) -> None:
        """Take turns until an answer is needed that only the database has, or nothing is left to be told."""
        while conversation.waiting:
            place, told = conversation.waiting.popleft()
            if conversation.chain is None:
                conversation.chain = Chain(place, told, conversation.dialog)
            chain = conversation.chain
            try:
                requests = self._turn(conversation, chain, told)
            except Exception:  # noqa: BLE001 - whatever a script does, the batch goes on
                self._fail(conversation, chain)
                continue
            if requests:
                asked.extend((conversation, services.Ask(told, request)) for request in requests)
                chain.wrote = chain.wrote or any(request.service in services.WRITING for request in requests)
                return
            self._finish(conversation, chain)

    def _turn(self, conversation: Conversation, chain: Chain, told: Inbound) -> list[Request]:
        """One turn, and which of its requests the ledger has to answer before the chain can go on."""
        facts = self._facts_of(told.subscriber)
        if told.session:
            left = self._left(told) if told.begins else None
            goes_on = told.channel in self._house.goes_on
            facts = replace(facts, left=left, by_text=self._by_text(told), goes_on=goes_on)
            if told.channel in self._house.keys_only:
                facts = replace(facts, keys_only=True, offered=self._offered(told.subscriber))
        if hidden := self._house.not_here.get(told.channel):
            facts = replace(facts, not_here=hidden)
        outcome = self._house.take_turn(conversation.dialog, told, facts, self._now)
        self._gathered.done.turns += 1
        chain.turned.append((conversation.dialog, told, outcome))
        conversation.dialog = outcome.dialog
        chain.intent = chain.intent or outcome.intent
        requests = []
        for effect in outcome.effects:
            match effect:
                case Say():
                    chain.says.append(effect)
                case Request() if effect.resume is None and services.is_ours(self._house, effect.service):
                    requests.append(effect)
                case Request():
                    chain.asks.append(effect)
                case Remember():
                    chain.wishes.append(effect)
                    self._grant(told.subscriber, effect)
                case HandOver():
                    chain.hand_over = effect
                case Leave(dialog=dialog):
                    chain.left.append(dialog)
                case SignIn(subscriber=subscriber):
                    chain.signed_in = subscriber
                case EndSession():
                    chain.ends = True
        return requests

    def _grant(self, subscriber: str, wish: Remember) -> None:
        """What he wishes holds from the next turn on."""
        if wish.name == "language":
            self._facts[subscriber] = replace(self._facts_of(subscriber), language=str(wish.value))
        elif wish.name == "marketing":
            self._facts[subscriber] = replace(self._facts_of(subscriber), marketing=bool(wish.value))
        else:
            raise ValueError(f"a script wants {wish.name!r} remembered; what can be is language and marketing")

    def _hear_answer(self, conversation: Conversation, ask: services.Ask, answer: Answer) -> None:
        assert conversation.chain is not None
        if ask.request.service == "orders.place":
            self._gathered.done.orders.append(answer.result)
            if answer.result in services.PLACED:
                conversation.chain.ordered = conversation.dialog.place
        kind = LookupDone(ask.request.id, answer.result, answer.values, ask.request.resume)
        told = replace(ask.inbound, id=self._house.ids.next(self._now), kind=kind)
        conversation.waiting.appendleft((conversation.chain.place, told))

    # ── the end of a chain ──

    def _finish(self, conversation: Conversation, chain: Chain) -> None:
        told, gathered = chain.inbound, self._gathered
        language = self._facts_of(told.subscriber).language
        live = chain.hand_over is not None and bool(told.session) and told.channel in self._house.puts_through
        says = _put_through(chain.says, language) if live else chain.says
        try:
            texts = [(say, self._house.render(told.channel, say.prompt, say.language)) for say in says]
        except Exception:  # noqa: BLE001 - a phrase that cannot be said is a failure of the turn
            self._fail(conversation, chain)
            return
        replied = [(say, text) for say, text in texts if not say.notice]
        task = self._task_of(told) if chain.hand_over else 0
        caller = gathered.put_through(told, chain.hand_over.reason, language, task) if live and chain.hand_over else 0
        answered = [(say, text) for say, text in replied if say.script != AFTERWARDS]
        gathered.reply(told, answered, chain.ends, _matters(chain), chain.signed_in, caller)
        if len(answered) < len(replied):  # a message of its own: it is nobody's business by text
            gathered.reply(told, [each for each in replied if each not in answered], chain.ends)
        for say, text in texts:
            if say.notice:
                gathered.post(told.subscriber, told.id, say.prompt.phrase, text, script=say.script)
        for request in chain.asks:
            gathered.ask_outside(told, request)
        for wish in chain.wishes:
            gathered.wish(told.subscriber, wish)
        for dialog in chain.left:
            self._leave(dialog)
        if chain.hand_over is not None and told.subscriber and not live and not task:
            gathered.want_agent(told.subscriber, chain.hand_over.reason, language)
        if chain.intent:
            gathered.understood(told, chain.intent)
        self._count(chain, conversation.is_errand)
        conversation.chain = None

    def _task_of(self, told: Inbound) -> int:
        """The task of the order that we rang him about; 0 where he rang, or wrote."""
        return key_services.asked_for_agent(self._deed, told.subscriber) if told.session and told.subscriber else 0

    def _count(self, chain: Chain, errand: bool) -> None:
        """The dialog of an errand stands nowhere, and has gone its ways all the same."""
        for before, told, outcome in chain.turned:
            self._tally.went(outcome)
            if not errand:
                self._tally.turn(before, told, outcome)
        if chain.ordered:
            self._tally.ordered(chain.ordered)

    def _fail(self, conversation: Conversation, chain: Chain) -> None:
        trace = traceback.format_exc()
        if chain.wrote:
            raise Poisoned(chain.inbound.id, trace)
        conversation.dialog = _after_failure(chain)
        conversation.chain = None
        self.set_aside(chain.place, chain.inbound, trace)


def _put_through(says: Sequence[Say], language: str) -> list[Say]:
    """Who is put through hears that, and not that he will be rung, nor the question that stands; he comes back to it
    if nobody comes."""
    return [*(say for say in says if say.notice), Say(Prompt("queue.begins"), language)]


def _matters(chain: Chain) -> bool:
    """What came of a deed, and an answer that was waited for, must reach him, also when his session is over."""
    return bool(chain.inbound.session) and (chain.wrote or isinstance(chain.inbound.kind, LookupDone))


def _after_failure(chain: Chain) -> Dialog:
    before = chain.before
    if isinstance(chain.inbound.kind, TimerFired):
        return replace(before, deadline=None)  # else it would fire, and fail, for ever
    if isinstance(chain.inbound.kind, LookupDone):
        return Dialog(before.subscriber, before.thread)  # the answer will not come again: nothing is left to wait for
    return before


def _thread_of(inbound: Inbound) -> str:
    """An errand's answer is met in a dialog of its own, which is not kept."""
    kind = inbound.kind
    return f"{ERRAND}{kind.request}" if isinstance(kind, LookupDone) and kind.resume is not None else inbound.thread


def _versions(conversations: Iterable[Conversation]) -> Iterator[str]:
    """The editions that these dialogs, and the errands that are answered, may stand in."""
    for conversation in conversations:
        if conversation.dialog.place:
            yield conversation.dialog.place.version
        for _, told in conversation.waiting:
            if isinstance(told.kind, LookupDone) and told.kind.resume:
                yield told.kind.resume.version
