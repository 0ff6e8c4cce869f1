"""A billing system that says what the test has written down, in that order."""

import json

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http_headers import Headers


class Said:
    def __init__(self, body, code=200, **headers):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.code = code
        self.length = len(self.body)
        self.headers = Headers({name.replace("_", "-"): [str(value)] for name, value in headers.items()})

    def deliverBody(self, protocol):
        protocol.makeConnection(None)
        for at in range(0, len(self.body), 4096):
            protocol.dataReceived(self.body[at : at + 4096])
        protocol.connectionLost(Failure(ResponseDone()))


class ScriptedHttp:
    """Each line is an answer, an exception, or None for silence. `asked` is what came: (path, params)."""

    def __init__(self, *lines):
        self.lines = list(lines)
        self.asked = []
        self.headers = []
        self.silences = []

    def get(self, url, *, params, headers, allow_redirects, unbuffered):
        assert url.startswith("https://billing/tmf-api/")
        assert not allow_redirects
        self.asked.append((url.removeprefix("https://billing"), dict(params)))
        self.headers.append(headers)
        line = self.lines.pop(0)
        if line is None:
            self.silences.append(Deferred())
            return self.silences[-1]
        return fail(line) if isinstance(line, Exception) else succeed(line)
