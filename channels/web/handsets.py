"""Handsets as the phone page needs them. Whoever has them (the embedded message centre) is given to it at assembly."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from twisted.internet.defer import Deferred


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


class Screen(Protocol):
    """What a handset shows of a USSD session.

    state: asks (it can be answered), over (it was the last word), failed (the network has given up).
    characters, room: so many places of the alphabet, of so many; waits: seconds within which something is to be typed.
    """

    @property
    def state(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def alphabet(self) -> str: ...

    @property
    def characters(self) -> int: ...

    @property
    def room(self) -> int: ...

    @property
    def waits(self) -> float: ...


class Screens(Protocol):
    """The USSD side of the handsets. `dial` and `reply` raise ValueError, whose text can be shown."""

    def dial(self, msisdn: str, code: str) -> "Deferred[Any]":
        """Fires with the Screen that answers."""

    def reply(self, msisdn: str, text: str) -> "Deferred[Any]": ...

    def leave(self, msisdn: str) -> None: ...


class Handsets(Protocol):
    def submit_mo(self, msisdn: str, text: str, to: str) -> Message:
        """Raises ValueError, whose text can be shown, for what cannot be sent."""

    def messages_for(self, msisdn: str, after: int = 0) -> Sequence[Message]:
        """Those that have changed since that revision, in the order in which they began."""

    def listen(self, msisdn: str, listener: Callable[[Message], None]) -> Callable[[], None]:
        """Calls for every change, until what is returned is called."""
