"""The form by which calls are reviewed, and what an answered one comes to."""

import pytest

from orders.review_form import BadReview, parse, standard_text
from orders.rows import Refused

TEXT = """
- question: greeted
  weight: 30
  zh: 问好
  en: Greeted
- question: told
  weight: 70
  zh: 说清
  en: Told
- question: honest
  weight: 0
  fatal: true
  zh: 没有误导
  en: Misled nobody
"""
FORM = parse(TEXT, "form")


@pytest.mark.parametrize(
    ("greeted", "told", "honest", "score"),
    [
        ("yes", "yes", "yes", 100.0),
        ("no", "yes", "yes", 70.0),
        ("yes", "na", "yes", 100.0),
        ("no", "na", "na", 0.0),
        ("na", "na", "na", 100.0),
        ("yes", "yes", "no", 0.0),
    ],
)
def test_a_score_is_what_was_good_of_what_could_be(greeted: str, told: str, honest: str, score: float) -> None:
    assert FORM.score({"greeted": greeted, "told": told, "honest": honest}) == score


def test_every_question_is_answered_and_no_other() -> None:
    with pytest.raises(BadReview, match="answer told, honest with yes, no, na"):
        FORM.score({"greeted": "yes", "told": "perhaps"})
    with pytest.raises(BadReview, match="has no smiled"):
        FORM.score({"greeted": "yes", "told": "yes", "honest": "yes", "smiled": "yes"})


def test_the_form_that_comes_with_hall_adds_up_to_a_hundred() -> None:
    form = parse(standard_text(), "form")
    assert sum(question.weight for question in form.questions) == 100
    assert any(question.fatal for question in form.questions)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "form:1: nothing counts"),
        ("- question: 1st\n  weight: 1\n  zh: 一\n  en: one\n", "is no name"),
        ("- question: a\n  zh: 一\n  en: one\n", "form:1: a: weight is a whole number"),
        ("- question: a\n  weight: 1\n  zh: 一\n", "a: what is asked is missing in en"),
        ("- question: a\n  weight: 1\n  fatal: 7\n  zh: 一\n  en: one\n", "a: fatal is true or false"),
        ("- question: a\n  weight: 1\n  zh: 一\n  en: o\n" * 2, "form:5: question a stands above"),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        parse(text, "form")
