"""What stands is read off what was done, and what was done cannot be altered unseen."""

from dataclasses import replace

import pytest

from orders.publishing import (
    START,
    Act,
    Audience,
    CannotPublish,
    Publication,
    Standing,
    Trial,
    before,
    first_bad,
    lot,
    publication_hash,
    require_sense,
    standing,
)

ALICE, BOB = "8613800138000", "8613900139000"
FEW = Audience(frozenset({ALICE}))
TENTH = Audience(share=10)


def done(*acts: tuple[Act, str] | tuple[Act, str, Audience]) -> list[Publication]:
    made: list[Publication] = []
    for number, (act, version, *audience) in enumerate(acts, 1):
        of = audience[0] if audience else Audience()
        previous = made[-1].hash if made else START
        one = Publication(number, 1000.0 + number, "ann", act, version, "a note", of, previous)
        made.append(replace(one, hash=publication_hash(previous, one)))
    return made


@pytest.mark.parametrize(
    ("acts", "stands", "goes_back_to"),
    [
        ([], Standing(), None),
        ([(Act.PUBLISH, "a")], Standing("a"), ""),
        ([(Act.PUBLISH, "a"), (Act.PUBLISH, "b")], Standing("b"), "a"),
        ([(Act.PUBLISH, "a"), (Act.PUBLISH, "b"), (Act.ROLLBACK, "a")], Standing("a"), ""),
        ([(Act.PUBLISH, "a"), (Act.ROLLBACK, "")], Standing(""), None),
        ([(Act.PUBLISH, "a"), (Act.ROLLBACK, "c")], Standing("c"), "a"),
        ([(Act.DRAFT, "b", FEW)], Standing("", Trial("b", FEW)), None),
        ([(Act.PUBLISH, "a"), (Act.DRAFT, "b", FEW), (Act.PROMOTE, "b")], Standing("b"), "a"),
        ([(Act.PUBLISH, "a"), (Act.DRAFT, "b", FEW), (Act.WITHDRAW, "b")], Standing("a"), ""),
        ([(Act.PUBLISH, "a"), (Act.DRAFT, "b", FEW), (Act.PUBLISH, "c")], Standing("c", Trial("b", FEW)), "a"),
        ([(Act.DRAFT, "b", FEW), (Act.PUBLISH, "b")], Standing("b"), ""),
        ([(Act.DRAFT, "b", FEW), (Act.DRAFT, "b", TENTH)], Standing("", Trial("b", TENTH)), None),
    ],
)  # fmt: skip
def test_what_stands_and_what_a_rollback_leads_to(
    acts: list[tuple[Act, str]], stands: Standing, goes_back_to: str | None
) -> None:
    assert standing(done(*acts)) == stands
    assert before(done(*acts)) == goes_back_to


def test_a_draft_is_for_its_numbers_and_its_share_of_everybody() -> None:
    stands = Standing("a", Trial("b", FEW))
    assert (stands.version_for(ALICE), stands.version_for(BOB)) == ("b", "a")
    crowd = [f"86138{number:08d}" for number in range(5000)]
    shares = {share: {who for who in crowd if Audience(share=share).includes("b", who)} for share in (0, 10, 30, 100)}
    assert shares[0] == set() and shares[100] == set(crowd)
    assert shares[10] < shares[30], "who has it keeps it when the share grows"
    assert 400 < len(shares[10]) < 600
    assert lot("b", ALICE) == lot("b", ALICE)
    assert shares[10] != {who for who in crowd if Audience(share=10).includes("c", who)}, "others try the next one"


@pytest.mark.parametrize(
    ("now", "act", "version", "audience", "why"),
    [
        (Standing(), Act.PROMOTE, "", Audience(), "nothing is on trial"),
        (Standing("a"), Act.WITHDRAW, "", Audience(), "nothing is on trial"),
        (Standing("a"), Act.PUBLISH, "a", Audience(), "a is live already"),
        (Standing("a"), Act.DRAFT, "a", FEW, "a is live already"),
        (Standing("a"), Act.DRAFT, "b", Audience(), "--for"),
        (Standing(""), Act.ROLLBACK, "", Audience(), "the packaged edition is live already"),
    ],
)
def test_what_makes_no_sense_is_refused(now: Standing, act: Act, version: str, audience: Audience, why: str) -> None:
    with pytest.raises(CannotPublish, match=why):
        require_sense(now, act, version, audience)


def test_whoever_alters_or_takes_out_a_publication_is_found() -> None:
    whole = done((Act.PUBLISH, "a"), (Act.DRAFT, "b", FEW), (Act.PROMOTE, "b"))
    assert first_bad(whole) is None
    assert first_bad([whole[0], replace(whole[1], by="bob"), whole[2]]) == 2
    assert first_bad([whole[0], replace(whole[1], audience=Audience()), whole[2]]) == 2
    assert first_bad([whole[0], whole[2]]) == 2
