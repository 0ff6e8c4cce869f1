"""The agent's telephone, as the console uses it. Without one, or without an Asterisk, he dials by hand."""

from typing import Protocol

from orders.telephoning import PhoneCall


class Telephone(Protocol):
    async def ring(self, agent: str, subscriber: str, task: int, anyway: bool = False) -> PhoneCall | None:
        """Ring the agent, then the customer. None where he has to dial by hand. Raises AlreadyCalling, and OutOfHours,
        unless it is to be done anyway."""

    def opens_at(self, subscriber: str) -> float | None:
        """When it is an hour to ring him; None: now."""

    async def hang_up(self, agent: str, subscriber: str, task: int) -> None: ...

    async def last_call(self, subscriber: str, task: int) -> PhoneCall | None: ...


class ByHand:
    """There is no Asterisk."""

    async def ring(self, agent: str, subscriber: str, task: int, anyway: bool = False) -> PhoneCall | None:
        return None

    def opens_at(self, subscriber: str) -> float | None:
        return None

    async def hang_up(self, agent: str, subscriber: str, task: int) -> None:
        """Nothing to hang up."""

    async def last_call(self, subscriber: str, task: int) -> PhoneCall | None:
        return None
