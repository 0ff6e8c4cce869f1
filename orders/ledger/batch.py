"""One batch: what arrived since the last one, taken in a single transaction.

    repeats fall out ── parts are joined ── receipts and decisions are recorded
                                        └── turns are taken in memory, in the order of arrival
                                              │        ▲
                                   requests ──┘        └── their answers, for those which the ledger itself can give
                                        └── one `executemany` for each table ── commit

Turns of one conversation follow each other; those of different conversations advance together in rounds, so that a
hundred subscribers who place an order in one batch cost one look into their past orders and not a hundred.

A turn that raises is thrown away whole: the dialog stays as it was, the inbound goes to quarantine with its traceback
and the subscriber gets an apology. Had it already changed something in this transaction (an order was placed, and the
words to say so failed), `Poisoned` names the culprit and the batch is taken again without it; turns are pure, so the
rest comes out the same.

Everything here runs in the ledger's thread and may run twice with the same result.
"""

import traceback
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy import text as sql

from dialogs.words import (
    AgentDecided,
    DeliveryReport,
    Dialog,
    EndSession,
    Facts,
    HandOver,
    Inbound,
    LookupDone,
    MessagePart,
    Outcome,
    Place,
    Prompt,
    Remember,
    Request,
    Say,
    TimerFired,
)
from orders.arrival import Arrival, Taken
from orders.ledger import decisions, joining, receipts, repeats, services
from orders.ledger.house import House
from orders.ledger.repeats import Doubt, Doubts
from orders.ledger.rows import KIND_NAMES, Row, content_of, dialog_of, dialog_row, lookup_row, to_json
from orders.ledger.statements import locking, statements, write
from orders.ledger.tables import call_tasks, dialogs, inbound, lookups, outbound, quarantine, subscribers
from orders.ledger.tally import Tally
from orders.lookup import Answer, Lookup
from orders.outbound import Outbound, OutboundState

APOLOGY = Prompt("apology.failed")
ERRAND = "errand:"

_stored_inbound = select(inbound.c.id).where(
    inbound.c.subscriber.in_(bindparam("subscribers", expanding=True)),
    inbound.c.id.in_(bindparam("ids", expanding=True)),
)
_no_deadline = (
    dialogs.update()
    .where(dialogs.c.subscriber == bindparam("of"), dialogs.c.thread == bindparam("in_thread"))
    .values(deadline=None)
)
_stored_dialogs = select(dialogs).where(dialogs.c.subscriber.in_(bindparam("subscribers", expanding=True)))
_locks = sql(
    "SELECT pg_advisory_xact_lock(k) FROM"
    " (SELECT DISTINCT hashtextextended(s, 0) AS k FROM unnest(CAST(:who AS text[])) AS s ORDER BY k) AS ordered"
)
_wishes = select(subscribers.c.subscriber, subscribers.c.language, subscribers.c.marketing).where(
    subscribers.c.subscriber.in_(bindparam("subscribers", expanding=True))
)
_open_lookups = select(lookups.c.id).where(lookups.c.id.in_(bindparam("ids", expanding=True)))
_end_lookups = delete(lookups).where(lookups.c.id.in_(bindparam("ids", expanding=True)))
_callbacks = select(call_tasks.c.subscriber).where(
    call_tasks.c.subscriber.in_(bindparam("subscribers", expanding=True)),
    call_tasks.c.order_number.is_(None),
    call_tasks.c.due_at.is_not(None),
)


class Poisoned(Exception):
    """This inbound's turn failed after it had changed something; take the batch again with it set aside."""

    def __init__(self, culprit: int, trace: str) -> None:
        super().__init__(culprit)
        self.culprit = culprit
        self.trace = trace


Verdict = Taken | Exception


@dataclass(slots=True)
class Committed:
    """What is true once the transaction is. `verdicts` are in the order of the arrivals."""

    verdicts: list[Verdict] = field(default_factory=list)
    outbound: list[Outbound] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    settled: list[tuple[bytes, Doubt]] = field(default_factory=list)
    turns: int = 0
    intents: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Chain:
    """All that one inbound leads to: its own turn, and those of the answers given within the transaction."""

    place: int
    inbound: Inbound
    before: Dialog
    says: list[Say] = field(default_factory=list)
    asks: list[Request] = field(default_factory=list)
    wishes: list[Remember] = field(default_factory=list)
    hand_over: HandOver | None = None
    intent: str = ""
    ends: bool = False
    wrote: bool = False
    turned: list[tuple[Dialog, Inbound, Outcome]] = field(default_factory=list)
    ordered: Place | None = None


@dataclass(slots=True)
class Conversation:
    """One dialog in this batch, and what is waiting to be told to it."""

    stored: Dialog | None
    dialog: Dialog
    waiting: deque[tuple[int, Inbound]] = field(default_factory=deque)
    chain: Chain | None = None


class Batch:
    """direct: the channels whose messages this node sends at once; others wait as queued rows."""

    def __init__(
        self, connection: Connection, house: House, doubts: Doubts, now: float, direct: frozenset[str] = frozenset()
    ) -> None:
        self._connection = connection
        self._house = house
        self._doubts = doubts
        self._now = now
        self._direct = direct
        self._done = Committed()
        self._inbound_rows: dict[int, Row] = {}
        self._outbound_rows: list[Row] = []
        self._dialog_rows: list[Row] = []
        self._wishes: dict[str, dict[str, Any]] = {}
        self._facts: dict[str, Facts] = {}
        self._wanted: dict[str, tuple[int, str]] = {}
        self._quarantined: list[Row] = []
        self._lookups: list[Row] = []
        self._tally = Tally(house.node, now)
        self._all: list[Conversation] = []

    def take(
        self, arrivals: Sequence[Arrival], culprits: dict[int, str] | None = None, unsure: Collection[int] = ()
    ) -> Committed:
        """culprits: traces of inbounds known to fail, by id; they go to quarantine without another try.
        unsure:   ids of inbounds that may be stored already; if they are, they have had their effect.
        """
        done = self._done
        done.verdicts = [Taken.TAKEN] * len(arrivals)
        lock_subscribers(self._connection, {arrival.inbound.subscriber for arrival in arrivals})
        stored = self._stored(arrivals, unsure) if unsure else frozenset()
        fresh = self._without_repeats([pair for pair in enumerate(arrivals) if pair[1].inbound.id not in stored])
        talk: list[tuple[int, Inbound]] = []
        reports: list[DeliveryReport] = []
        pieces: list[tuple[int, Inbound]] = []
        for place, arrival in fresh:
            told = arrival.inbound
            if culprits and told.id in culprits:
                if isinstance(told.kind, TimerFired):
                    self._connection.execute(_no_deadline, {"of": told.subscriber, "in_thread": told.thread})
                else:
                    self._record(arrival)
                self._set_aside(place, told, culprits[told.id])
            elif isinstance(told.kind, DeliveryReport):
                reports.append(told.kind)
            elif isinstance(told.kind, AgentDecided):
                done.verdicts[place] = self._decide(told)
            elif isinstance(told.kind, MessagePart):
                self._record(arrival)
                pieces.append((place, told))
            else:
                if not isinstance(told.kind, TimerFired | LookupDone):
                    self._record(arrival)
                talk.append((place, told))
        receipts.take(self._connection, reports, self._now)
        talk += self._whole_messages(pieces)
        self._converse(self._still_asked(talk))
        self._flush()
        return done

    # ── what falls out before any turn ──

    def _stored(self, arrivals: Sequence[Arrival], unsure: Collection[int]) -> frozenset[int]:
        asked = [arrival.inbound for arrival in arrivals if arrival.inbound.id in unsure]
        names = {"subscribers": [told.subscriber for told in asked], "ids": [told.id for told in asked]}
        return frozenset(self._connection.scalars(_stored_inbound, names)) if asked else frozenset()

    def _without_repeats(self, arrivals: list[tuple[int, Arrival]]) -> list[tuple[int, Arrival]]:
        if not len(self._doubts):
            return arrivals
        fresh: list[tuple[int, Arrival]] = []
        moved: list[tuple[Arrival, Doubt]] = []
        for place, arrival in arrivals:
            doubt = self._doubts.match(arrival, self._now)
            if doubt is None or any(doubt is used for _, used in moved):
                fresh.append((place, arrival))
                continue
            self._done.verdicts[place] = Taken.REPEATED
            self._done.settled.append((arrival.fingerprint, doubt))
            moved.append((arrival, doubt))
        repeats.move(self._connection, moved)
        return fresh

    def _still_asked(self, talk: list[tuple[int, Inbound]]) -> list[tuple[int, Inbound]]:
        """An answer is taken once: the look-up's row is there until then, and goes with the turn."""
        answered = [told.kind.request for _, told in talk if isinstance(told.kind, LookupDone)]
        if not answered:
            return talk
        query = _open_lookups.with_for_update() if locking(self._connection) else _open_lookups
        still = set(self._connection.scalars(query, {"ids": answered}))
        self._connection.execute(_end_lookups, {"ids": list(still)})
        kept = []
        for place, told in talk:
            if isinstance(told.kind, LookupDone):
                if told.kind.request not in still:
                    continue
                still.discard(told.kind.request)
            kept.append((place, told))
        return kept

    def _whole_messages(self, pieces: list[tuple[int, Inbound]]) -> list[tuple[int, Inbound]]:
        whole = []
        for place, told in joining.take(self._connection, pieces, self._house.join):
            message = replace(told, id=self._house.ids.next(self._now))
            self._record(Arrival(message))
            whole.append((place, message))
        return whole

    # ── turns ──

    def _converse(self, talk: list[tuple[int, Inbound]]) -> None:
        active = self._conversations(talk)
        while active:
            asked: list[tuple[Conversation, services.Ask]] = []
            for conversation in active:
                self._advance(conversation, asked)
            if not asked:
                break
            answers = services.answer(self._connection, self._house, self._now, [ask for _, ask in asked])
            for (conversation, ask), answer in zip(asked, answers, strict=True):
                self._hear_answer(conversation, ask, answer)
            active = [conversation for conversation, _ in asked]
        for conversation in self._all:
            if conversation.dialog != conversation.stored and not conversation.dialog.thread.startswith(ERRAND):
                self._dialog_rows.append(dialog_row(conversation.dialog))

    def _conversations(self, talk: list[tuple[int, Inbound]]) -> list[Conversation]:
        stored = self._load(sorted({told.subscriber for _, told in talk}))
        found: dict[tuple[str, str], Conversation] = {}
        for place, told in talk:
            thread = told.thread
            if isinstance(told.kind, LookupDone) and told.kind.resume is not None:
                thread = f"{ERRAND}{told.kind.request}"
            key = told.subscriber, thread
            if key not in found:
                before = stored.get(key)
                blank = Dialog(told.subscriber, thread)
                found[key] = Conversation(before or blank, before or blank)
            found[key].waiting.append((place, told))
        self._all = list(found.values())
        self._house.recall(self._connection, set(_versions(self._all)))
        return self._all

    def _load(self, of: list[str]) -> dict[tuple[str, str], Dialog]:
        if not of:
            return {}
        names = {"subscribers": of}
        for row in self._connection.execute(_wishes, names):
            self._facts[row.subscriber] = Facts(
                row.language or self._house.language, self._house.offers, bool(row.marketing)
            )
        return {
            (row.subscriber, row.thread): dialog_of(row) for row in self._connection.execute(_stored_dialogs, names)
        }

    def _advance(self, conversation: Conversation, asked: list[tuple[Conversation, services.Ask]]) -> None:
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
        outcome = self._house.take_turn(conversation.dialog, told, self._facts_of(told.subscriber), self._now)
        self._done.turns += 1
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
                    self._wish(told.subscriber, effect)
                case HandOver():
                    chain.hand_over = effect
                case EndSession():
                    chain.ends = True
        return requests

    def _hear_answer(self, conversation: Conversation, ask: services.Ask, answer: Answer) -> None:
        assert conversation.chain is not None
        if ask.request.service == "orders.place":
            self._done.orders.append(answer.result)
            if answer.result in services.PLACED:
                conversation.chain.ordered = conversation.dialog.place
        kind = LookupDone(ask.request.id, answer.result, answer.values, ask.request.resume)
        told = replace(ask.inbound, id=self._house.ids.next(self._now), kind=kind)
        conversation.waiting.appendleft((conversation.chain.place, told))

    def _facts_of(self, subscriber: str) -> Facts:
        facts = self._facts.get(subscriber)
        if facts is None:
            facts = self._facts[subscriber] = Facts(self._house.language, self._house.offers)
        return facts

    def _wish(self, subscriber: str, wish: Remember) -> None:
        if wish.name == "language":
            self._facts[subscriber] = replace(self._facts_of(subscriber), language=str(wish.value))
        elif wish.name == "marketing":
            self._facts[subscriber] = replace(self._facts_of(subscriber), marketing=bool(wish.value))
        else:
            raise ValueError(f"a script wants {wish.name!r} remembered; what can be is language and marketing")

    # ── the end of a chain ──

    def _finish(self, conversation: Conversation, chain: Chain) -> None:
        try:
            texts = [(say, self._house.render(chain.inbound.channel, say.prompt, say.language)) for say in chain.says]
        except Exception:  # noqa: BLE001 - a phrase that cannot be said is a failure of the turn
            self._fail(conversation, chain)
            return
        told = chain.inbound
        self._reply(told, [(say, text) for say, text in texts if not say.notice], chain.ends)
        for say, text in texts:
            if say.notice:
                self._post(told.subscriber, told.id, say.prompt.phrase, text)
        for request in chain.asks:
            self._ask_outside(told, request)
        for wish in chain.wishes:
            self._wishes.setdefault(told.subscriber, {})[wish.name] = wish.value
        if chain.hand_over is not None:
            self._wanted[told.subscriber] = (told.id, chain.hand_over.reason)
        if chain.intent:
            self._done.intents.append(chain.intent)
            if told.id in self._inbound_rows:
                self._inbound_rows[told.id]["intent"] = chain.intent
        if not conversation.dialog.thread.startswith(ERRAND):
            self._count(chain)
        conversation.chain = None

    def _count(self, chain: Chain) -> None:
        for before, told, outcome in chain.turned:
            self._tally.turn(before, told, outcome)
        if chain.ordered:
            self._tally.ordered(chain.ordered)

    def _fail(self, conversation: Conversation, chain: Chain) -> None:
        trace = traceback.format_exc()
        if chain.wrote:
            raise Poisoned(chain.inbound.id, trace)
        conversation.dialog = chain.before
        if isinstance(chain.inbound.kind, TimerFired):
            conversation.dialog = replace(chain.before, deadline=None)  # else it would fire, and fail, for ever
        conversation.chain = None
        self._set_aside(chain.place, chain.inbound, trace)

    def _set_aside(self, place: int, told: Inbound, trace: str) -> None:
        self._done.verdicts[place] = Taken.QUARANTINED
        self._quarantined.append(quarantine_row(told, self._now, trace))
        if isinstance(told.kind, TimerFired):
            return  # nobody has asked for anything, so nobody wants an apology
        text = self._house.render(told.channel, APOLOGY, self._facts_of(told.subscriber).language)
        self._reply(told, [(Say(APOLOGY, ""), text)], True)

    def _reply(self, told: Inbound, texts: list[tuple[Say, str]], ends: bool) -> None:
        if not texts:
            return
        validity = self._house.session_validity if told.session else self._house.text_validity
        self._send(
            Outbound(
                id=self._house.ids.next(self._now),
                subscriber=told.subscriber,
                channel=told.channel,
                service=told.service,
                session=told.session,
                text="\n".join(text for _, text in texts),
                created_at=self._now,
                expires_at=self._now + validity,
                lease_until=self._now + self._house.lease,
                ends=ends,
                phrase=texts[0][0].prompt.phrase,
            ),
            told.id,
        )

    def _post(self, subscriber: str, because_of: int | None, phrase: str, text: str) -> None:
        """A notice: a text message, whatever channel the matter came up in."""
        self._send(
            Outbound(
                id=self._house.ids.next(self._now),
                subscriber=subscriber,
                channel="sms",
                service=self._house.text_service,
                session="",
                text=text,
                created_at=self._now,
                expires_at=self._now + self._house.text_validity,
                lease_until=self._now + self._house.lease,
                phrase=phrase,
            ),
            because_of,
        )

    def _send(self, message: Outbound, because_of: int | None) -> None:
        direct = message.channel in self._direct
        self._outbound_rows.append(
            {
                "subscriber": message.subscriber,
                "id": message.id,
                "inbound": because_of,
                "channel": message.channel,
                "service": message.service,
                "session": message.session,
                "phrase": message.phrase,
                "text": message.text,
                "ends": message.ends,
                "created_at": message.created_at,
                "expires_at": message.expires_at,
                "state": OutboundState.SENDING if direct else OutboundState.QUEUED,
                "due_at": message.lease_until if direct else self._now,
                "node": self._house.node if direct else None,
                "attempts": 0,
            }
        )
        if direct:
            self._done.outbound.append(message)

    def _ask_outside(self, told: Inbound, request: Request) -> None:
        lookup = Lookup(
            id=request.id,
            subscriber=told.subscriber,
            channel=told.channel,
            service_address=told.service,
            session=told.session,
            service=request.service,
            arguments=request.arguments,
            asked_at=self._now,
            give_up_at=self._now + request.within,
            resume=request.resume,
        )
        self._lookups.append(lookup_row(lookup, self._house.node, self._now + self._house.lease))
        self._done.lookups.append(lookup)

    # ── an agent's decision ──

    def _decide(self, told: Inbound) -> Verdict:
        def post(subscriber: str, prompt: Prompt, language: str) -> None:
            self._post(subscriber, None, prompt.phrase, self._house.render("sms", prompt, language))

        try:
            decisions.take(self._connection, self._house, told, self._now, post)
        except decisions.REFUSALS as refusal:
            return refusal
        return Taken.TAKEN

    # ── the rows ──

    def _record(self, arrival: Arrival) -> None:
        told = arrival.inbound
        self._inbound_rows[told.id] = {
            "subscriber": told.subscriber,
            "id": told.id,
            "thread": told.thread,
            "kind": KIND_NAMES[type(told.kind)],
            "content": content_of(told),
            "intent": None,
            "received_at": told.received_at,
            "connection": arrival.connection,
            "number": arrival.number,
            "fingerprint": arrival.fingerprint or None,
        }

    def _flush(self) -> None:
        connection, worded = self._connection, statements(self._connection)
        write(connection, insert(inbound), self._inbound_rows.values())
        write(connection, worded.upsert(dialogs), self._dialog_rows)
        write(connection, insert(outbound), self._outbound_rows)
        write(connection, insert(lookups), self._lookups)
        write(connection, insert(quarantine), self._quarantined)
        self._tally.flush(connection)
        self._flush_wishes()
        self._flush_wanted()

    def _flush_wishes(self) -> None:
        for subscriber, wishes in self._wishes.items():
            row = {"subscriber": subscriber, **wishes, "updated_at": self._now}
            connection = self._connection
            connection.execute(statements(connection).put(subscribers), {"subscriber": subscriber, "updated_at": 0.0})
            changed = subscribers.update().where(subscribers.c.subscriber == subscriber)
            connection.execute(changed.values(**{name: value for name, value in row.items() if name != "subscriber"}))

    def _flush_wanted(self) -> None:
        """Who asked for an agent and is not already waiting for one."""
        if not self._wanted:
            return
        waiting = set(self._connection.scalars(_callbacks, {"subscribers": list(self._wanted)}))
        write(
            self._connection,
            insert(call_tasks),
            (
                services.call_task_row(subscriber, self._house.ids.next(self._now), None, reasons(why), 0, self._now)
                for subscriber, (_, why) in self._wanted.items()
                if subscriber not in waiting
            ),
        )


def _versions(conversations: Iterable[Conversation]) -> Iterator[str]:
    """The editions that these dialogs, and the errands that are answered, may stand in."""
    for conversation in conversations:
        if conversation.dialog.place:
            yield conversation.dialog.place.version
        for _, told in conversation.waiting:
            if isinstance(told.kind, LookupDone) and told.kind.resume:
                yield told.kind.resume.version


def lock_subscribers(connection: Connection, who: Iterable[str]) -> None:
    """Turns of one subscriber wait for each other, on whichever nodes they are, also while he has no row to lock.

    The locks are taken in one order by everybody, so that two nodes cannot wait for each other, and go with the commit.
    """
    if locking(connection):
        connection.execute(_locks, {"who": list(who)})


def reasons(why: str) -> list[dict[str, Any]]:
    return [{"code": why, "saw": {}}]


def quarantine_row(told: Inbound, now: float, trace: str) -> Row:
    record = {
        "channel": told.channel,
        "service": told.service,
        "session": told.session,
        "received_at": told.received_at,
        "kind": KIND_NAMES[type(told.kind)],
        "content": content_of(told),
    }
    return {"subscriber": told.subscriber, "id": told.id, "at": now, "inbound": to_json(record), "trace": trace}
