"""The log: one JSON object a line, in UTC, with telephone numbers masked wherever they turn up.

    {"time": "2026-11-21T08:00:00.123Z", "level": "info", "from": "channels.smpp.client", "event": "smsc-a is bound"}

Numbers of 11 to 15 digits are taken for a subscriber's and lose their middle (`86138****8000`); order numbers and row
ids are shorter or longer. What subscribers write is never logged: the conversation is in the ledger, where the roles of
the desk decide who reads it. Of a request over HTTP the path is logged and not the query.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO, cast

from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent, globalLogBeginner
from twisted.web.iweb import IAccessLogFormatter
from zope.interface import directlyProvides

_NUMBER = re.compile(r"(?<![\d.])\d{11,15}(?![\d.])")
_LEVELS = ["debug", "info", "warn", "error", "critical"]
_PLAIN = (str, int, float, bool, type(None))


def masked(text: str) -> str:
    """`8613800138000` as `86138****8000`."""
    return _NUMBER.sub(lambda number: f"{number[0][:-8]}****{number[0][-4:]}", text)


class JsonLines:
    """An observer of Twisted's logger; events below `level` are dropped."""

    def __init__(self, out: TextIO, level: str) -> None:
        self._out = out
        self._wanted = frozenset(_LEVELS[_LEVELS.index(level) :])

    def __call__(self, event: LogEvent) -> None:
        if event["log_level"].name in self._wanted:
            self._out.write(json.dumps(line_of(event), ensure_ascii=False) + "\n")
            self._out.flush()


def line_of(event: LogEvent) -> dict[str, Any]:
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(event["log_time"], UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
        "level": event["log_level"].name,
        "from": event.get("log_namespace", ""),
        "event": masked(formatEvent(event)),
    }
    for name, value in event.items():
        if not name.startswith("log_") and name not in ("format", "time", "message", "system") and name not in line:
            line[name] = masked(value) if isinstance(value, str) else value if isinstance(value, _PLAIN) else None
    if (failure := event.get("log_failure")) is not None:
        line["trace"] = masked(failure.getTraceback())
    return {name: value for name, value in line.items() if value is not None}


class ToTwisted(logging.Handler):
    """What libraries write to Python's own logging, in the same lines."""

    def __init__(self, observer: JsonLines) -> None:
        super().__init__()
        self._observer = observer

    def emit(self, record: logging.LogRecord) -> None:
        level = LogLevel.error if record.levelno >= logging.ERROR else LogLevel.warn
        level = LogLevel.info if record.levelno < logging.WARNING else level
        self._observer(
            {
                "log_time": record.created,
                "log_level": level,
                "log_namespace": record.name,
                "log_format": "{text}",
                "text": record.getMessage(),
            }
        )


def begin(level: str, out: TextIO = sys.stderr) -> None:
    """Send everything that is logged in this process to `out`."""
    observer = JsonLines(out, level)
    globalLogBeginner.beginLoggingTo([cast(ILogObserver, observer)], redirectStandardIO=False)
    logging.basicConfig(level=logging.WARNING, handlers=[ToTwisted(observer)], force=True)


def request_line(timestamp: str, request: Any) -> str:
    """A request, without what it asked for: in a query there may stand whose orders somebody looks for."""
    path, proto, agent = map(_shown, (request.path, request.clientproto, request.getHeader(b"user-agent") or b"-"))
    method, length = _shown(request.method), request.sentLength or "-"
    peer = getattr(request.getClientAddress(), "host", "unix")
    return f'"{peer}" {timestamp} "{method} {path} {proto}" {request.code} {length} "{agent}"'


directlyProvides(request_line, IAccessLogFormatter)


def _shown(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")
