from importlib import resources

import pytest

from orders.catalogue import Offer, parse
from orders.rows import Refused

YAML = """\
# what we sell
- code: f800
  keypad: 1001
  zh: 酷派F800
  en: Coolpad F800
  price: 1380.00
  aliases: [酷派, coolpad]

- code: SJK
  keypad: "2002"
  zh: 数据卡
  en: Data card
  price: 299
  sold: false
"""

CSV = """\
\ufeffcode,keypad,zh,en,price,aliases,sold
f800,1001,酷派F800,Coolpad F800,1380.00,酷派|coolpad,true
SJK,2002,数据卡,Data card,299,,no
"""

OFFERS = [
    Offer("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, ("酷派", "coolpad"), 138_000, 0),
    Offer("SJK", "2002", {"zh": "数据卡", "en": "Data card"}, (), 29_900, 1, sold=False),
]


@pytest.mark.parametrize(("text", "filename"), [(YAML, "offers.yaml"), (CSV, "offers.CSV")])
def test_both_forms_say_the_same(text: str, filename: str) -> None:
    assert parse(text, filename) == OFFERS


def test_the_demonstration_sells_what_it_promises() -> None:
    text = resources.files("gateway_config").joinpath("seed/catalogue.yaml").read_text("utf-8")
    offers = parse(text, "catalogue.yaml")
    assert [(offer.code, offer.keypad, offer.names["zh"]) for offer in offers] == [
        ("F800", "1001", "酷派F800"),
        ("TD80T", "1002", "联想TD80t"),
        ("G3ZJ", "2001", "G3座机"),
        ("SJK", "2002", "数据卡"),
        ("GAT", "2003", "关爱通"),
        ("HM", "3001", "号卡"),
    ]
    assert all(offer.price > 0 and offer.sold for offer in offers)


ENTRY = {"code": "F800", "keypad": "1001", "zh": "酷派F800", "en": "Coolpad F800", "price": "1380.00"}


def entry(**fields: str | None) -> str:
    pairs = {name: value for name, value in (ENTRY | fields).items() if value is not None}
    return "- " + "\n  ".join(f"{name}: {value}" for name, value in pairs.items()) + "\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "o.yaml:1: there is no offer"),
        (entry(price="twelve"), "o.yaml:1: price: 'twelve' is no amount"),
        (entry(price="12.345"), "o.yaml:1: price"),
        (entry(price="-1"), "o.yaml:1: price"),
        (entry(price=".nan"), "o.yaml:1: price"),
        (entry(price=None), "o.yaml:1: price"),
        (entry(code="F 800"), "o.yaml:1: code: 'F 800' must be letters and digits"),
        (entry(keypad="1o01"), "o.yaml:1: keypad: '1o01' must be digits"),
        (entry(en=None), "o.yaml:1: en: is missing"),
        (entry(colour="red"), "o.yaml:1: unknown field colour"),
        (entry(sold="maybe"), "o.yaml:1: sold: 'maybe' must be true or false"),
        (entry() + entry(code="f800", keypad="1"), "o.yaml:6: code: F800 is taken by the offer on line 1"),
        (entry() + entry(code="X"), "o.yaml:6: keypad: 1001 is taken by the offer on line 1"),
    ],
)
def test_a_bad_catalogue_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(text, "o.yaml")
    assert str(refusal.value).startswith(complaint)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CSV + "GAT,2003\n", 4),
        (CSV + 'GAT,2003,关爱通,"Care phone,460,,\n', 4),
        (CSV + "GAT,2003,关爱通,Care phone,460,,yes,more\n", 4),
    ],
)
def test_a_bad_line_of_csv_is_named(text: str, line: int) -> None:
    with pytest.raises(Refused) as refusal:
        parse(text, "offers.csv")
    assert [problem.line for problem in refusal.value.problems] == [line]


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        parse(entry(price="x") + entry(code="a-b"), "o.yaml")
    assert [problem.line for problem in refusal.value.problems] == [1, 6]
