from pathlib import Path

from dialogs.problems import Problem

HERE = Path(__file__).parent


def check(scripts_folder: Path = HERE / "scripts", phrases_folder: Path = HERE / "phrases") -> list[Problem]:
    raise NotImplementedError
