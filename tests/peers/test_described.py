"""What the description says is what a running server does: schemathesis asks it thousands of odd things.

It makes requests from the description, right ones and wrong ones, follows what one leads to, and holds each answer
against it: the status, the headers, the form of the body; that what breaks the form is refused, that nobody comes in
without a token, that what was deleted is gone. That every request of a right form is *taken* it cannot ask: whether
something of that code is sold does not show in a form.
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.peers.hall import COMMAND, Hall
from tests.peers.order_store import TOKENS, StoreSetup, serving, store
from tests.peers.patience import WITHIN

PASSWORD = "lead-of-10086-desk"
NOT_OURS = "positive_data_acceptance"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSetup]:
    setup = store(tmp_path_factory.mktemp("store"))
    hall: Hall = serving(setup)
    try:
        yield setup
        log = hall.log.read_text()
        assert not re.search(r'"level": ?"(error|critical)"', log), log
    finally:
        assert hall.stop() == 0


def asked_by_schemathesis(setup: StoreSetup, paths: str, headers: Mapping[str, str], *more: str) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{setup.url}/api/openapi.json"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    command += ["--include-path-regex", paths, "--checks", "all", "--exclude-checks", NOT_OURS, "--no-color"]
    command += ["--max-examples", "6", "--seed", "1", "--warnings", "off", "--suppress-health-check", "all", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=setup.folder)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]


@pytest.mark.slow
@pytest.mark.parametrize("api", ["productOrdering", "productCatalog", "resourcePool"])
def test_other_halls_apis_are_as_described(running: StoreSetup, api: str) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['web']}"}
    asked_by_schemathesis(running, f"^/tmf-api/{api}", headers)


def test_health_is_as_described(running: StoreSetup) -> None:
    asked_by_schemathesis(running, "^/(livez|readyz|metrics)", {}, "--phases", "coverage,fuzzing")


@pytest.mark.slow
def test_a_gateway_of_ussd_is_as_described(running: StoreSetup) -> None:
    """It holds back what is no session of its own: what it takes hangs on more than the form."""
    without = ["--exclude-checks", f"{NOT_OURS},negative_data_rejection,unsupported_method"]
    asked_by_schemathesis(running, "^/ussd/", {"X-Hall-Secret": "between us"}, "--phases", "coverage,fuzzing", *without)


@pytest.mark.slow
def test_the_desk_is_as_described(running: StoreSetup) -> None:
    """Without signing in and out, which would end the session that all the others need; with its cookie each time."""
    cookie, token = signed_in(running)
    headers = {"Cookie": cookie, "X-CSRF-Token": token}
    kept_out = ("desk_sign_in", "desk_sign_out", "desk_live")  # the last is a stream: it does not end
    without = [word for name in kept_out for word in ("--exclude-operation-id", name)]
    always = ["--exclude-checks", f"{NOT_OURS},negative_data_rejection,ignored_auth"]
    asked_by_schemathesis(running, "^/desk/api/", headers, "--phases", "coverage,fuzzing", *without, *always)


def signed_in(setup: StoreSetup) -> tuple[str, str]:
    """The session's cookie, and the token against pages of other sites."""
    add = [*COMMAND, "agents", "add", "lead", "--role", "supervisor", "--password-stdin"]
    where = ["--config", str(setup.configuration)]
    subprocess.run([*add, *where], input=PASSWORD, text=True, timeout=WITHIN, check=True, capture_output=True)
    body = json.dumps({"name": "lead", "password": PASSWORD}).encode()
    request = urllib.request.Request(f"{setup.url}/desk/api/v1/session", data=body, method="POST")
    with urllib.request.urlopen(request, timeout=WITHIN) as answer:
        return answer.headers["Set-Cookie"].partition(";")[0], json.load(answer)["csrf"]


def test_the_description_is_one_of_openapi(running: StoreSetup) -> None:
    with urllib.request.urlopen(f"{running.url}/api/openapi.json", timeout=WITHIN) as answer:
        told: dict[str, Any] = json.load(answer)
    assert told["openapi"].startswith("3.1")
    for name, schema in told["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema), name
    for operations in told["paths"].values():
        for operation in operations.values():
            assert operation["operationId"]
            assert operation["responses"]
