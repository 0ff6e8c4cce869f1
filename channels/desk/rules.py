"""The rules that supervisors change at the desk: read, changed as text, tried, published for a reason, rolled back.

    GET  api/v1/rules                              which there are, and which versions are live
    GET  api/v1/rules/{book}?language=             {version, content, published, means: [sheets], history: […]}
    GET  api/v1/rules/{book}/versions/{version}    {content}; the version `configured` is what no one has published here
    POST api/v1/rules/{book}/try {content, language}    200 {version, changed: [lines], means: [sheets]}
    POST api/v1/rules/{book} {content, seen, why}  200 {version}: it is live
    POST api/v1/rules/{book} {version, seen, why}  the same with a version that was published before

A text that is not right is 422 `bad_rules`, with `problems: [{line, what}]`. `seen` is the version that was read: when
another is live by then, nothing is done (409).
"""

from dataclasses import dataclass
from typing import Any, Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk import charts
from channels.desk.forms import LONGEST_NOTE, BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer
from channels.desk.report_words import LANGUAGES
from channels.desk.sheets import plain
from orders.rows import Refused
from orders.rule_books import AS_CONFIGURED, LONGEST, Book, NoSuchBook, Open, Published, Tried

log = Logger()

Shown = dict[str, Any]

CONFIGURED = "configured"
LARGEST = 4 * LONGEST


class Rules(Protocol):
    """Raises NoSuchBook; for what cannot be read, Refused."""

    async def listed(self) -> tuple[Open, ...]: ...

    async def opened(self, book: Book, language: str) -> tuple[Open, Tried]:
        """What is live, and what it means."""

    async def content(self, book: Book, version: str) -> str: ...

    async def tried(self, book: Book, content: str, language: str) -> Tried: ...

    async def publish(self, agent: str, book: Book, content: str, seen: str, why: str) -> str:
        """The version; raises NotLive."""

    async def back(self, agent: str, book: Book, version: str, seen: str, why: str) -> str:
        """The version; raises NotLive."""


class NoRules:
    """A desk of a house whose rules are changed elsewhere."""

    async def listed(self) -> tuple[Open, ...]:
        return ()

    async def opened(self, book: Book, language: str) -> tuple[Open, Tried]:
        raise NoSuchBook("no rules are kept here")

    async def content(self, book: Book, version: str) -> str:
        raise NoSuchBook("no rules are kept here")

    async def tried(self, book: Book, content: str, language: str) -> Tried:
        raise NoSuchBook("no rules are kept here")

    async def publish(self, agent: str, book: Book, content: str, seen: str, why: str) -> str:
        raise NoSuchBook("no rules are kept here")

    async def back(self, agent: str, book: Book, version: str, seen: str, why: str) -> str:
        raise NoSuchBook("no rules are kept here")


class Leading(Protocol):
    @property
    def rules(self) -> Rules: ...


class Desk(Protocol):
    guard: Guard

    @property
    def leading(self) -> Leading: ...


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be live: a text, or a version that was published before; instead of the one that was seen."""

    content: str | None
    version: str
    seen: str
    why: str


def routes(app: Klein) -> None:
    _reading(app)
    _changing(app)


def _reading(app: Klein) -> None:
    @app.route("/api/v1/rules", methods=["GET"])
    async def rule_books(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, {"books": [_listed(each) for each in await desk.leading.rules.listed()]})

    @app.route("/api/v1/rules/<book>", methods=["GET"])
    async def rule_book(desk: Desk, request: Request, book: str) -> bytes:
        await desk.guard.overseeing(request)
        language = charts.asked(request, "language", LANGUAGES)
        found, means = await desk.leading.rules.opened(named(book), language)
        return answer(request, _opened(found, means, language))

    @app.route("/api/v1/rules/<book>/versions/<version>", methods=["GET"])
    async def rule_version(desk: Desk, request: Request, book: str, version: str) -> bytes:
        await desk.guard.overseeing(request)
        kept = AS_CONFIGURED if version == CONFIGURED else version
        return answer(request, {"version": version, "content": await desk.leading.rules.content(named(book), kept)})


def _changing(app: Klein) -> None:
    @app.route("/api/v1/rules/<book>/try", methods=["POST"])
    async def try_rules(desk: Desk, request: Request, book: str) -> bytes:
        await desk.guard.overseeing_writing(request)
        content, language = text_to_try(request.content.read(LARGEST + 1))
        try:
            tried = await desk.leading.rules.tried(named(book), content, language)
        except Refused as refused:
            return _refused(request, refused)
        return answer(request, _tried(tried, language))

    @app.route("/api/v1/rules/<book>", methods=["POST"])
    async def publish_rules(desk: Desk, request: Request, book: str) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        wanted = publication(request.content.read(LARGEST + 1))
        rules, of = desk.leading.rules, named(book)
        try:
            if wanted.content is None:
                version = await rules.back(session.agent, of, wanted.version, wanted.seen, wanted.why)
            else:
                version = await rules.publish(session.agent, of, wanted.content, wanted.seen, wanted.why)
        except Refused as refused:
            return _refused(request, refused)
        log.info(
            "{agent} published {book} {version}", agent=session.agent, book=of.value, version=version or CONFIGURED
        )
        return answer(request, {"version": version or CONFIGURED})


# ── What is sent ─────────────────────────────────────────────────────────────────────────────────────────────────────


def named(book: str) -> Book:
    try:
        return Book(book)
    except ValueError:
        raise NoSuchBook(f"there are no rules called {book}; there are {', '.join(Book)}") from None


def text_to_try(body: bytes) -> tuple[str, str]:
    fields = document(body, LARGEST)
    if set(fields) != {"content", "language"} or fields["language"] not in LANGUAGES:
        raise BadForm(f"what is tried is {{content, language}}, and language one of {', '.join(LANGUAGES)}")
    return _content(fields["content"]), fields["language"]


def publication(body: bytes) -> Publication:
    fields = document(body, LARGEST)
    if set(fields) not in ({"content", "seen", "why"}, {"version", "seen", "why"}):
        raise BadForm("what is published is {content, seen, why}, or {version, seen, why}")
    if wrong := [name for name, value in fields.items() if not isinstance(value, str)]:
        raise BadForm(f"{', '.join(wrong)} must be a text")
    why = fields["why"].strip()
    if not why or len(why) > LONGEST_NOTE:
        raise BadForm(f"why is needed, for those who read the list later: up to {LONGEST_NOTE} characters")
    version = fields.get("version", "")
    content = _content(fields["content"]) if "content" in fields else None
    return Publication(content, AS_CONFIGURED if version == CONFIGURED else version, fields["seen"], why)


def _content(text: Any) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise BadForm(f"content is a text of up to {LONGEST} characters")
    return text


# ── What is answered ─────────────────────────────────────────────────────────────────────────────────────────────────


def _refused(request: Request, refused: Refused) -> bytes:
    problems = [{"line": each.line, "what": each.what} for each in refused.problems]
    message = "nothing was changed: " + "; ".join(f"line {each.line}: {each.what}" for each in refused.problems)
    return answer(request, {"error": "bad_rules", "message": message, "problems": problems}, 422)


def _listed(of: Open) -> Shown:
    return {"book": of.book.value, "version": of.version, "published": of.published}


def _opened(of: Open, means: Tried, language: str) -> Shown:
    return {
        **_listed(of),
        "content": of.content,
        "means": [plain(sheet, language) for sheet in means.means],
        "history": [_published(each) for each in of.history],
    }


def _published(of: Published) -> Shown:
    return {"version": of.version or CONFIGURED, "at": of.at, "who": of.who, "why": of.why}


def _tried(of: Tried, language: str) -> Shown:
    sheets = [plain(sheet, language) for sheet in of.means]
    return {"version": of.version, "changed": list(of.changed), "means": sheets}
