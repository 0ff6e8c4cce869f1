"""The console's page and what it loads: read once, served with the rules that a browser is to hold it to."""

import hashlib
from dataclasses import dataclass
from importlib import resources

from channels.desk.http import Request

KINDS = {
    "html": b"text/html; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
RULES = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Page:
    kind: bytes
    content: bytes
    mark: bytes


def load() -> dict[str, Page]:
    folder = resources.files("channels.desk").joinpath("static")
    return {file.name: _page(file.name, file.read_bytes()) for file in folder.iterdir() if _kind(file.name) in KINDS}


def answer(request: Request, page: Page) -> bytes:
    request.setHeader(b"content-type", page.kind)
    request.setHeader(b"content-security-policy", RULES)
    request.setHeader(b"x-content-type-options", b"nosniff")
    request.setHeader(b"referrer-policy", b"no-referrer")
    request.setHeader(b"cache-control", b"no-cache")
    if request.setETag(page.mark):
        return b""
    return page.content


def _page(name: str, content: bytes) -> Page:
    return Page(KINDS[_kind(name)], content, b'"' + hashlib.sha256(content).hexdigest()[:20].encode() + b'"')


def _kind(name: str) -> str:
    return name.rpartition(".")[2]
