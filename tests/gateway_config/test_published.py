"""Publishing while people talk: nobody is cut off, everybody ends on what he began with."""

import pytest
import pytest_twisted
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from dialogs.editions import read_edition
from gateway_config import following, housekeeping
from gateway_config.command import main
from gateway_config.server import Server
from gateway_config.shelf import NotPublishable
from orders.ledger import publishing, tally
from orders.ledger.tables import connections, quarantine
from orders.publishing import Act
from orders.publishing_counts import Event
from tests.gateway_config.new_edition import NEW, OLD, PLACED, broken_edition, new_edition
from tests.gateway_config.opened_house import house, log
from tests.gateway_config.whole_house import Handset, House, Log, reactor, soon

__all__ = ["house", "log"]

PEOPLE = [str(8613800000000 + number) for number in range(60)]
ALICE, BOB = "8613800138000", "8613900139000"


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    monkeypatch.setattr(following, "EVERY", 0.05)


def tries(house: House, *words: str) -> Result:
    return CliRunner(env={"HALL_CONFIG": str(house.folder / "hall.toml")}).invoke(main, ["dialogs", *words])


def types(house: House, *words: str) -> str:
    result = tries(house, *words)
    assert result.exit_code == 0, result.output
    return result.output


async def follows(house: House, publication: int) -> None:
    await house.until(lambda: house.server.shelf.publication == publication)


async def begins(handset: Handset) -> str:
    return await handset.texts("DG F800")


@pytest_twisted.ensureDeferred
async def test_a_new_version_under_load_breaks_no_dialog_and_each_ends_on_its_own(house: House) -> None:
    await house.starts()
    edition = new_edition(house.folder / "new")
    people = [house.handset(each) for each in PEOPLE]
    early, late = people[:30], people[30:]
    for each in early:
        assert OLD in await begins(each)
    for each in late:
        each.sends("DG F800")  # these are on their way while it is published
    assert edition.version in types(house, "publish", "--folder", str(house.folder / "new"), "--note", "other words")
    for each in early[:15]:
        each.sends("Y")
    first = [await each.reads() for each in late]
    await follows(house, 1)
    assert "回复Y" in await early[15].texts("什么呀"), "not understood: the old question again, in the old words"
    for each in [*early[15:], *late]:
        each.sends("Y")
    ended = [await each.reads() for each in [*early[:15], *early[15:]]]
    assert all("订单号" in text and PLACED not in text for text in ended)
    for asked, each in zip(first, late, strict=True):
        assert (PLACED in await each.reads()) == (NEW in asked), "in the words in which it was begun"
    assert NEW in await house.handset(ALICE).texts("DG F800"), "who begins now gets what is live now"
    assert house.sees(lambda connection: connection.scalar(select(func.count()).select_from(quarantine))) == 0
    assert house.sees(lambda connection: connection.scalar(select(func.count()).select_from(connections))) == 1
    counted = {each.version: each for each in house.sees(lambda connection: tally.by_version(connection, 0.0))}
    assert sum(of.of(Event.ORDERED) for of in counted.values()) == 60
    assert counted[edition.version].of(Event.BEGUN) == sum(NEW in text for text in first) + 1


@pytest_twisted.ensureDeferred
async def test_a_dialog_ends_on_its_version_also_in_the_servers_next_life(house: House) -> None:
    first = await house.starts()
    new_edition(house.folder / "new")
    types(house, "publish", "--folder", str(house.folder / "new"))
    await follows(house, 1)
    alice = house.handset(ALICE)
    assert NEW in await begins(alice)
    types(house, "rollback")
    await soon(first.stop())
    await house.starts()
    assert OLD in await begins(house.handset(BOB)), "the packaged edition is live again"
    assert PLACED in await alice.texts("Y")


@pytest_twisted.ensureDeferred
async def test_a_rollback_is_followed_and_a_reload_takes_over_nothing_else(house: House) -> None:
    server = await house.starts()
    new_edition(house.folder / "new")
    types(house, "publish", "--folder", str(house.folder / "new"))
    await follows(house, 1)
    server.reload()
    assert NEW in await begins(house.handset(ALICE)), "a reload does not go back to the packaged scripts"
    assert "packaged edition is live" in types(house, "rollback", "--note", "people were confused")
    await follows(house, 2)
    assert OLD in await begins(house.handset(BOB))


@pytest_twisted.ensureDeferred
async def test_a_broken_set_is_refused_whole_with_file_and_line(house: House) -> None:
    await house.starts()
    broken_edition(house.folder / "broken")
    result = tries(house, "publish", "--folder", str(house.folder / "broken"))
    assert result.exit_code == 1 and "broken/scripts/order.yaml:" in result.output and "plaicng" in result.output
    (house.folder / "empty").mkdir()
    assert (
        "phrases/commands.yaml:1: there is no such file"
        in tries(house, "publish", "--folder", str(house.folder / "empty")).output
    )
    assert house.sees(publishing.latest) == 0
    assert OLD in await begins(house.handset(ALICE))


@pytest_twisted.ensureDeferred
async def test_a_draft_is_tried_by_a_few_then_by_a_share_then_live_or_withdrawn(house: House) -> None:
    await house.starts()
    edition = new_edition(house.folder / "new")
    folder = str(house.folder / "new")
    types(house, "publish", "--folder", folder, "--draft", "--for", ALICE)
    await follows(house, 1)
    alice, bob = house.handset(ALICE), house.handset(BOB)
    assert NEW in await begins(alice) and OLD in await begins(bob)
    types(house, "publish", "--folder", folder, "--draft", "--for", ALICE, "--share", "50")
    await follows(house, 2)
    given = [NEW in await begins(house.handset(each)) for each in PEOPLE]
    stands = house.sees(publishing.stands)
    assert given == [stands.version_for(each) == edition.version for each in PEOPLE]
    assert 10 < sum(given) < 50
    assert PLACED in await alice.texts("Y")
    compared = [line.split("\t") for line in types(house, "compare").splitlines()]
    assert [line[0] for line in compared] == ["version", read_edition().version, edition.version]
    assert compared[2][1:5] == [str(1 + sum(given)), "1", "1", "0"]
    types(house, "withdraw")
    await follows(house, 3)
    assert OLD in await begins(house.handset("8613811111111"))
    types(house, "publish", "--folder", folder, "--draft", "--share", "1")
    types(house, "promote")
    await follows(house, 5)
    assert NEW in await begins(house.handset("8613822222222"))


@pytest_twisted.ensureDeferred
async def test_what_this_version_cannot_read_is_said_and_what_stood_goes_on(house: House, log: Log) -> None:
    server = await house.starts()

    def from_the_future(connection: object) -> None:
        publishing.keep(connection, "future", {**read_edition().files, "scripts/order.yaml": "spells: {}\n"}, 0.0)  # type: ignore[arg-type]
        publishing.publish(connection, Act.PUBLISH, "future", "ann", 0.0)  # type: ignore[arg-type]

    house.sees(from_the_future)
    await house.until(lambda: "cannot be used by this version" in log.text.getvalue())
    log.expected("{problem}")
    assert OLD in await begins(house.handset(ALICE))
    await soon(server.stop())
    next_life = Server(house.settings(), reactor)
    with pytest.raises(NotPublishable, match=r"roll back:\n.*scripts/order\.yaml:1"):
        next_life.prepare()
    next_life._lock.release()
