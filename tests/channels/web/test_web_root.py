import pytest
from prometheus_client import CollectorRegistry, Counter

from channels.web.leaf import leaf
from channels.web.root import site
from tests.channels.web.web_client import Browser


def browse(children=None, checks=None, registry=None):
    return Browser(site(children=children or {}, checks=checks or {}, registry=registry or CollectorRegistry()))


def hello(request):
    return b"hello"


def test_alive():
    response, body = browse().ask("/livez")
    assert (response.code, body) == (200, b"ok\n")


def test_ready_when_every_check_is_content():
    wrong = [None]
    browser = browse(checks={"database": lambda: wrong[0], "links": lambda: None})
    assert browser.json("/readyz") == (200, {"ready": True, "checks": {"database": "ok", "links": "ok"}})
    wrong[0] = "the database is away"
    status, told = browser.json("/readyz")
    assert (status, told["ready"], told["checks"]["database"]) == (503, False, "the database is away")


def test_a_check_that_raises_is_not_ready():
    def check():
        raise ZeroDivisionError

    assert browse(checks={"broken": check}).json("/readyz")[0] == 503


def test_metrics_in_either_format():
    registry = CollectorRegistry()
    Counter("hall_turns", "Turns taken", registry=registry).inc()
    browser = browse(registry=registry)
    response, body = browser.ask("/metrics")
    assert b"hall_turns_total 1.0" in body
    assert response.headers.getRawHeaders("content-type")[0].startswith("text/plain")
    response, body = browser.ask("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert response.headers.getRawHeaders("content-type")[0].startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def test_children_stand_at_their_paths():
    browser = browse({"phone": leaf(hello), "api/openapi.json": leaf(hello), "api/v1/x": leaf(hello)})
    for path in ("/phone", "/api/openapi.json", "/api/v1/x"):
        assert browser.ask(path)[1] == b"hello"


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/", "/api/nothing", "/..%2f..%2fetc/passwd"])
def test_nothing_stands_elsewhere(path):
    assert browse({"api/openapi.json": leaf(hello)}).ask(path)[0].code == 404


def test_rules_for_browsers_are_on_every_answer():
    browser = browse({"phone": leaf(hello)})
    for path in ("/", "/phone", "/nothing", "/readyz"):
        headers = browser.ask(path)[0].headers
        assert "frame-ancestors 'none'" in headers.getRawHeaders("content-security-policy")[0]
        assert "unsafe" not in headers.getRawHeaders("content-security-policy")[0]
        assert headers.getRawHeaders("x-content-type-options") == ["nosniff"]
        assert "Twisted" not in headers.getRawHeaders("server")[0]


def test_the_first_page_lists_what_is_there_and_nothing_else():
    _, page = browse({"phone": leaf(hello)}).ask("/")
    assert 'href="/phone/"' in page.decode()
    assert "/desk/" not in page.decode()
    assert "手机" in page.decode()


def test_only_what_is_meant_to_be_asked_is_answered():
    response, _ = browse().ask("/livez", "POST")
    assert response.code == 405
