"""The site: what the house mounts, health beside it, and rules for browsers on every answer.

The rules hold for pages of our own making: scripts, styles and connections from here only, no frames, no guessing of
types. A page that needs other rules sets its own header.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, cast

from prometheus_client import CollectorRegistry
from twisted.web.resource import IResource, Resource

from channels.web.files import PageFile, made, read_files
from channels.web.health import Check, livez_resource, metrics_resource, readyz_resource
from channels.web.leaf import leaf
from channels.web.requests import Request, send_text

RULES: Final = {
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    b"media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"server": b"Hall",
}

# What stands on the first page, if it is there: path → Chinese, English.
ENTRIES: Final = {
    "phone/": ("手机：给营业厅发短信", "A phone to text the hall with"),
    "desk/": ("坐席工作台", "The agents' desk"),
    "api/openapi.json": ("接口说明", "The description of the interfaces"),
    "readyz": ("是否就绪", "Whether it is ready"),
    "metrics": ("指标", "What is counted"),
}


def site(*, children: Mapping[str, IResource], checks: Mapping[str, Check], registry: CollectorRegistry) -> IResource:
    """children: by path without a leading slash, which may have several steps (`api/openapi.json`)."""
    mounted: dict[str, IResource] = {
        "livez": livez_resource(),
        "readyz": readyz_resource(checks),
        "metrics": metrics_resource(registry),
        **children,
    }
    files = read_files(["index.html", "index.css", "phone.svg"])
    index = _index(files["index.html"], [path for path in ENTRIES if path.rstrip("/") in mounted])
    root = Root()
    root.putChild(b"", leaf(index.send))
    root.putChild(b"index.css", leaf(files["index.css"].send))
    root.putChild(b"icon.svg", leaf(files["phone.svg"].send))
    for path, resource in mounted.items():
        _mount(root, path, resource)
    return cast(IResource, root)


class Missing(Resource):
    """A path, or a step of one, at which nothing stands."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def render(self, request: Request) -> bytes:
        return send_text(request, "There is nothing here.\n", 404)

    def getChild(self, path: bytes, request: Request) -> Resource:
        return Missing()


class Root(Missing):
    def getChildWithDefault(self, path: bytes, request: Request) -> Resource:
        for name, value in RULES.items():
            request.setHeader(name, value)
        return cast(Resource, super().getChildWithDefault(path, request))  # type: ignore[no-untyped-call]


def _index(page: PageFile, paths: Sequence[str]) -> PageFile:
    entries = "\n".join(
        f'<li><a href="/{escape(path)}"><b>{ENTRIES[path][0]}</b> <span lang="en">{ENTRIES[path][1]}</span></a></li>'
        for path in paths
    )
    return made(page.kind, page.content.replace(b"<!-- entries -->", entries.encode()))


def _mount(root: Missing, path: str, resource: IResource) -> None:
    *steps, last = path.strip("/").encode().split(b"/")
    for step in steps:
        if step not in root.children:
            root.putChild(step, cast(IResource, Missing()))
        root = cast(Missing, root.children[step])
    root.putChild(last, resource)
