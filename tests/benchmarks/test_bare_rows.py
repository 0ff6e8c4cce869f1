"""The baseline writes Hall's rows without Hall's code, so it must be told when the tables change."""

from benchmarks import rows


def test_the_rows_of_the_baseline_fit_the_tables() -> None:
    assert rows.turns_a_second(2, 0.01) > 0
