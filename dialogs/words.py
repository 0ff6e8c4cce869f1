"""The words that flow between the rooms.

A channel hears something and makes an `Inbound` of it; a turn answers with an `Outcome`: the dialog as it now stands,
and `Effects`, which are data until the ledger has committed them. Everything here is frozen, so that a batch can be
taken twice with the same result, and plain enough to be written to a database as it is.

    channel ── Inbound ──> ledger ── (dialog, inbound, facts, now) ──> take_turn
                             │                                            │
                             └──<── Outcome(dialog, effects) ──<──────────┘

An effect that wants an answer is a `Request`. It carries the id by which the answer is known; the dialog awaits that
id, and the answer comes back as an ordinary inbound, `LookupDone`. Some requests are answered by the ledger inside the
same transaction (placing an order: its number and its flags must be in the reply), others by a system outside, with no
transaction open (asking billing). The script cannot tell them apart, and need not.

Amounts of money are whole numbers of the smallest unit (fen, a hundredth of a yuan). Instants are seconds since 1970,
UTC. Values in slots and prompts are JSON.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple, TypeAlias

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Values: TypeAlias = Mapping[str, Value]


class _Nothing(Mapping[str, Value]):
    """No values. A dataclass wants its defaults hashable, which in Python 3.11 a `MappingProxyType` is not."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Value:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final[Values] = _Nothing()


# ── What comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A text message, whole: its parts have been joined and its alphabet decoded."""

    text: str


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One part of a long message, as it came: bytes, because an escape or a surrogate pair may be cut in two.

    group: what the parts of one message have in common beside sender and service (the reference and its width).
    """

    group: str
    total: int
    number: int
    coding: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a person sent and no dialog can read: a business card, a picture, a recording. `what` it was, in a word."""

    what: str


@dataclass(frozen=True, slots=True)
class UssdInput:
    """What was typed into a USSD screen; `opening` when it is the code that was dialled (`*100*1#`)."""

    text: str
    opening: bool = False


@dataclass(frozen=True, slots=True)
class CallBegan:
    """A call was answered. `dialled`: what is to be done at once, when he dialled more than the number (`3*1001`)."""

    dialled: str = ""


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys pressed in a call. Empty when the caller stayed silent, or pressed only the `#` that ended them
    (`terminated`)."""

    text: str
    terminated: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """Keys that nobody but who asked may know: what they were stays where they were pressed, under `token`, until it is
    asked for. keys: how many there were."""

    token: str
    keys: int


DIALLED_AGAIN: Final = "dialled again"


OFFERED: Final = ("rating", "other_number")  # a delivery that he may rate; to be served as another's, with his password
AFTERWARDS: Final = "afterwards"  # the script that asks whether there is anything else


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A USSD session or a call is over on the other side; whatever is still said must go another way.

    reason: in the channel's words; `DIALLED_AGAIN` when the subscriber is in a new session already.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A dialog's deadline has passed. `turns` is the dialog's count when the timer was set: older timers are stale."""

    turns: int


@dataclass(frozen=True, slots=True)
class Begun:
    """The house begins a dialog by itself, in `script` with these slots; it never comes between the subscriber and what
    he is doing."""

    script: str
    slots: Values = NOTHING


@dataclass(frozen=True, slots=True)
class LookupDone:
    """The answer to a `Request`: a `result` by name (`found`, `placed`, `flagged` …) with values, or a failure.

    `resume` is copied from the request. A failure has the result `failed` and says why in `values["reason"]`
    (`unavailable`, `timeout`, `unknown_account` …).
    """

    request: int
    result: str
    values: Values = NOTHING
    resume: "Resume | None" = None


@dataclass(frozen=True, slots=True)
class AgentDecided:
    """What an agent recorded of a call about an order (`task`), with the outcome's contract name.

    checks: what he ticked as asked; None where he does not say. mine: he will ring again himself."""

    task: int
    agent: str
    outcome: str
    note: str = ""
    changes: Values = NOTHING
    callback_at: float | None = None
    checks: tuple[str, ...] | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a message centre says became of a segment that Hall sent. `remote_id` is the centre's message id.

    It may come on any link of the account that the message was sent by.
    `state` is one of `delivered expired deleted undeliverable accepted unknown rejected enroute`.
    """

    account: str
    remote_id: str
    state: str
    error: str = ""
    final: bool = True


Kind: TypeAlias = (
    MessageReceived
    | MessagePart
    | Unreadable
    | UssdInput
    | CallBegan
    | Digits
    | Secret
    | SessionClosed
    | TimerFired
    | Begun
    | LookupDone
    | AgentDecided
    | DeliveryReport
)


class Proof(IntEnum):
    """How sure it is that the subscriber is who he is said to be."""

    NOBODY = 0  # he is not known: a call that shows no number of ours
    NUMBER = 1  # the number that the line shows
    SURE = 2  # nothing but his own card can have sent it, or he has given his password


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something that happened to a dialog, in its envelope.

    id:          unique over all nodes, growing with time on each of them.
    channel:     `sms`, `ussd`, `ivr`, `desk`. For the way back only: a turn never looks at it.
    subscriber:  MSISDN, digits only, with its country code (`8613800138000`).
    service:     the address he wrote to or dialled (`10086`, `*100#`).
    session:     the USSD session or call; empty where the channel has none.
    received_at: when the channel heard it.
    proof:       how sure the channel is of the subscriber.
    """

    id: int
    channel: str
    subscriber: str
    service: str
    received_at: float
    kind: Kind
    session: str = ""
    proof: Proof = Proof.SURE

    @property
    def thread(self) -> str:
        """Which of the subscriber's conversations this belongs to: one per service address, or one per session."""
        return f"{self.channel}:{self.service}/{self.session}" if self.session else self.threshold

    @property
    def begins(self) -> bool:
        """Whether a session begins with it."""
        return isinstance(self.kind, CallBegan) or (isinstance(self.kind, UssdInput) and self.kind.opening)

    @property
    def threshold(self) -> str:
        """Where what a session left standing is kept for the next one; the conversation itself where there are none."""
        return f"{self.channel}:{self.service}"


# ── What stands ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Place:
    """A state of a version of a script, with what was known there.

    beneath: what is taken up again when this script has ended: the state that visits it, or a question that was left
    standing for it. That place may have another beneath it.
    """

    script: str
    version: str
    state: str
    slots: Values = NOTHING
    beneath: "Place | None" = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """One conversation with one subscriber, as a value.

    place:      where it stands; None when nothing is going on.
    trail:      where `0` leads back to, the last step last.
    awaiting:   id of the request whose answer it waits for.
    repeats:    how often the present question has been answered with something it could not use.
    turns:      how many turns were taken in this conversation; bounded, and the mark by which old timers are known.
    expires_at: after this, the next message is met with "go on or start again?"; None while an answer is awaited that
                nobody is on the line for any more.
    deadline:   when `TimerFired` is due; None when the present state has no time-out of its own.
    """

    subscriber: str
    thread: str
    place: Place | None = None
    trail: tuple[Place, ...] = ()
    awaiting: int | None = None
    repeats: int = 0
    turns: int = 0
    expires_at: float | None = None
    deadline: float | None = None

    @property
    def unattended(self) -> bool:
        """The session was over before the answer came."""
        return self.awaiting is not None and self.expires_at is None


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What a dialog may know of something that can be ordered. `price`: what it costs now, in fen; `names` by language.

    channels:  where it is sold; none named: everywhere.
    no_return: once it has been activated it cannot be given back, and whoever orders it must agree to that.
    confirm:   it is ordered only when the subscriber has said yes once more, by text.
    ship:      somebody has to carry it; of a service, or a data pack, nobody has.
    """

    code: str
    keypad: str
    names: Mapping[str, str]
    price: int
    aliases: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    no_return: bool = False
    confirm: bool = False
    ship: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What a turn may know beside the dialog: a snapshot, the same for the whole batch but for the subscriber's own.

    left: what his last session at this service address left standing; told only when a session begins.
    by_text:  his conversation by text, as it stands; told only in sessions, where what they leave may be offered by it.
    stock:    how many there are of what is not without end, by code.
    not_here: what is sold elsewhere, but not by the way he came.
    goes_on:  the session is worth something when a dialog has ended in it: he is asked whether there is anything else.
    keys_only: he cannot write: what asks for a text goes on as if he had given none.
    offered:  what may be offered to him here and now and not to everybody: OFFERED has their names.
    """

    language: str
    offers: Mapping[str, OfferFacts] = field(default_factory=dict)
    marketing: bool = True
    left: Dialog | None = None
    by_text: Dialog | None = None
    stock: Mapping[str, int] = field(default_factory=dict)
    not_here: frozenset[str] = frozenset()
    goes_on: bool = False
    keys_only: bool = False
    offered: frozenset[str] = frozenset()


# ── What goes out ────────────────────────────────────────────────────────────────────────────────────────────────────


class Expects(StrEnum):
    """What a prompt waits for. It tells a channel how to ask (a menu, a digit collector), not what to do."""

    NOTHING = "nothing"
    MENU = "menu"
    DIGITS = "digits"
    TEXT = "text"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu: the key that takes it and what it is called, as a phrase or as a text by itself.

    code:  what takes it as well, on a keypad: callers know the code of what they have seen in print.
    aloud: it is said, and not written.
    """

    key: str
    phrase: str = ""
    text: str = ""
    values: Values = NOTHING
    code: str = ""
    aloud: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is to be said, before any channel has cut or spoken it: a phrase with values, never finished text.

    page:    which part of a long menu is wanted, where not all of it has room: 0 is the first, and past the last comes
             the first again. How much has room only the channel knows.
    first:   there is no question before this one, so that `0` leads out.
    edition: whose phrases it is to be said by; empty for those that everybody has.
    secret:  the answer is not to be seen, spoken or kept by whoever takes it.
    """

    phrase: str
    values: Values = NOTHING
    choices: tuple[Choice, ...] = ()
    expects: Expects = Expects.NOTHING
    minimum: int = 0
    maximum: int = 0
    terminator: str = ""
    page: int = 0
    first: bool = False
    edition: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """`notice` marks what the subscriber must get whatever becomes of the session: it is sent as a text message.

    script: which one says it, for those who carry it; what is said is the same whoever says it.
    """

    prompt: Prompt
    language: str
    notice: bool = False
    script: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class EndSession:
    """Nothing more is expected: a USSD session may be closed, a call hung up."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Where an answer is to be met that no dialog waits for: the subscriber was told that he would be written to."""

    script: str
    version: str
    state: str
    slots: Values = NOTHING
    language: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Ask `service` (`billing.balance`, `orders.place` …) with `arguments`; the answer is `LookupDone(id, …)`.

    within: seconds for the whole of it, after which the answer is `failed` with the reason `timeout`.
    resume: set for a request whose answer the dialog does not wait for.
    """

    id: int
    service: str
    arguments: Values = NOTHING
    within: float = 5.0
    resume: Resume | None = None


@dataclass(frozen=True, slots=True)
class Remember:
    """A wish of the subscriber that outlives the dialog: `language` (`zh`, `en`) or `marketing` (False: opted out)."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person is to ring this subscriber back, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Leave:
    """This dialog is kept in its thread: at the threshold of the service for the next session, or in the subscriber's
    conversation by text; one without a place: nothing is."""

    dialog: Dialog


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whoever is in this session has proved to be this subscriber: it goes on as his."""

    subscriber: str


Effect: TypeAlias = Say | EndSession | Request | Remember | HandOver | Leave | SignIn


class Step(NamedTuple):
    """A way that was taken, as it stands in the script's chart."""

    version: str
    script: str
    state: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to.

    intent: what the words were understood as; empty inside a dialog.
    ways:   those that it went by, from the state where it stood to the one where it rests.
    """

    dialog: Dialog
    effects: tuple[Effect, ...] = ()
    intent: str = ""
    ways: tuple[Step, ...] = ()
