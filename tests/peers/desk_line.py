"""A browser's connection to the desk of a running Hall, kept open from one request to the next, as browsers keep it."""

import http.client
import json
from typing import Any

from tests.peers.desk import Refused
from tests.peers.patience import WITHIN


class DeskLine:
    """Raises Refused for what Hall refuses, and OSError or HTTPException while it is not there."""

    def __init__(self, web: int) -> None:
        self._web = web
        self._connection = http.client.HTTPConnection("127.0.0.1", web, timeout=WITHIN)
        self._cookie = self._csrf = ""

    def sign_in(self, name: str, password: str) -> None:
        self._csrf = self.post("session", {"name": name, "password": password})["csrf"]

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, document: Any = None) -> Any:
        return self._ask("POST", path, document)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, document: Any = None) -> Any:
        body = b"" if document is None else json.dumps(document).encode()
        headers = {"X-CSRF-Token": self._csrf, "Cookie": self._cookie, "Content-Type": "application/json"}
        try:
            self._connection.request(method, f"/desk/api/v1/{path}", body, headers)
            response = self._connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens it anew
            raise
        if cookie := response.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        if response.status >= 400:
            raise Refused(response.status, json.loads(answer or b"{}").get("error", ""))
        return json.loads(answer) if answer else None
