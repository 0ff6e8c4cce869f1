"""What supervisors taught is understood from then on, whatever it is like."""

from dialogs.library import load_library
from gateway_config.learning import examples
from orders.misunderstood import Taught
from tests.dialogs.conftest import OFFERS


def taught(*told: tuple[str, str]) -> list[Taught]:
    return [Taught(number, text, meaning, "boss", 0.0) for number, (text, meaning) in enumerate(told, 1)]


def test_the_very_text_is_understood_and_so_is_what_is_like_it() -> None:
    library = load_library()
    assert library.understander.understand("流量还够不够", OFFERS).intent == "none"
    library.learn(examples(taught(("流量还够不够", "balance"), ("流量套餐还够用吗", "balance"))))
    assert library.understander.understand("流量还够不够！", OFFERS).intent == "balance"
    assert library.understander.understand("流量够不够", OFFERS).intent == "balance"


def test_what_is_taught_to_mean_nothing_means_nothing() -> None:
    library = load_library()
    assert library.understander.understand("查一下话费", OFFERS).intent == "balance"
    library.learn(examples(taught(("查一下话费", "none"))))
    assert library.understander.understand("查一下话费", OFFERS).intent == "none"


def test_the_last_word_for_a_text_counts_and_all_of_it_can_be_unlearned() -> None:
    library = load_library()
    library.learn(examples(taught(("咕噜咕噜", "balance"), ("咕噜咕噜", "agent"))))
    assert library.understander.understand("咕噜咕噜", OFFERS).intent == "agent"
    library.learn(())
    assert library.understander.understand("咕噜咕噜", OFFERS).intent == "none"


def test_a_place_that_nobody_knows_makes_no_example() -> None:
    assert examples(taught(("我要{gold}", "order"))) == ()
