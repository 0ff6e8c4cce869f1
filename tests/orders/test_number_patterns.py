"""Patterns of digits, against a reading of them by hand."""

import pytest

from orders.number_patterns import BadPattern, ends_with, expression, holds, is_run, pattern_of, runs, shape


@pytest.mark.parametrize(
    ("pattern", "fits", "others"),
    [
        ("AAAA", ["8888", "0000"], ["8880", "0888"]),
        ("AABB", ["8866", "0099"], ["8888", "8868", "8686"]),
        ("ABAB", ["8686"], ["8888", "8866", "8668"]),
        ("ABBA", ["8668"], ["8888"]),
        ("AABBCC", ["112233", "886644"], ["112211", "111122"]),
        ("ABC", ["012", "345", "789"], ["124", "321", "890"]),
        ("CBA", ["987", "210"], ["012", "109"]),
        ("ABCDE", ["12345", "56789"], ["12346"]),
        ("ACB", ["123", "907"], ["112"]),
        ("?8?8", ["1828", "8888"], ["8181"]),
        ("A8A", ["181", "080"], ["182", "888"]),
        ("1314", ["1314"], ["1414"]),
        ("A8A8", ["1818"], ["1828"]),
    ],
)
def test_what_a_pattern_stands_for(pattern: str, fits: list[str], others: list[str]) -> None:
    assert [digits for digits in fits + others if ends_with(f"1390000{digits}", pattern)] == _but_888(
        pattern, fits, others
    )


def _but_888(pattern: str, fits: list[str], others: list[str]) -> list[str]:
    """A letter beside a digit may be that digit: only letters among themselves differ."""
    return [*fits, "888"] if pattern == "A8A" else fits


def test_a_pattern_is_looked_for_at_the_end_or_among_the_last_eight() -> None:
    assert holds("13968686123", "ABAB") and not ends_with("13968686123", "ABAB")
    assert not holds("88880123456", "AAAA"), "the network's digits are no luck"
    assert not ends_with("88", "AAAA")


def test_runs_are_letters_in_a_row() -> None:
    assert is_run("ABC") and is_run("EDCBA") and not is_run("AB") and not is_run("AAB") and not is_run("ABD")
    assert runs("ABC")[0] == "012" and runs("ABC")[-1] == "789"
    assert runs("CBA") == [digits[::-1] for digits in reversed(runs("ABC"))]
    assert len(runs("ABCDEFGH")) == 3


@pytest.mark.parametrize(("text", "pattern"), [(" aabb ", "AABB"), ("？8*8", "?8?8"), ("888", "888")])
def test_patterns_are_written_as_people_write(text: str, pattern: str) -> None:
    assert pattern_of(text) == pattern


@pytest.mark.parametrize("text", ["", "AABBCCDDEEFF", "AA-BB", "XYZ", "8.8", "八"])
def test_what_is_no_pattern_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadPattern, match="is no pattern: write up to"):
        pattern_of(text)


def test_shapes_are_read_from_the_end() -> None:
    assert shape("8866") == "AABB" and shape("6688") == "AABB" and shape("8868") == "ABAA"
    assert shape("112233").startswith(shape("2233"))


def test_an_expression_takes_as_many_digits_as_its_pattern_has() -> None:
    assert expression("A?B").fullmatch("192") and not expression("A?B").fullmatch("191")
