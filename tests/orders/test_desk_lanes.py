import pytest

from orders.calling_hours import CallingHours, Region
from orders.desk_lanes import ANYBODY, DeskRules, Hand, Lane, Skill, due_until, in_order, lane_of

NOW = 1_700_000_000.0
RULES = DeskRules(patience=600.0, anyone_after=3_600.0)
LI = Hand("li")


@pytest.mark.parametrize(
    ("lane", "text"),
    [
        (Lane(), ""),
        (Lane("zh"), "zh"),
        (Lane("en", "numbers"), "en/numbers"),
        (Lane("zh", "", "li"), "zh//li"),
        (Lane("zh", "", "a/b"), "zh//a/b"),
        (Lane("zh", region="86901"), "zh@86901"),
        (Lane("", "numbers", "li", "852"), "@852/numbers/li"),
    ],
)
def test_a_lane_is_written_shortly_and_read_again(lane: Lane, text: str) -> None:
    assert (str(lane), lane_of(text)) == (text, lane)


@pytest.mark.parametrize(
    ("hand", "lane", "can"),
    [
        (Hand("li"), Lane("en", "numbers"), True),
        (Hand("li", frozenset({"zh"})), Lane("en"), False),
        (Hand("li", frozenset({"zh"})), Lane(), True),
        (Hand("li", frozenset({"zh", "en"})), Lane("en"), True),
        (Hand("li", skills=frozenset({"lines"})), Lane("zh", "numbers"), False),
        (Hand("li", skills=frozenset({"numbers"})), Lane("zh", "numbers"), True),
        (Hand("li", skills=frozenset({"numbers"})), Lane("zh"), True),
    ],
)
def test_who_can_take_what(hand: Hand, lane: Lane, can: bool) -> None:
    assert hand.can(lane) is can


def test_what_nobody_else_can_take_is_anybodys_in_the_end() -> None:
    chinese = Hand("li", frozenset({"zh"}))
    assert due_until(Lane("zh"), chinese, (), NOW, RULES) == NOW
    assert due_until(Lane("en"), chinese, (), NOW, RULES) == NOW - 3_600


def test_a_promise_is_kept_by_whoever_gave_it_while_he_is_there() -> None:
    lane = Lane("zh", "", "li")
    assert due_until(lane, LI, {"li", "sun"}, NOW, RULES) == NOW
    assert due_until(lane, Hand("sun"), {"li", "sun"}, NOW, RULES) == NOW - 600, "he has ten minutes"
    assert due_until(lane, Hand("sun"), {"sun"}, NOW, RULES) == NOW, "she is not there"
    assert due_until(Lane("zh", "", ANYBODY), Hand("sun"), {"li", "sun"}, NOW, RULES) == NOW


def test_who_promised_it_rings_whatever_else_it_needs() -> None:
    assert due_until(Lane("en", "numbers", "li"), Hand("li", frozenset({"zh"})), {"li"}, NOW, RULES) == NOW


def test_what_was_promised_comes_first_then_what_is_urgent() -> None:
    levels = [("zh", 30), ("en", 30), ("zh", 10), ("zh//*", 0), ("zh//sun", 5)]
    order = [[(str(level.lane), level.priority) for level in level_] for level_ in in_order(levels, LI, (), NOW, RULES)]
    assert order == [[("zh//sun", 5)], [("zh//*", 0)], [("zh", 30), ("en", 30)], [("zh", 10)]]


def test_the_first_skill_that_is_needed_is_the_one() -> None:
    rules = DeskRules(skills=(Skill("numbers", frozenset({"lucky_number"})), Skill("data", offers=frozenset({"SJK"}))))
    assert rules.skill_for(["high_value", "lucky_number"], ["SJK"]) == "numbers"
    assert rules.skill_for([], ["SJK"]) == "data"
    assert rules.skill_for(["high_value"], ["F800"]) == ""


MIDNIGHT = 1_699_920_000.0  # by UTC
DAYTIME, EARLY = Region(begins=480, ends=1_200), Region(begins=360, ends=1_200)
HOURS = CallingHours(DAYTIME, {"852": EARLY, "853": EARLY, "886": Region()})


def test_lanes_whose_hours_have_not_begun_come_last_and_the_first_of_them_first() -> None:
    levels = [("zh", 90), ("zh@852", 10), ("zh@886", 5), ("zh//li", 0), ("zh@gone", 95)]
    found = in_order(levels, LI, (), MIDNIGHT, DeskRules(hours=HOURS))
    told = [(str(level.lane), level.opens_at) for together in found for level in together]
    six, eight = MIDNIGHT + 6 * 3_600, MIDNIGHT + 8 * 3_600
    assert told == [("zh//li", None), ("zh@886", None), ("zh@852", six), ("zh@gone", eight), ("zh", eight)]
    at_seven = in_order(levels, LI, (), MIDNIGHT + 7 * 3_600, DeskRules(hours=HOURS))
    assert [str(level.lane) for level in at_seven[1] + at_seven[2]] == ["zh@852", "zh@886"]
    assert HOURS.is_closed_somewhere(MIDNIGHT) and not HOURS.is_closed_somewhere(MIDNIGHT + 9 * 3_600)


def test_a_region_has_one_key_whatever_the_prefix() -> None:
    assert (HOURS.key_of("85291234567"), HOURS.key_of("88691234567")) == ("852", "886")
    assert HOURS.key_of("85361234567") == "852", "the same region"
    assert HOURS.key_of("8613800138000") == ""
