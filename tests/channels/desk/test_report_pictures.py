"""Reports drawn and written: SVG that stands by itself, and tables that a spreadsheet opens."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from channels.desk import report_words, reports
from channels.desk.pictures.columns import Column, columns
from channels.desk.pictures.heat import heat
from channels.desk.reports import NoSuchReport
from orders.reports.counted import Counted, Sum
from orders.reports.report import REPORTS
from orders.reports.sheets import Kind
from tests.orders.reports.shop import EMPTY, SHOP

SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str, language: str, of: Counted = SHOP) -> ElementTree.Element:
    return ElementTree.fromstring(reports.drawn(reports.made(name, of), of, language))


def texts(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("language", report_words.LANGUAGES)
@pytest.mark.parametrize("name", reports.PICTURES)
@pytest.mark.parametrize("of", [SHOP, EMPTY, replace(SHOP, channel="web")], ids=["shop", "empty", "web"])
def test_a_picture_says_what_it_shows_and_needs_nothing_else(name: str, language: str, of: Counted) -> None:
    picture = drawn(name, language, of)
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == report_words.title(name, language)
    assert picture.findtext(f"{SVG}desc") == report_words.told(name, language)
    written = ElementTree.tostring(picture, "unicode")
    assert "http" not in written.replace("http://www.w3.org/2000/svg", "") and "NaN" not in written
    for box in picture.iter(f"{SVG}rect"):
        assert float(box.get("width") or 0) >= 0 and float(box.get("x") or 0) + float(box.get("width") or 0) <= 560.5


def test_the_numbers_stand_in_the_pictures() -> None:
    assert {"7", "2"} <= set(texts(drawn("hours", "zh")))
    assert {"103", "100", "85", "70", "− 6 电话中不要", "… 3 仍在办理"} <= set(texts(drawn("way", "zh")))
    assert {"Coolpad F800", "93 %"} <= set(texts(drawn("offers", "en")))
    assert "+ 43 by other halls" in texts(drawn("way", "en"))


def test_what_people_named_is_no_markup() -> None:
    of = replace(SHOP, channels={"<script>": {"new>good": Sum(1)}})
    assert "<script>" in texts(drawn("channels", "en", of))


def test_the_words_of_both_languages_are_for_the_same_things() -> None:
    for name in REPORTS:
        for language in report_words.LANGUAGES:
            assert report_words.title(name, language) and report_words.told(name, language)
    for make in REPORTS.values():
        for column in make(SHOP).columns:
            heads = {report_words.column(column, language, SHOP) for language in report_words.LANGUAGES}
            assert len(heads) == (1 if column.name.isdigit() else 2), column
    assert set(report_words.names("command", "zh")) == set(report_words.names("command", "en"))
    assert set(report_words.names("flag", "zh")) == set(report_words.names("flag", "en"))
    assert set(report_words.names("why", "zh")) == set(report_words.names("why", "en"))


def test_a_darker_cell_is_a_greater_number_and_none_is_empty() -> None:
    picture = ElementTree.fromstring(heat("t", "d", ["a"], ["1", "2", "3"], [[0, 50, 12_345]]))
    cells = [box for box in picture.iter(f"{SVG}rect") if "cell" in (box.get("class") or "")]
    depth = [float(box.get("fill-opacity") or 1) for box in cells]
    assert depth[1] < depth[2] == 1 and [text for text in texts(picture) if text in ("0", "50", "12k")] == ["50", "12k"]


def test_a_scale_ends_above_its_highest_column() -> None:
    for most in (0, 1, 3, 9, 47, 99, 101, 12_345):
        picture = ElementTree.fromstring(columns("t", "d", ["p"], [Column("1", (most,))]))
        tops = [float(box.get("y") or 0) for box in picture.iter(f"{SVG}rect") if float(box.get("width") or 0) > 100]
        assert all(top >= 33.9 for top in tops) and bool(tops) == bool(most)


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(name: str, language: str) -> list[list[str]]:
    text = reports.table(reports.made(name, SHOP), SHOP, language)
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text[1:])))


def test_a_table_is_read_by_a_spreadsheet() -> None:
    assert rows("offers", "zh")[:2] == [
        ["商品", "订单", "金额（元）", "送达", "丢失", "办理中", "完成率"],
        ["酷派F800", "60", "6000.00", "50", "4", "6", "0.9259"],
    ]
    assert rows("offers", "en")[2][0] == "'=SUM(A1)", "and no text is a formula"
    assert rows("states", "zh")[0] == ["坐席", "就绪", "通话", "小休: 午餐", "合计"]
    assert rows("flags", "en")[2] == ["At night", "2", "0", "0", "0", "2", ""]


def test_what_there_is_no_report_of_is_refused_in_words() -> None:
    with pytest.raises(NoSuchReport, match="there are way, hours"):
        reports.made("weather", SHOP)
    with pytest.raises(NoSuchReport, match="no picture of states"):
        reports.drawn(reports.made("states", SHOP), SHOP, "zh")


@pytest.mark.parametrize("language", report_words.LANGUAGES)
def test_the_page_is_told_what_it_shows_in_its_readers_language(language: str) -> None:
    told = reports.shown(SHOP, language)
    assert (told["from"], told["to"], told["channel"]) == ("2026-10-24", "2026-10-26", "")
    assert [each["channel"] for each in told["channels"]] == ["sms", "web"]
    for sheet in told["sheets"]:
        assert {each["kind"] for each in sheet["columns"]} <= {kind.value for kind in Kind}
    assert [sheet["name"] for sheet in told["sheets"] if not sheet["drawn"]] == ["states", "scores"]
