"""A batch sees to it that the editions of its dialogs are there, before any turn is taken."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from dialogs.words import Dialog, Facts, Inbound, LookupDone, Outcome, Place, Prompt, Resume, Say
from orders.arrival import Arrival, Taken
from orders.ledger import publishing
from orders.ledger.tables import dialogs
from tests.orders.ledger.bench import ALICE, BOB, NOW, Bench


class Shelf:
    """Two editions: what is live, and whatever has been recalled; a turn says what it was taken by."""

    def __init__(self, live: str) -> None:
        self.live = live
        self.open = {live}

    def take_turn(self, dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
        kind = inbound.kind
        version = kind.resume.version if isinstance(kind, LookupDone) and kind.resume else self.live
        version = dialog.place.version if dialog.place else version
        assert version in self.open, "it should have been recalled"
        stands = replace(dialog, place=Place("s", version, "here"), turns=dialog.turns + 1)
        return Outcome(stands, (Say(Prompt("echo", {"text": version}, edition=version), facts.language),))

    def recall(self, connection: Connection, versions: Collection[str]) -> None:
        self.open |= {version for version in versions if publishing.content(connection, version) is not None}


def given(bench: Bench, live: str) -> Shelf:
    shelf = Shelf(live)
    bench.writer.house = replace(bench.house, take_turn=shelf.take_turn, recall=shelf.recall)
    return shelf


@pytest.fixture
def kept(bench: Bench) -> Bench:
    for version in ("v1", "v2"):
        bench.run(lambda connection, v=version: publishing.keep(connection, v, {"a": v}, NOW))  # type: ignore[misc]
    return bench


def test_dialogs_under_way_keep_to_theirs_while_others_begin_on_what_is_live(kept: Bench) -> None:
    given(kept, "v1")
    people = [str(8613800000000 + number) for number in range(50)]
    kept.take(*(kept.heard("hello", who) for who in people))
    after = given(kept, "v2")  # published, and a process that has never had v1 open
    new = [str(8613900000000 + number) for number in range(50)]
    results = kept.take(*(kept.heard("again", who) for pair in zip(people, new, strict=True) for who in pair))
    assert results == [Taken.TAKEN] * 100 and after.open == {"v1", "v2"}
    assert {kept.said(who)[-1] for who in people} == {"zh: v1"}
    assert {kept.said(who)[-1] for who in new} == {"zh: v2"}


def test_the_answer_of_an_errand_recalls_the_edition_that_sent_it(kept: Bench) -> None:
    kept.texts("errand billing.balance", who=BOB)
    (asked,) = kept.delivered[-1].batches[0].lookups
    after = given(kept, "v2")
    resume = Resume("s", "v1", "late", {}, "zh")
    done = LookupDone(asked.id, "found", {"amount": 1}, resume)
    told = Inbound(kept.ids.next(kept.now), "sms", BOB, "10086", kept.now, done)
    assert kept.take(Arrival(told)) == [Taken.TAKEN]
    assert "v1" in after.open and kept.said(BOB)[-1] == "zh: v1"


def test_nothing_is_asked_for_where_nothing_stands(kept: Bench) -> None:
    shelf = given(kept, "v1")
    kept.texts("hello", who=ALICE)
    assert shelf.open == {"v1"} and len(kept.rows(dialogs)) == 1
