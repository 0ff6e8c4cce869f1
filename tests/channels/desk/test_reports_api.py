"""Reports over HTTP: for supervisors, by days of the hall, as tables, pictures and files."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from orders.ledger.tables import access_log
from tests.channels.desk.desk_browser import ZONE, Browser, Hall
from tests.channels.desk.opened_hall import opened_hall, signed_in
from tests.channels.desk.seed_reports import seed_counts
from tests.orders.ledger.desk_seed import NOW, seed_offers

DAYS = "from=2023-11-01&to=2023-11-15"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with opened_hall(tmp_path_factory.mktemp("reports")) as hall:
        with hall.engine.begin() as connection:
            seed_offers(connection)
            seed_counts(connection, NOW, ZONE)
        yield hall


@pytest.fixture(scope="module")
def boss(hall: Hall) -> Browser:
    return signed_in(hall, "boss")


def test_without_days_the_last_four_weeks_are_told(boss: Browser) -> None:
    status, body = boss.get("reports")
    assert (status, body["from"], body["to"], body["today"]) == (200, "2023-10-19", "2023-11-15", "2023-11-15")
    assert [sheet["name"] for sheet in body["sheets"]][:3] == ["way", "hours", "days"]
    days = next(sheet for sheet in body["sheets"] if sheet["name"] == "days")
    hours = next(sheet for sheet in body["sheets"] if sheet["name"] == "hours")
    channels = next(sheet for sheet in body["sheets"] if sheet["name"] == "channels")
    placed = sum(row[1] for row in days["rows"])
    assert len(days["rows"]) == 28 and placed > 600
    assert sum(row[-1] for row in hours["rows"]) == placed == sum(row[1] for row in channels["rows"])


def test_a_channel_and_a_language_may_be_asked_for(boss: Browser) -> None:
    _, every = boss.get(f"reports?{DAYS}&language=en")
    _, body = boss.get(f"reports?{DAYS}&channel=ussd&language=en")
    assert body["channel"] == "ussd" and body["channels"] == every["channels"]
    ours = next(sheet for sheet in body["sheets"] if sheet["name"] == "offers")
    all_of_them = next(sheet for sheet in every["sheets"] if sheet["name"] == "offers")
    assert ours["title"] == "Orders by product" and ours["rows"][0][0] == "Coolpad F800"
    assert 0 < ours["rows"][0][1] < all_of_them["rows"][0][1]


def test_pictures_and_tables_are_fetched_one_by_one_and_taking_a_table_is_noted(hall: Hall, boss: Browser) -> None:
    status, svg = boss.fetch("GET", f"/desk/api/v1/reports/way/picture.svg?{DAYS}&language=en")
    assert status == 200 and svg.startswith(b"<svg") and b"Conversations" in svg
    assert (
        boss.headers["content-type"].startswith("image/svg+xml")
        and "default-src 'none'" in boss.headers["content-security-policy"]
    )
    status, table = boss.fetch("GET", f"/desk/api/v1/reports/channels/table.csv?{DAYS}")
    assert status == 200 and table.startswith("\ufeff渠道,订单".encode())
    assert boss.headers["content-disposition"] == 'attachment; filename="channels-2023-11-01-2023-11-15.csv"'
    with hall.engine.begin() as connection:
        noted = connection.execute(select(access_log).order_by(access_log.c.id.desc())).first()
    assert noted is not None
    assert (noted.who, noted.act, noted.what) == ("boss", "exported", "report channels of 2023-11-01 to 2023-11-15")


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ("reports?from=yesterday", 400, "bad_request"),
        ("reports?from=2023-11-15&to=2023-11-01", 422, "bad_span"),
        ("reports?from=2020-11-15&to=2023-11-01", 422, "bad_span"),
        ("reports?language=fr", 400, "bad_request"),
        ("reports/weather/picture.svg", 404, "no_such_report"),
        ("reports/states/picture.svg", 404, "no_such_report"),
        ("reports/weather/table.csv", 404, "no_such_report"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_words(boss: Browser, asked: str, status: int, error: str) -> None:
    found, body = boss.get(asked)
    assert (found, body["error"]) == (status, error)


def test_one_end_of_the_days_follows_from_the_other(boss: Browser) -> None:
    assert boss.get("reports?to=2023-11-10")[1]["from"] == "2023-10-14"
    assert boss.get("reports?from=2023-11-10")[1]["to"] == "2023-11-15"


def test_reports_are_for_supervisors(hall: Hall) -> None:
    li = signed_in(hall, "li")
    for path in ("reports", "reports/way/picture.svg", "reports/way/table.csv"):
        assert li.get(path)[0] == 403
        assert Browser(hall).get(path)[0] == 401
