"""What is published as text is gone by: each book of it is read, put in its place, and taken out again."""

from pathlib import Path

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from gateway_config.rule_readings import readings
from gateway_config.rule_texts import RuleTexts
from gateway_config.settings import Settings
from orders import pause_rules, review_form
from orders.desk import Outcome
from orders.ledger import rule_texts
from orders.rows import Refused
from orders.rule_books import Book
from tests.orders.ledger.bench import NOW, Bench
from tests.orders.ledger.conftest import bench, engine

__all__ = ["bench", "engine"]

LEADING = Path(__file__).parents[2] / "docs" / "leading.md"


def test_rules_of_ringing_that_are_published_count_and_so_do_those_of_before(bench: Bench) -> None:
    settings = Settings()
    bench.writer.house = bench.house
    following = RuleTexts(bench.writer, readings(lambda: settings), Clock())

    def publish(book: Book, text: str, at: float) -> None:
        bench.run(lambda connection: rule_texts.publish(connection, book, text, "boss", NOW + at, "tried"))
        looked = Deferred.fromCoroutine(following.look())
        bench.settle()
        assert looked.called

    publish(Book.RETRIES, "- outcome: busy\n  again: [2m]\n", 1)
    publish(Book.HOURS, "- hours: 10:00-11:00\n", 2)
    house = bench.writer.house
    assert house.call_rules.delays[Outcome.BUSY] == (120.0,)
    assert (house.calling_hours.everywhere.begins, house.calling_hours.everywhere.ends) == (600, 660)
    assert following.applied(bench.house).call_rules == house.call_rules, "also after a reload"
    publish(Book.RETRIES, "", 3)
    assert bench.writer.house.call_rules == settings.calls.retry_rules
    assert bench.writer.house.calling_hours == house.calling_hours


def test_what_the_documentation_shows_can_be_published() -> None:
    _, pauses, form, *_ = (each.partition("```")[0] for each in LEADING.read_text("utf-8").split("```yaml\n"))
    assert [reason.code for reason in pause_rules.parse(pauses, "pauses").reasons] == ["meal"]
    assert [question.fatal for question in review_form.parse(form, "form").questions] == [False, True]


@pytest.mark.parametrize("book", [Book.FLAGS, Book.GUIDE, Book.RETRIES, Book.HOURS])
def test_what_cannot_be_read_changes_nothing(book: Book) -> None:
    with pytest.raises(Refused):
        readings(Settings)[book].parse("- nonsense: 1\n", "x")
