"""Two servers on one PostgreSQL: what one operator publishes both follow, and a dialog is at home on either."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway_config.new_edition import NEW, OLD, PLACED, new_edition
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
from tests.peers.patience import WITHIN

pytestmark = [pytest.mark.peers, pytest.mark.slow]

ALICE, BOB, CAROL, DORA = (str(8613800138700 + number) for number in range(4))


class Node:
    """A server with a message centre of its own, through which the test says who is heard by which."""

    def __init__(self, folder: Path, database: str, name: str) -> None:
        self.centre = EmbeddedCentre()
        self.setup = setup(folder / name, database, self.centre.port)
        configuration = self.setup.configuration
        configuration.write_text(configuration.read_text().replace('name = "hall-1"', f'name = "{name}"'))
        self.hall = Hall(self.setup).await_ready()

    def texts(self, who: str, text: str) -> str:
        heard = self.centre.said_to(who)
        self.centre.texts(who, text)
        until = time.monotonic() + WITHIN
        while len(said := self.centre.said_to(who)) == len(heard):
            assert time.monotonic() < until, self.hall.tail()
            time.sleep(0.02)
        return said[-1]

    def follows(self, publication: int) -> None:
        until = time.monotonic() + WITHIN
        while f"publication {publication}:" not in self.hall.log.read_text():
            assert time.monotonic() < until, self.hall.tail()
            time.sleep(0.05)

    def ends(self) -> None:
        self.hall.end()
        self.centre.close()


@pytest.fixture
def nodes(tmp_path: Path, postgres_url: str) -> Iterator[list[Node]]:
    nodes: list[Node] = []
    try:
        for name in ("hall-1", "hall-2"):
            nodes.append(Node(tmp_path, postgres_url, name))
        yield nodes
        assert [node.hall.stop() for node in nodes] == [0, 0]
    finally:
        for node in nodes:
            node.ends()


def publishes(by: Setup, *words: str) -> str:
    return by.run("dialogs", *words)


def test_both_follow_and_a_dialog_goes_on_where_it_is_heard(nodes: list[Node], tmp_path: Path) -> None:
    one, other = nodes
    new_edition(tmp_path / "new")
    assert OLD in one.texts(ALICE, "DG F800")
    publishes(one.setup, "publish", "--folder", str(tmp_path / "new"))
    for node in nodes:
        node.follows(1)
    assert NEW in other.texts(BOB, "DG F800")
    assert PLACED not in other.texts(ALICE, "Y"), "begun there in the old words, ended here in them"
    other.hall.stop()
    publishes(one.setup, "rollback")
    one.follows(2)
    other.hall = Hall(other.setup).await_ready()
    assert OLD in other.texts(CAROL, "DG F800")
    assert PLACED in other.texts(BOB, "Y"), "an edition this node has never had open is recalled from the ledger"
    assert OLD in one.texts(DORA, "DG F800")
