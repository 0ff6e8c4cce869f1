"""What a link has in hand: its state, what was asked and is not answered, what is to be said, what is to be told.

The two who speak work on it, the owner of the connection (link.py) and the peer (link_hears.py); here is what either
way of speaking leads to. It knows nothing of octets that come in.
"""

from enum import Enum, auto
from struct import Struct
from typing import Final

from channels.smpp import events as e
from channels.smpp.confirmations import Confirmations
from channels.smpp.crowd import Crowd
from channels.smpp.inbox import Inbox
from channels.smpp.paces import Paces
from channels.smpp.pdus import Bind, EnquireLink, Pdu, QuerySm, Unbind, UnbindResp, encode
from channels.smpp.rules import Rule, rules_of
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_RINVBNDSTS, ESME_ROK, Class, patience_after
from channels.smpp.submissions import Submission, Submissions
from channels.smpp.window import Asked, InFlight, Query, What, Window

_SEQUENCE: Final = Struct("!I")


class State(Enum):
    BINDING = auto()
    BOUND = auto()
    FINISHING = auto()
    UNBINDING = auto()
    RELEASING = auto()
    CLOSED = auto()


LEAVING: Final = (State.FINISHING, State.RELEASING)


class Session:
    def __init__(self, settings: LinkSettings, sequence_start: int, paces: Paces) -> None:
        self.settings = settings
        self.rules = rules_of(settings.status)
        self.state = State.BINDING
        self.window = Window(settings.response_timeout, sequence_start)
        self.submissions = Submissions(settings.window, paces)
        self.crowd = Crowd()
        self.confirmations = Confirmations()
        self.inbox = Inbox(settings.backlog, self.confirmations)
        self.heard_at = 0.0
        self.enquiring = False
        self.leave_by = 0.0
        self.peers_unbind = 0
        self._out: list[bytes] = []
        self._events: list[e.Event] = []

    # ── what is said and told ──

    def ask(self, what: What, pdu: Bind | EnquireLink | QuerySm | Unbind, now: float) -> None:
        sequence = self.window.open(what, self.confirmations.ask(), now)
        self._out.append(encode(pdu, sequence))

    def write(self, pdu: Pdu) -> None:
        self._out.append(encode(pdu))

    def written(self) -> bytes:
        data = b"".join(self._out)
        self._out.clear()
        return data

    def tell(self, event: e.Event) -> None:
        self._events.append(event)

    def told(self) -> list[e.Event]:
        told, self._events = self._events, []
        return told

    # ── what becomes of a request ──

    def answered(self, sequence: int, request: InFlight, now: float) -> None:
        self.window.close(sequence)
        if self.confirmations.answer(request.through, now):
            self.tell(e.Confirmed(request.through))

    def bind_answered(self, status: int, system_id: str) -> None:
        if status == ESME_ROK:
            self.state = State.BOUND
            self.tell(e.Bound(system_id))
        else:
            self.close(e.BindRefused(status, patience_after(status)))

    def settle(self, submission: Submission, status: int, message_id: str, now: float) -> None:
        if status == ESME_ROK:
            self.crowd.passed()
            self.submissions.settled(submission)
            self.tell(e.Submitted(submission.token, message_id))
            return
        rule = self.rules.of(status)
        if not self._throttles(rule, submission):
            self.submissions.settled(submission)
            self.tell(e.Refused(submission.token, status, rule.klass))
        elif not self.submissions.throttled(submission, rule.at_link, now):
            self.tell(e.Refused(submission.token, status, rule.klass))
        elif self.state is not State.BOUND:
            self.refuse_waiting()
        if status == ESME_RINVBNDSTS:
            self.die("the message centre says that we are not bound")

    def _throttles(self, rule: Rule, submission: Submission) -> bool:
        if rule.crowd:
            return self.crowd.met(submission.destination, rule.crowd)
        return rule.klass is Class.THROTTLE

    def give_up(self, request: InFlight) -> None:
        """It was not answered in time."""
        match request.what:
            case Submission() as submission:
                self.submissions.unanswered(submission)
                self.tell(e.Unanswered(submission.token))
            case Query() as query:
                self.tell(e.Queried(query.token, None))
            case Asked.BIND:
                self.die("the bind was not answered")
            case Asked.UNBIND:
                self.close(e.Unbound())
            case Asked.ENQUIRE_LINK:
                self.enquiring = False
                if self.heard_at <= request.sent_at:
                    self.die("the peer has been silent, also when asked whether it lives")

    def lose(self) -> None:
        """Every answer that was still to come is lost."""
        self.inbox.clear()
        for request in self.window.emptied():
            if isinstance(request.what, Submission):
                self.tell(e.Unanswered(request.what.token))
            elif isinstance(request.what, Query):
                self.tell(e.Queried(request.what.token, None))
        self.refuse_waiting()

    # ── what follows ──

    def go_on(self, now: float) -> None:
        if self.state is State.BOUND:
            self.send_waiting(now)
        elif self.state in LEAVING:
            unfinished = self.window.submissions or len(self.inbox)
            if not unfinished or now >= self.leave_by:
                self._leave(now)

    def send_waiting(self, now: float) -> None:
        if self.state is not State.BOUND:
            return
        while (submission := self.submissions.next(self.window.submissions, now)) is not None:
            sequence = self.window.open(submission, self.confirmations.ask(), now)
            frame = submission.frame
            self._out.append(frame[:12] + _SEQUENCE.pack(sequence) + frame[16:])

    def refuse_waiting(self) -> None:
        for submission in self.submissions.emptied():
            self.tell(e.Refused(submission.token, ESME_RINVBNDSTS, Class.SESSION))

    def enquire_at(self) -> float | None:
        """When the peer has been silent for long, or when acknowledgements have been open for long."""
        if self.enquiring or self.state in (State.BINDING, State.UNBINDING, State.CLOSED):
            return None
        silent = self.heard_at + self.settings.enquire_link
        unconfirmed = self.confirmations.due(nothing_in_flight=not self.window)
        return silent if unconfirmed is None else min(silent, unconfirmed)

    def _leave(self, now: float) -> None:
        if self.state is State.FINISHING:
            self.state = State.UNBINDING
            self.ask(Asked.UNBIND, Unbind(), now)
        else:
            self.write(UnbindResp(sequence=self.peers_unbind))
            self.close(e.Unbound())

    def die(self, reason: str) -> None:
        self.close(e.Dead(reason))

    def close(self, last: e.Event) -> None:
        self.state = State.CLOSED
        self.tell(last)
