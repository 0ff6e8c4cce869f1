"""An agent at the desk of a running Hall, over HTTP, as the page does it."""

import json
import urllib.error
import urllib.request
from typing import Any

from tests.peers.patience import WITHIN


class Refused(Exception):
    def __init__(self, status: int, name: str) -> None:
        super().__init__(f"{status} {name}")
        self.status, self.name = status, name


class Agent:
    def __init__(self, web: int, name: str, password: str) -> None:
        self._root = f"http://127.0.0.1:{web}/desk/api/v1/"
        self._cookie = self._csrf = ""
        self._csrf = self.post("session", {"name": name, "password": password})["csrf"]

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, document: Any = None) -> Any:
        return self._ask("POST", path, document)

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path)

    def fetch(self, path: str, **headers: str) -> tuple[int, str, bytes]:
        """What is no JSON: the status, its kind, and all of it."""
        request = urllib.request.Request(self._root + path, headers={"Cookie": self._cookie} | headers)
        with urllib.request.urlopen(request, timeout=WITHIN) as response:
            return response.status, response.headers["Content-Type"], response.read()

    def _ask(self, method: str, path: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        headers = {"X-CSRF-Token": self._csrf, "Cookie": self._cookie, "Content-Type": "application/json"}
        request = urllib.request.Request(self._root + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=WITHIN) as response:
                if cookie := response.headers.get("Set-Cookie"):
                    self._cookie = cookie.partition(";")[0]
                answer = response.read()
        except urllib.error.HTTPError as refused:
            raise Refused(refused.code, json.loads(refused.read()).get("error", "")) from None
        return json.loads(answer) if answer else None
