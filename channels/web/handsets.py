"""Handsets as the phone page needs them. Whoever has them (the embedded message centre) is given to it at assembly."""

from collections.abc import Callable, Sequence
from typing import Protocol


class Message(Protocol):
    """A message on a handset: `out` what was typed there, `in` what arrived.

    segments: how many it takes; arrived: how many are there yet.
    state: queued, sent, delivered or failed; timeline: each state that it has been in, and since when.
    revision: grows with every change, over all messages.
    """

    @property
    def id(self) -> int: ...

    @property
    def revision(self) -> int: ...

    @property
    def peer(self) -> str: ...

    @property
    def direction(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def alphabet(self) -> str: ...

    @property
    def segments(self) -> int: ...

    @property
    def arrived(self) -> int: ...

    @property
    def state(self) -> str: ...

    @property
    def timeline(self) -> tuple[tuple[str, float], ...]: ...


class Handsets(Protocol):
    def submit_mo(self, msisdn: str, text: str, to: str) -> Message:
        """Raises ValueError, whose text can be shown, for what cannot be sent."""

    def messages_for(self, msisdn: str, after: int = 0) -> Sequence[Message]:
        """Those that have changed since that revision, in the order in which they began."""

    def listen(self, msisdn: str, listener: Callable[[Message], None]) -> Callable[[], None]:
        """Calls for every change, until what is returned is called."""
