"""What is done about each status, and what a link may change of it."""

from channels.smpp.rules import DELAYS, TRIES, Rule, Rules, rules_of
from channels.smpp.status import Class
from channels.smpp.wire_settings import StatusSettings

PERMANENT = {
    *(0x01, 0x02, 0x03, 0x06, 0x07, 0x0A, 0x0B, 0x0C, 0x11, 0x13, 0x15, 0x33, 0x34, 0x40, 0x42, 0x43, 0x44),
    *range(0x48, 0x52),
    *(0x54, 0x55, 0x62, 0x63, 0x65, 0x66, 0x67),
    *range(0xC0, 0xC5),
    *(0x100, 0x101, 0x103, 0x104, 0x105, 0x106),
}
SESSION = {0x04, 0x05, 0x0D, 0x0E, 0x0F, 0x53}
THROTTLE = {0x58}


def test_every_status_has_one_class_and_what_nobody_specified_is_tried_again() -> None:
    classes = {status: Rules().of(status).klass for status in range(1, 0x500)}
    assert {status for status, klass in classes.items() if klass is Class.PERMANENT} == PERMANENT
    assert {status for status, klass in classes.items() if klass is Class.SESSION} == SESSION
    assert {status for status, klass in classes.items() if klass is Class.THROTTLE} == THROTTLE
    for status, klass in classes.items():
        assert (Rules().of(status).tries == 1) == (klass is Class.PERMANENT)


def test_tries_become_rarer_and_the_last_delay_goes_on() -> None:
    rule = Rule(Class.TEMPORARY)
    assert [rule.delay(attempts) for attempts in range(6)] == [*DELAYS, DELAYS[-1]]


def test_a_link_changes_what_it_names_and_nothing_else() -> None:
    rules = rules_of(
        (
            StatusSettings(code=0x45, treat=Class.PERMANENT),
            StatusSettings(code=0x58, at_link=3),
            StatusSettings(code=0x08, tries=2, delays=(7.0,)),
            StatusSettings(code=0x14, treat=Class.TEMPORARY),
        )
    )
    assert rules.of(0x14) == Rule(Class.TEMPORARY)
    assert rules.of(0x45) == Rule(Class.PERMANENT, tries=1)
    assert rules.of(0x58) == Rule(Class.THROTTLE, at_link=3)
    assert rules.of(0x08) == Rule(Class.TEMPORARY, tries=2, delays=(7.0,))
    assert rules.of(0x0B) == Rules().of(0x0B)
    assert rules.of(0x400) == Rule(Class.TEMPORARY, tries=TRIES)
