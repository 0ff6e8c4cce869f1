"""Who is asking: sign-in, the session's cookie, and the token that a foreign page cannot know.

    POST session {name, password} ─► cookie hall_desk (HttpOnly, SameSite=Strict) and {"csrf": …}
    every other request             carries the cookie; each that changes something carries X-CSRF-Token too

Of the cookie's token only its SHA-256 goes to the store. A password is compared in a thread, two at a time: argon2
takes 64 MiB for each, and a crowd at the door must not take the house's memory.

A browser at which somebody has come in by his password is known as his by another cookie, which opens nothing: it only
tells him from others behind the same address, when that is made to wait (orders/ledger/door_tries.py).
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from twisted.internet.defer import DeferredSemaphore

from channels.desk import passwords
from channels.desk.forms import SignIn
from channels.desk.http import Request, address_of
from channels.desk.store import DeskStore
from orders.desk_news import Viewer
from orders.desk_words import DeskSession
from orders.signing_in import By, Caller, Entry, NotKnown, Vouched

T = TypeVar("T")

COOKIE = b"hall_desk"
KNOWN = b"hall_desk_known"
QUARTER = b"7776000"  # seconds for which a browser keeps the latter
PATH = b"/desk"
CROWD = 40  # passwords that wait to be compared
SAME_SITE = (None, b"same-origin", b"none")


class SignedOut(Exception):
    """There is no session, or it is over."""

    name = "signed_out"


class TakenOver(SignedOut):
    """The same agent has signed in at another browser."""

    name = "taken_over"


class ForcedOut(SignedOut):
    """A supervisor has signed him out."""

    name = "forced_out"


class Crowded(Exception):
    """Too many are at the door."""


class Forbidden(Exception):
    """There is a session, but this is not for it."""


class Aside(Protocol):
    """Does a slow function away from the reactor (`deferToThread`)."""

    def __call__(self, function: Callable[..., T], /, *arguments: str | None) -> Awaitable[T]: ...


class Guard:
    """by_password: whether passwords open the door at all. changed: told when something has been done here."""

    def __init__(
        self,
        store: DeskStore,
        aside: Aside,
        secret: Callable[[], str] = secrets.token_urlsafe,
        by_password: bool = True,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._aside = aside
        self._changed = changed
        self._secret = secret
        self._few = DeferredSemaphore(2)
        self.by_password = by_password

    async def sign_in(self, request: Request, form: SignIn) -> DeskSession:
        self._from_here(request)
        if not self.by_password:
            raise Forbidden("passwords do not open this desk: sign in by the identity provider")
        known = request.getCookie(KNOWN) or self._secret().encode()
        caller = Caller(address_of(request), _hash(known))
        await self._right(form.name, form.password, "name or password is wrong", caller)
        token, entry = self._secret(), Entry(By.PASSWORD, caller.address, browser=caller.browser)
        session = await self._store.open_session(form.name, _hash(token.encode()), self._secret(), entry)
        if session is None:  # he was disabled meanwhile
            raise SignedOut("name or password is wrong")
        _set_cookie(request, token.encode())
        request.addCookie(
            KNOWN, known, path=PATH, max_age=QUARTER, httpOnly=True, secure=request.isSecure(), sameSite=b"strict"
        )
        return session

    async def _right(self, name: str, password: str, otherwise: str, caller: Caller | None = None) -> None:
        if len(self._few.waiting) >= CROWD:
            raise Crowded("too many sign in at this moment; try again in a few seconds")
        await self._few.acquire()
        try:
            right = await self._compared(name, password, caller)
        finally:
            self._few.release()
        if not right:
            raise SignedOut(otherwise)

    async def _compared(self, name: str, password: str, caller: Caller | None) -> bool:
        """What was wrong is counted before the next is compared."""
        stored = await self._store.try_sign_in(name, caller)
        right = await self._aside(passwords.is_right, password, stored)
        if not right and caller is not None:
            await self._store.wrong(name, caller)
        return right

    async def must_know(self, name: str, password: str) -> None:
        """His own password, before he changes it; raises Forbidden. A wrong one counts as at the door."""
        try:
            await self._right(name, password, "")
        except SignedOut:
            raise Forbidden("this is not your password") from None

    async def hashed(self, password: str) -> str:
        await self._few.acquire()
        try:
            return await self._aside(passwords.hashed, password)
        finally:
            self._few.release()

    async def admit(self, request: Request, vouched: Vouched, entry: Entry) -> None:
        """Somebody for whom an identity provider vouches."""
        token = self._secret()
        session = await self._store.admit(vouched, _hash(token.encode()), self._secret(), entry)
        if session is None:
            raise NotKnown(f"{vouched.name} is disabled here")
        _set_cookie(request, token.encode())

    async def session(self, request: Request) -> DeskSession:
        """Whose session the request belongs to; to be asked before anything that only reads."""
        token = request.getCookie(COOKIE)
        session = await self._store.session(_hash(token)) if token else None
        if session is None:
            raise over(await self._store.why_over(_hash(token)) if token else None)
        return session

    async def viewer(self, request: Request) -> Viewer:
        """The same, of a browser that looks on."""
        session = await self.session(request)
        return Viewer(_hash(request.getCookie(COOKIE) or b""), session.agent, session.role)

    async def writing(self, request: Request) -> DeskSession:
        """The same, before anything that changes something."""
        self._from_here(request)
        request.notifyFinish().addBoth(lambda _: self._changed())
        session = await self.session(request)
        token = request.getHeader(b"x-csrf-token") or b""
        if not hmac.compare_digest(token, session.csrf.encode()):
            raise Forbidden("the X-CSRF-Token is missing or not this session's; GET session tells it")
        return session

    async def overseeing(self, request: Request) -> DeskSession:
        session = await self.session(request)
        if not session.role.oversees:
            raise Forbidden("this is for supervisors")
        return session

    async def overseeing_writing(self, request: Request) -> DeskSession:
        await self.writing(request)
        return await self.overseeing(request)

    async def sign_out(self, request: Request) -> str:
        """The token by which he came, if an identity provider vouched for him."""
        await self.writing(request)
        id_token = await self._store.close_session(_hash(request.getCookie(COOKIE) or b""))
        request.addCookie(COOKIE, b"", path=PATH, max_age=b"0", httpOnly=True, sameSite=b"strict")
        return id_token

    def _from_here(self, request: Request) -> None:
        if request.getHeader(b"sec-fetch-site") not in SAME_SITE:
            raise Forbidden("the desk is not to be used from another site's page")


def over(why: str | None) -> SignedOut:
    """What to tell the browser of a session that is no more."""
    if why == "taken_over":
        return TakenOver("you have signed in at another browser, which has your work now; sign in to take it back")
    if why == "forced_out":
        return ForcedOut("a supervisor has signed you out; what you had in hand is with the others")
    return SignedOut("you are not signed in, or have been away too long; sign in")


def _set_cookie(request: Request, token: bytes) -> None:
    request.addCookie(COOKIE, token, path=PATH, httpOnly=True, secure=request.isSecure(), sameSite=b"strict")


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
