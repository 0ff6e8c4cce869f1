"""What nobody understood: alike with alike, without anybody's own, and gone once it was taught."""

import pytest

from orders.misunderstood import MEANINGS, BadPhrase, Heard, Taught, group, masked, teachable


def heard(*texts: str) -> list[Heard]:
    return [Heard(text, float(at)) for at, text in enumerate(texts)]


def test_texts_that_are_alike_stand_together_the_most_frequent_first() -> None:
    groups = group(heard("流量还有多少", "流量还剩多少?", "wifi密码", "流量还有多少！", "流量还有多少", "开发票"), ())
    assert [(each.text, each.times, each.last_at, each.others) for each in groups] == [
        ("流量还有多少", 4, 4.0, ("流量还剩多少?",)),
        ("开发票", 1, 5.0, ()),
        ("wifi密码", 1, 2.0, ()),
    ]


def test_nobodys_own_is_shown() -> None:
    assert masked(" 我的身份证是110101199003071234 ") == "我的身份证是##################"
    assert masked("write to wang@example.cn or https://example.cn/x?id=7") == "write to … or …"
    (one,) = group(heard("验证码 482913", "验证码 111222"), ())
    assert (one.text, one.times) == ("验证码 ######", 2)


def test_what_was_taught_is_gone_and_what_is_like_it() -> None:
    taught = [Taught(1, "流量还有多少", "balance", "boss", 0.0)]
    assert [each.text for each in group(heard("流量还有多少", "流量还剩多少", "开发票"), taught)] == ["开发票"]


def test_nothing_but_marks_is_nothing() -> None:
    assert group(heard("。。。", "", "？！"), ()) == ()


@pytest.mark.parametrize(
    ("text", "meaning", "told"),
    [
        ("流量", "traffic", "nothing is called 'traffic'"),
        ("a", "help", "two letters"),
        ("。。。", "help", "two letters"),
        ("x" * 201, "help", "200 characters"),
        ("订单1000000017", "status", "one person's own"),
    ],
)
def test_what_cannot_be_taught(text: str, meaning: str, told: str) -> None:
    with pytest.raises(BadPhrase, match=told):
        teachable(text, meaning)


def test_what_can_be_taught() -> None:
    assert teachable("  流量  还有多少 ", "balance") == "流量 还有多少"
    assert all(teachable("text", meaning) for meaning in MEANINGS)
