"""What the console asks of the house. Whoever assembles the server gives it an answerer; here it is only asked.

Everything is answered after the commit. What may not be done is raised: `TaskGone`, `NotYours`, `LeaseOver`,
`BadDecision`, `LockedOut`, `IllegalChange`, and `LedgerAway` when the database cannot be reached.
"""

from typing import Protocol

from dialogs.words import AgentDecided
from orders.dead_letters import DeadLetters
from orders.desk_words import Board, Card, DeskSession, Queue, Recorded, Role
from orders.misunderstood import Misunderstood
from orders.signing_in import Caller, Entry, Vouched


class DeskStore(Protocol):
    async def try_sign_in(self, name: str, caller: Caller | None) -> str | None:
        """Counts the try; the stored hash to compare the password with, or None for somebody who may not sign in.
        caller: None for somebody who is in already. Raises LockedOut, or Slowed for who comes from where he comes."""

    async def wrong(self, name: str, caller: Caller) -> None:
        """The password was: counted against where it came from."""

    async def open_session(self, name: str, token_hash: bytes, csrf: str, entry: Entry) -> DeskSession | None: ...

    async def admit(self, vouched: Vouched, token_hash: bytes, csrf: str, entry: Entry) -> DeskSession | None:
        """Somebody for whom an identity provider vouches; None if he is disabled. Raises NotKnown."""

    async def session(self, token_hash: bytes) -> DeskSession | None: ...

    async def close_session(self, token_hash: bytes) -> str:
        """The token of the identity provider by which he came; empty where he came by a password."""

    async def ended(self, issuer: str, subject: str, sid: str) -> int:
        """An identity provider says that somebody is gone: his sessions here are over. How many there were."""

    async def why_over(self, token_hash: bytes) -> str | None:
        """`taken_over` or `forced_out`, where somebody ended this session."""

    async def queue(self, agent: str) -> Queue: ...

    async def board(self) -> Board: ...

    async def dead_letters(self) -> DeadLetters: ...

    async def resend(self, supervisor: str, letter: int) -> None:
        """Raises `NoSuchLetter`, also when somebody else has just done it."""

    async def misunderstood(self) -> tuple[Misunderstood, ...]: ...

    async def teach(self, supervisor: str, text: str, meaning: str) -> str:
        """The text as it is kept; raises BadPhrase."""

    async def claim(self, agent: str) -> Card | None: ...

    async def card(self, agent: str, role: Role, task: int) -> Card: ...

    async def extend(self, agent: str, task: int) -> float:
        """The end of the new lease."""

    async def release(self, agent: str, task: int) -> None: ...

    async def number_to_dial(self, agent: str, task: int) -> str: ...

    async def subscriber_of(self, role: Role, agent: str, task: int) -> str:
        """Whose task it is, for a program: nobody is shown it. Also when it was decided a moment ago."""

    async def decide(self, decided: AgentDecided) -> Recorded: ...
