"""A question to a system outside, which a turn has asked and the ledger keeps until it is answered.

It is committed with the turn, asked with no transaction open, and its answer is an inbound like any other. An errand
(`resume` is set) may be asked again and again until `give_up_at`: nobody is waiting at the other end of a session.
"""

from dataclasses import dataclass

from dialogs.words import NOTHING, Proof, Resume, Values


@dataclass(frozen=True, slots=True)
class Lookup:
    """channel, service_address and session say where the subscriber is answered; proof: how sure it was who asked."""

    id: int
    subscriber: str
    channel: str
    service_address: str
    session: str
    service: str
    arguments: Values
    asked_at: float
    give_up_at: float
    resume: Resume | None = None
    attempts: int = 0
    proof: Proof = Proof.SURE


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` is one of the results the script branches on; `failed` carries a `reason` in its values."""

    result: str
    values: Values = NOTHING
