"""The files that a page is made of, read once, and told apart by their content: a browser asks again, and is told
"not modified" with nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from channels.web.requests import Request

FOLDER = Path(__file__).with_name("static")
_KINDS = {
    ".html": b"text/html; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    kind: bytes
    content: bytes
    mark: bytes

    def send(self, request: Request) -> bytes:
        request.setHeader(b"content-type", self.kind)
        request.setHeader(b"cache-control", b"no-cache")
        return b"" if request.setETag(self.mark) else self.content


def read_files(names: Iterable[str]) -> dict[str, PageFile]:
    return {name: _read(FOLDER / name) for name in names}


def made(kind: bytes, content: bytes) -> PageFile:
    return PageFile(kind, content, f'"{sha256(content).hexdigest()[:20]}"'.encode())


def _read(path: Path) -> PageFile:
    return made(_KINDS[path.suffix], path.read_bytes())
