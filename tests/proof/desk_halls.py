"""Running Halls that have a desk and nothing else: no message centre is bound."""

import re
from pathlib import Path

from tests.peers import hall
from tests.peers.ports import free_port

WITHOUT_LINKS = re.compile(r"\[\[sms\.link\]\].*?(?=\[billing\])", re.DOTALL)


def setup(folder: Path, database: str, node: int, more: str = "") -> hall.Setup:
    made = hall.Setup(folder / f"node-{node}", database, free_port(), free_port())
    made.configure()
    text = WITHOUT_LINKS.sub("", made.configuration.read_text())
    made.configuration.write_text(text.replace('name = "hall-1"', f'name = "hall-{node}"') + more)
    return made
