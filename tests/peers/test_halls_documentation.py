"""docs/halls.md does what it says: its commands are run against a running server, one after the other, as they stand.

A block of shell is followed by a block of text where it has something to say: each line of it is read in the output.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.tmf.errors import REASONS
from tests.peers.order_store import TOKENS, StoreSetup, serving, store

TEXT = (Path(__file__).parents[2] / "docs" / "halls.md").read_text("utf-8")
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
MARK = "---8<---"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSetup]:
    setup = store(tmp_path_factory.mktemp("store"), numbers=["13912345678", "13912356789", "13900001111"])
    hall = serving(setup)
    try:
        yield setup
    finally:
        assert hall.stop() == 0


def test_the_commands_do_what_is_said_of_them(running: StoreSetup, tmp_path: Path) -> None:
    blocks = BLOCK.findall(TEXT)
    script = "shopt -s expand_aliases\nset -e\n" + f"\necho '{MARK}'\n".join(block for block, _ in blocks)
    surroundings = {**os.environ, "HALL": running.url, "TOKEN": TOKENS["web"]}
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path, env=surroundings
    )
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = done.stdout.split(MARK)
    assert len(outputs) == len(blocks)
    for (block, expected), output in zip(blocks, outputs, strict=True):
        for line in expected.splitlines():
            assert line.lower() in output.lower(), f"{line!r} after\n{block}\nbut it said\n{output}"


def test_every_code_of_an_answer_is_known() -> None:
    """The words of the examples are those that programs are told."""
    codes = set(re.findall(r'^"code": "(\w+)"$', TEXT, re.MULTILINE))
    assert codes
    assert codes <= set(REASONS)
