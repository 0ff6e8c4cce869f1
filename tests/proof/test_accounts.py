"""The audit of a soak finds what it is there to find: a good one is spoilt in each way."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.proof.accounts import audit
from tests.proof.memory import Scales, growth

LI = "8613900000000"
SCHEMA = """
CREATE TABLE inbound (subscriber, id, kind, content);
CREATE TABLE outbound (subscriber, id, inbound, state, reason, due_at, gave_up);
CREATE TABLE segments (remote_id, subscriber, outbound);
CREATE TABLE quarantine (subscriber, trace);
INSERT INTO inbound VALUES ('8613900000000', 1, 'message', 'BZ 1');
INSERT INTO outbound VALUES ('8613900000000', 2, 1, 'delivered', NULL, NULL, NULL);
INSERT INTO segments VALUES ('a1', '8613900000000', 2);
"""
JOURNAL = [
    {"what": "delivered", "at": 1, "id": "1", "from": LI, "to": "10086", "text": "BZ 1", "copy": False},
    {"what": "taken", "at": 2, "id": "a1", "from": "10086", "to": LI, "text": "…", "copy": False},
    {"what": "answered", "at": 2, "id": "a1", "connection": 1},
]


def judged(folder: Path, statement: str = "", more: list[dict[str, Any]] | None = None) -> tuple[str, ...]:
    journal, database = folder / "journal", folder / "hall.db"
    journal.write_text("".join(json.dumps(line) + "\n" for line in [*JOURNAL, *(more or [])]))
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(SCHEMA + statement)
    return audit(journal, database, 1).violations


def test_a_good_one(tmp_path: Path) -> None:
    assert judged(tmp_path) == ()


SPOILT = {
    "DELETE FROM inbound": "acknowledged, and not stored",
    "INSERT INTO inbound VALUES ('8613900000000', 9, 'message', 'BZ 1')": "stored more often than acknowledged",
    "DELETE FROM outbound": "never answered",
    "UPDATE outbound SET state = 'sent'": "not delivered in the end",
    "UPDATE outbound SET gave_up = 'permanent'": "not delivered in the end",
    "UPDATE outbound SET due_at = 5": "not delivered in the end",
    "DELETE FROM segments": "forgotten for no reason",
    "INSERT INTO segments VALUES ('b2', '8613900000000', 2)": "never gave",
    "INSERT INTO quarantine VALUES ('8613900000000', 'Traceback')": "in quarantine",
}


@pytest.mark.parametrize("statement", SPOILT)
def test_a_spoilt_database(tmp_path: Path, statement: str) -> None:
    assert any(SPOILT[statement] in violation for violation in judged(tmp_path, f"{statement};"))


def taken(**more: Any) -> dict[str, Any]:
    return JOURNAL[1] | {"id": "a0"} | more


UNTOLD: dict[str, list[dict[str, Any]]] = {
    "never answered": [taken()],
    "cut on its way": [
        taken(),
        {"what": "answered", "at": 2, "id": "a0", "connection": 1},
        {"what": "closed", "at": 3, "connection": 1},
    ],
}


@pytest.mark.parametrize("reason", UNTOLD)
def test_what_hall_was_never_told_it_may_send_again(tmp_path: Path, reason: str) -> None:
    assert judged(tmp_path, more=UNTOLD[reason]) == ()


def test_a_cut_long_after_is_no_excuse(tmp_path: Path) -> None:
    late = [*UNTOLD["cut on its way"][:2], {"what": "closed", "at": 300, "connection": 1}]
    assert any("forgotten for no reason" in violation for violation in judged(tmp_path, more=late))


def test_a_message_that_was_given_up(tmp_path: Path) -> None:
    gone = [JOURNAL[0] | {"what": "gave up"}]
    assert any("given up" in violation for violation in judged(tmp_path, more=gone))


@pytest.mark.parametrize(
    ("weight", "grows"),
    [(lambda at: 100.0, False), (lambda at: 50 + min(at, 40), False), (lambda at: 50.0 + at, True)],
)
def test_memory(weight: Callable[[int], float], grows: bool) -> None:
    scales = Scales(1)
    scales.weighed = [(at, weight(at)) for at in range(120)]
    assert bool(list(growth("hall", scales))) is grows
