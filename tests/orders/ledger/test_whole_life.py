"""Random sequences of what all parties may do never reach an illegal state, and lose no stock, number or money."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, event

from orders.abnormal import ACTIONS, REPORTED
from orders.consignment import Step
from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.order import Act
from tests.orders.ledger.whole_life import CENTRAL, CHOSEN, PEOPLE, Life

HOUR, DAY = 3600.0, 86_400.0
AGENTS = [Act.CONFIRM, Act.REJECT, Act.DISOWN, Act.GIVE_UP]
HOUSE = [Act.START, Act.HOLD, Act.ASK_CUSTOMER, Act.GRANT_CANCEL, Act.REFUSE_CANCEL, Act.CLOSE_CANCEL]
BY_HAND = [Act.COMPLETE, Act.FAIL, Act.PART]

which = st.integers(0, 30)
quantities = st.integers(1, 3)


class Lives(RuleBasedStateMachine):
    open_ledger: Any

    @initialize(flagged=st.sampled_from([False, False, True]))
    def opens(self, flagged: bool) -> None:
        self.life = Life(self.open_ledger())
        self.life.flagged(flagged)
        self.life.places(PEOPLE[0], "web", "F800", 1, None)

    def order(self, which: int) -> tuple[str, str]:
        """Rather one that goes on; what is at its end is tried as well."""
        known = (self.life.living() if which % 4 else None) or self.life.orders()
        return known[which % len(known)]

    # ── subscribers ──

    @rule(who=st.sampled_from(PEOPLE), channel=st.sampled_from(["sms", "web"]), quantity=quantities)
    def orders_a_phone(self, who: str, channel: str, quantity: int) -> None:
        self.life.places(who, channel, "F800", quantity, None)

    @rule(who=st.sampled_from(PEOPLE), channel=st.sampled_from(["sms", "web"]), chosen=st.sampled_from(CHOSEN))
    def orders_a_number(self, who: str, channel: str, chosen: str) -> None:
        self.life.places(who, channel, "HM", 1, chosen)

    @rule(who=st.sampled_from(PEOPLE), offer=st.sampled_from(["TC", "LLB"]), channel=st.sampled_from(["sms", "web"]))
    def orders_what_has_no_store(self, who: str, offer: str, channel: str) -> None:
        self.life.places(who, channel, offer, 1, None)

    @rule(which=which, yes=st.booleans())
    def answers(self, which: int, yes: bool) -> None:
        self.life.answers(self.order(which), yes)

    @rule(which=which)
    def calls_off(self, which: int) -> None:
        self.life.calls_off(self.order(which))

    @rule(which=which)
    def returns(self, which: int) -> None:
        self.life.returns(self.order(which))

    # ── agents, other halls, supervisors ──

    @rule(which=which, act=st.sampled_from(AGENTS))
    def decides(self, which: int, act: Act) -> None:
        self.life.acts(self.order(which), act)

    @rule(
        which=which,
        asked=st.one_of(
            st.fixed_dictionaries({"quantity": st.integers(1, 6)}),
            st.fixed_dictionaries({"offer": st.sampled_from(["F800", "TC", "LLB", "NONE"])}),
            st.fixed_dictionaries({"number": st.sampled_from([*CHOSEN, "13000000000"])}),
            st.fixed_dictionaries({"address": st.just("文三路 2 号"), "recipient": st.just("王女士")}),
        ),
    )
    def changes(self, which: int, asked: dict[str, Any]) -> None:
        self.life.changes(self.order(which), asked)

    @rule(which=which, problem=st.sampled_from(REPORTED))
    def reports(self, which: int, problem: str) -> None:
        self.life.reports(self.order(which), problem)

    @rule(which=which, action=st.sampled_from(ACTIONS))
    def looks_after(self, which: int, action: str) -> None:
        self.life.looks_after(self.order(which), action)

    @rule(pieces=st.integers(-3, 3), place=st.sampled_from([CENTRAL, "杭州"]))
    def supplies(self, pieces: int, place: str) -> None:
        self.life.supply("F800", place, pieces)

    # ── the house and its carriers ──

    @rule(which=which, act=st.sampled_from(HOUSE + BY_HAND))
    def acts(self, which: int, act: Act) -> None:
        self.life.acts(self.order(which), act)

    @rule(step=st.sampled_from(Step), which=which)
    def carrier_tells(self, step: Step, which: int) -> None:
        self.life.carrier_tells(step, which)

    @rule(which=which)
    def is_brought(self, which: int) -> None:
        self.life.is_brought(self.order(which))

    @rule(which=which, steps=st.lists(st.sampled_from(["take_back", "refund", "refuse_return", "owe"]), max_size=4))
    def is_brought_and_brought_back(self, which: int, steps: list[str]) -> None:
        key = self.order(which)
        self.life.is_brought(key)
        self.life.returns(key)
        for step in steps:
            self.life.looks_after(key, step)

    @rule(which=which, steps=st.lists(st.sampled_from([Step.GRANT, Step.KEEP, Step.RETURN, Step.LOSE]), max_size=3))
    def is_called_off_on_its_way(self, which: int, steps: list[Step]) -> None:
        key = self.order(which)
        self.life.is_sent(key)
        self.life.calls_off(key)
        self.life.its_carrier_tells(key, *steps)

    @rule(which=which, act=st.sampled_from(BY_HAND))
    def is_lost(self, which: int, act: Act) -> None:
        key = self.order(which)
        self.life.sets_out(key)
        self.life.reports(key, "lost")
        self.life.acts(key, act)

    @rule(seconds=st.sampled_from([1.0, 60.0, 900.0, 900.0, 5 * HOUR, 5 * HOUR, 25 * HOUR, 9 * DAY, 100 * DAY]))
    def time_passes(self, seconds: float) -> None:
        self.life.passes(seconds)

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "life"):
            self.life.check()


def hold(open_ledger: Any, examples: int, steps: int) -> None:
    machine = type("Lives", (Lives,), {"open_ledger": staticmethod(open_ledger)})
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=how)  # type: ignore[no-untyped-call]


@pytest.fixture
def sqlite_ledgers(tmp_path: Path) -> Iterator[Any]:
    """Each life on a copy of a ledger that was migrated once."""
    template = tmp_path / "template.db"
    engine = open_engine(f"sqlite:///{template}")
    schema.upgrade(engine)
    engine.dispose()
    opened: list[Engine] = []

    def fresh() -> Engine:
        for each in opened:
            each.dispose()
        copy = Path(tempfile.mkdtemp(dir=tmp_path)) / "hall.db"
        shutil.copy(template, copy)
        opened.append(open_engine(f"sqlite:///{copy}"))
        event.listen(opened[-1], "connect", _carelessly)
        return opened[-1]

    yield fresh
    for each in opened:
        each.dispose()


def _carelessly(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # nobody pulls the plug here


def test_nothing_that_anybody_does_loses_anything(sqlite_ledgers: Any) -> None:
    hold(sqlite_ledgers, examples=30, steps=40)


@pytest.mark.peers
@pytest.mark.slow
def test_nor_on_a_database_of_many_nodes(postgres: Any) -> None:
    with postgres.database() as url:
        engine = open_engine(url)
        schema.upgrade(engine)
        hold(lambda: _emptied(engine), examples=6, steps=30)
        engine.dispose()


def _emptied(engine: Engine) -> Engine:
    from orders.ledger.tables import metadata

    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    return engine
