"""The form by which calls are reviewed, as supervisors write it, and what an answered one comes to. Pure.

    - question: terms          # its name
      weight: 25               # what it counts
      fatal: true              # a no here is no points at all; where nothing is said it is not
      zh: 说清了商品、数量和金额
      en: Told what it is, how many, and what it costs

The score is what was answered yes, of all that could be answered, of a hundred. What does not apply to a call is left
out of both. The version of a form is made from its text, and stands with every review.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from orders.flag_rules import version_of
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

LANGUAGES = ("zh", "en")
YES, NO, NOT_APPLICABLE = "yes", "no", "na"
ANSWERS = (YES, NO, NOT_APPLICABLE)
HEAVIEST = 1_000
LONGEST = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class BadReview(Exception):
    """The review cannot be used as it is; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    weight: int
    says: Mapping[str, str]
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    questions: tuple[Question, ...]
    version: str = ""

    def score(self, answers: Mapping[str, str]) -> float:
        """0 to 100. Raises BadReview unless every question, and nothing else, is answered."""
        names = [question.name for question in self.questions]
        if missing := [name for name in names if answers.get(name) not in ANSWERS]:
            raise BadReview(f"answer {', '.join(missing)} with {', '.join(ANSWERS)}")
        if unknown := sorted(set(answers) - set(names)):
            raise BadReview(f"the form has no {', '.join(unknown)}; it may have changed: look again")
        asked = [question for question in self.questions if answers[question.name] != NOT_APPLICABLE]
        if any(question.fatal and answers[question.name] == NO for question in asked):
            return 0.0
        whole = sum(question.weight for question in asked)
        good = sum(question.weight for question in asked if answers[question.name] == YES)
        return 100.0 * good / whole if whole else 100.0


def parse(text: str, filename: str) -> Form:
    """The form of a text, or `Refused` with every problem by line."""
    rows = read(text, filename)
    questions = made(rows, filename, _question)
    names = [question.name for question in questions]
    if twice := [row for place, row in enumerate(rows) if names[place] in names[:place]]:
        raise Refused(Problem(filename, row.line, f"question {row.values['question']} stands above") for row in twice)
    if not any(question.weight for question in questions):
        raise Refused([Problem(filename, 1, "nothing counts: give at least one question a weight")])
    return Form(tuple(questions), version_of(text))


def standard_text() -> str:
    return resources.files("orders").joinpath("review_form.yaml").read_text("utf-8")


def _question(row: Row) -> Question:
    known_fields(row, ("question", "weight", "fatal", *LANGUAGES))
    name = row.values.get("question")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadRow(f"question: {name!r} is no name: small letters, digits and _, a letter first")
    weight, fatal = row.values.get("weight"), row.values.get("fatal", False)
    if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= HEAVIEST:
        raise BadRow(f"{name}: weight is a whole number from 0 to {HEAVIEST}, not {weight!r}")
    if not isinstance(fatal, bool):
        raise BadRow(f"{name}: fatal is true or false, not {fatal!r}")
    says = {language: str(row.values.get(language) or "").strip() for language in LANGUAGES}
    if missing := [language for language, text in says.items() if not text]:
        raise BadRow(f"{name}: what is asked is missing in {', '.join(missing)}")
    if long := [language for language, text in says.items() if len(text) > LONGEST]:
        raise BadRow(f"{name}: a question has {LONGEST} characters at most; too long in {', '.join(long)}")
    return Question(name, weight, says, fatal)
