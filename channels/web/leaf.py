"""A path that answers GET by a function. (Twisted's `Resource` has no types; what that costs is paid here.)"""

from collections.abc import Callable
from typing import cast

from twisted.web.resource import IResource, Resource

from channels.web.requests import Request, send_text


class Leaf(Resource):
    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, answer: Callable[[Request], bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._answer = answer

    def render(self, request: Request) -> bytes:
        if request.method not in (b"GET", b"HEAD"):
            request.setHeader(b"allow", b"GET, HEAD")
            return send_text(request, "Only GET is done here.\n", 405)
        return self._answer(request)


def leaf(answer: Callable[[Request], bytes]) -> IResource:
    return cast(IResource, Leaf(answer))
