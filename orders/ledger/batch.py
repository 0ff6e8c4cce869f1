"""One batch: what arrived since the last one, taken in a single transaction.

    repeats fall out ── parts are joined ── receipts and decisions are recorded
                                        └── turns are taken in memory (talk)
                                        └── one `executemany` for each table (gathered) ── commit

Everything here runs in the ledger's thread and may run twice with the same result: turns are pure, and whatever else is
looked at is looked at within the transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select

from dialogs.words import AgentDecided, Begun, DeliveryReport, Inbound, LookupDone, MessagePart, TimerFired
from orders.arrival import Arrival, Taken
from orders.ledger import decisions, joining, receipts, repeats
from orders.ledger.at_hand import Deed
from orders.ledger.gathered import Committed, Gathered, Verdict
from orders.ledger.house import House
from orders.ledger.locks import lock_subscribers as lock_subscribers
from orders.ledger.repeats import Doubt, Doubts
from orders.ledger.statements import locking
from orders.ledger.tables import dialogs, inbound, lookups
from orders.ledger.talk import Talk
from orders.ledger.tally import Tally

_stored_inbound = select(inbound.c.id).where(
    inbound.c.subscriber.in_(bindparam("subscribers", expanding=True)),
    inbound.c.id.in_(bindparam("ids", expanding=True)),
)
_no_deadline = (
    dialogs.update()
    .where(dialogs.c.subscriber == bindparam("of"), dialogs.c.thread == bindparam("in_thread"))
    .values(deadline=None)
)
_open_lookups = select(lookups.c.id).where(lookups.c.id.in_(bindparam("ids", expanding=True)))
_end_lookups = delete(lookups).where(lookups.c.id.in_(bindparam("ids", expanding=True)))

Placed = tuple[int, Inbound]


class Batch:
    """direct: the channels whose messages this node sends at once; others wait as queued rows."""

    def __init__(
        self, connection: Connection, house: House, doubts: Doubts, now: float, direct: frozenset[str] = frozenset()
    ) -> None:
        self._connection = connection
        self._house = house
        self._doubts = doubts
        self._now = now
        self._gathered = Gathered(house, now, direct)
        self._tally = Tally(house.node, now, house.time_zone)
        self._talk = Talk(connection, house, now, self._gathered, self._tally)

    def take(
        self,
        arrivals: Sequence[Arrival],
        culprits: Mapping[int, str] | None = None,
        unsure: Collection[int] = (),
    ) -> Committed:
        """culprits: traces of inbounds known to fail, by id; they go to quarantine without another try.
        unsure:   ids of inbounds that may be stored already; if they are, they have had their effect.
        """
        done = self._gathered.done
        done.verdicts = [Taken.TAKEN] * len(arrivals)
        lock_subscribers(self._connection, {arrival.inbound.subscriber for arrival in arrivals})
        talk: list[Placed] = []
        reports: list[DeliveryReport] = []
        pieces: list[Placed] = []
        for place, arrival in self._fresh(arrivals, unsure):
            told = arrival.inbound
            if culprits and told.id in culprits:
                self._set_aside(place, arrival, culprits[told.id])
            elif isinstance(told.kind, DeliveryReport):
                reports.append(told.kind)
            elif isinstance(told.kind, AgentDecided):
                done.verdicts[place] = self._decide(told)
            elif isinstance(told.kind, MessagePart):
                self._gathered.record(arrival)
                pieces.append((place, told))
            else:
                if not isinstance(told.kind, TimerFired | Begun | LookupDone):
                    self._gathered.record(arrival)
                talk.append((place, told))
        receipts.take(self._connection, reports, self._now)
        talk += self._whole_messages(pieces)
        self._talk.converse(self._still_asked(talk))
        self._gathered.write(self._connection)
        self._tally.flush(self._connection)
        return done

    # ── what falls out before any turn ──

    def _fresh(self, arrivals: Sequence[Arrival], unsure: Collection[int]) -> list[tuple[int, Arrival]]:
        stored = self._stored(arrivals, unsure) if unsure else frozenset()
        return self._without_repeats([pair for pair in enumerate(arrivals) if pair[1].inbound.id not in stored])

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
            self._gathered.done.verdicts[place] = Taken.REPEATED
            self._gathered.done.settled.append((arrival.fingerprint, doubt))
            moved.append((arrival, doubt))
        repeats.move(self._connection, moved)
        return fresh

    def _still_asked(self, talk: list[Placed]) -> list[Placed]:
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

    # ── what is no turn ──

    def _whole_messages(self, pieces: list[Placed]) -> list[Placed]:
        whole = []
        for place, told in joining.take(self._connection, pieces, self._house.join):
            message = replace(told, id=self._house.ids.next(self._now))
            self._gathered.record(Arrival(message))
            whole.append((place, message))
        return whole

    def _set_aside(self, place: int, arrival: Arrival, trace: str) -> None:
        told = arrival.inbound
        if isinstance(told.kind, TimerFired):
            self._connection.execute(_no_deadline, {"of": told.subscriber, "in_thread": told.thread})
        else:
            self._gathered.record(arrival)
        self._talk.set_aside(place, told, trace)

    def _decide(self, told: Inbound) -> Verdict:
        try:
            decisions.take(Deed(self._connection, self._house, self._now, self._gathered.notice), told)
        except decisions.REFUSALS as refusal:
            return refusal
        return Taken.TAKEN
