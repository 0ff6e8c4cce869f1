"""The site over an in-memory connection."""

import json

from treq.testing import StubTreq


class Browser:
    def __init__(self, resource):
        self.http = StubTreq(resource)

    def ask(self, path, method="GET", **more):
        said = []
        self.http.request(method, f"http://hall{path}", allow_redirects=False, **more).addBoth(said.append)
        self.http.flush()
        (response,) = said
        body = []
        response.content().addBoth(body.append)
        self.http.flush()
        return response, body[0] if body else b""

    def json(self, path, method="GET", **more):
        response, body = self.ask(path, method, **more)
        return response.code, json.loads(body)

    def post(self, path, document, kind="application/json"):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.json(path, "POST", data=data, headers={"Content-Type": kind})
