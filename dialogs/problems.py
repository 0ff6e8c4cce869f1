"""What is wrong with a script or a phrase, where, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str
    line: int
    text: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}; {self.hint}"


class ScriptsRefused(Exception):
    """Scripts or phrases that `check` finds fault with are not loaded at all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
