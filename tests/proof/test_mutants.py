from typing import Any

import pytest

from channels.smpp import link_hears
from channels.smpp.pdus import DeliverSm, DeliverSmResp, EnquireLink
from tests.proof.mutants import prove


@pytest.mark.parametrize("seed", [1, 2])
def test_damaged_pdus_are_answered_or_end_the_link_and_nothing_is_acknowledged_that_was_not_committed(
    seed: int,
) -> None:
    proof = prove(20_000, seed)
    assert proof.seen["alive to the end"] > 100 and proof.seen["closed: impossible length"] > 100, proof.seen


def _takes_it_without_a_commit(session: Any, pdu: DeliverSm, now: float) -> None:
    session.write(DeliverSmResp(sequence=pdu.sequence))


def _says_nothing(session: Any, pdu: EnquireLink, now: float) -> None:
    pass


def _raises(session: Any, pdu: DeliverSm, now: float) -> None:
    raise ValueError(pdu.sequence)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [(DeliverSm, _takes_it_without_a_commit), (EnquireLink, _says_nothing), (DeliverSm, _raises)],
)
def test_the_proof_bites(monkeypatch: pytest.MonkeyPatch, kind: type, fault: Any) -> None:
    monkeypatch.setitem(link_hears._HANDLERS, kind, fault)
    with pytest.raises(AssertionError, match="of seed 1"):
        prove(2_000, 1)
