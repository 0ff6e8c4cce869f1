"""The people at the desk, looked after at the desk.

    GET  api/v1/people                  for supervisors: who may sign in, and how he stands
    POST api/v1/people {name, role, password, phone}
    POST api/v1/people/{name}/{act}     disable, enable, unlock; password {password}, role {role}, phone {phone}
    POST api/v1/people/{name}/skills {languages, skills}  what he may take: lists of those that GET people tells
    POST api/v1/password {password, new}  by everybody, for himself: 204, and he signs in anew

Who may do what to whom: see orders/people.py. A password that somebody else has set is known to two; whoever gets one
sets his own, for which he needs the one that he has. A wrong one counts as it does at the door.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk import passwords
from channels.desk.forms import BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body, nothing
from orders.desk_words import Role
from orders.people import By, Known, Lore, PersonAct

log = Logger()

Shown = dict[str, Any]
MOST = 50  # languages, or skills, of one person


class BadPassword(Exception):
    """It will not do; the text says why."""


class People(Protocol):
    """Each raises `MayNot`, `NoSuchAgent`; `make` also `AgentExists`, `BadPerson`."""

    async def listed(self, by: By) -> list[Known]: ...

    async def make(self, by: By, name: str, role: Role, password_hash: str, phone: str) -> None: ...

    async def change(self, by: By, name: str, act: PersonAct, value: str) -> None:
        """value: the hash of a password, a role, a telephone; nothing for the others."""

    def lore(self) -> Lore:
        """Which languages and skills there are."""

    async def teach(self, by: By, name: str, languages: Sequence[str], skills: Sequence[str]) -> None:
        """Raises BadPerson for what nobody knows of."""

    async def own_password(self, name: str, password_hash: str) -> None: ...


class NoPeople:
    """A desk at which nobody is looked after."""

    async def listed(self, by: By) -> list[Known]:
        return []

    async def make(self, by: By, name: str, role: Role, password_hash: str, phone: str) -> None:
        return None

    async def change(self, by: By, name: str, act: PersonAct, value: str) -> None:
        return None

    def lore(self) -> Lore:
        return Lore()

    async def teach(self, by: By, name: str, languages: Sequence[str], skills: Sequence[str]) -> None:
        return None

    async def own_password(self, name: str, password_hash: str) -> None:
        return None


class WithPeople(Protocol):
    guard: Guard
    people: People
    now: Callable[[], float]


def routes(app: Klein) -> None:
    @app.route("/api/v1/people", methods=["GET"])
    async def people(desk: WithPeople, request: Request) -> bytes:
        session = await desk.guard.overseeing(request)
        found = await desk.people.listed(By(session.agent, session.role))
        roles = [role.value for role in Role if session.role is Role.ADMIN or role is Role.AGENT]
        told = {"now": desk.now(), "people": [_shown(each) for each in found], "roles": roles}
        lore = desk.people.lore()
        return answer(request, told | {"languages": lore.languages, "skills": lore.skills})

    @app.route("/api/v1/people", methods=["POST"])
    async def make_person(desk: WithPeople, request: Request) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        fields = _fields(request, {"name", "role", "password", "phone"})
        name, role, phone = fields["name"], _role(fields.get("role", "agent")), fields.get("phone", "")
        secret = await desk.guard.hashed(_password(fields.get("password", "")))
        await desk.people.make(By(session.agent, session.role), name, role, secret, phone)
        log.info("{agent} lets {name} in as {role}", agent=session.agent, name=name, role=role.value)
        return answer(request, {"name": name, "role": role.value})

    @app.route("/api/v1/people/<name>/<act>", methods=["POST"])
    async def change_person(desk: WithPeople, request: Request, name: str, act: str) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        what = _act(act)
        value = await _value(desk, request, what)
        await desk.people.change(By(session.agent, session.role), name, what, value)
        log.info("{agent}: {act} of {name}", agent=session.agent, act=what.value, name=name)
        return nothing(request)

    @app.route("/api/v1/people/<name>/skills", methods=["POST"])
    async def teach_person(desk: WithPeople, request: Request, name: str) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        languages, skills = _lists(request, "languages", "skills")
        await desk.people.teach(By(session.agent, session.role), name, languages, skills)
        log.info("{agent}: languages and skills of {name}", agent=session.agent, name=name)
        return nothing(request)

    @app.route("/api/v1/password", methods=["POST"])
    async def own_password(desk: WithPeople, request: Request) -> bytes:
        session = await desk.guard.writing(request)
        fields = _fields(request, {"password", "new"})
        new = _password(fields["new"])
        await desk.guard.must_know(session.agent, fields["password"])
        await desk.people.own_password(session.agent, await desk.guard.hashed(new))
        log.info("{agent} has a new password", agent=session.agent)
        return nothing(request)


async def _value(desk: WithPeople, request: Request, act: PersonAct) -> str:
    if act not in (PersonAct.PASSWORD, PersonAct.ROLE, PersonAct.PHONE):
        return ""
    said = _fields(request, {act.value})[act.value]
    if act is PersonAct.PASSWORD:
        return await desk.guard.hashed(_password(said))
    return _role(said).value if act is PersonAct.ROLE else said


def _fields(request: Request, known: set[str]) -> dict[str, str]:
    fields = document(body(request))
    needed = known & {"name"} or known
    if not needed <= set(fields) <= known:
        raise BadForm(f"this takes {', '.join(sorted(known))}")
    if wrong := [name for name, value in fields.items() if not isinstance(value, str)]:
        raise BadForm(f"{wrong[0]} must be a text")
    return fields


def _lists(request: Request, *names: str) -> list[list[str]]:
    fields = document(body(request))
    if set(fields) != set(names):
        raise BadForm(f"this takes {', '.join(names)}")
    for name, told in fields.items():
        if not isinstance(told, list) or len(told) > MOST or not all(isinstance(each, str) for each in told):
            raise BadForm(f"{name} is a list of up to {MOST} words")
    return [fields[name] for name in names]


def _act(name: str) -> PersonAct:
    acts = [act.value for act in PersonAct if act not in (PersonAct.MAKE, PersonAct.SKILLS)]
    if name not in acts:
        raise BadForm(f"what can be done is one of: {', '.join(acts)}")
    return PersonAct(name)


def _role(name: str) -> Role:
    if name not in list(Role):
        raise BadForm(f"role is one of: {', '.join(Role)}")
    return Role(name)


def _password(said: str) -> str:
    if (why := passwords.weakness(said)) is not None:
        raise BadPassword(why)
    return said


def _shown(known: Known) -> Shown:
    return {
        "name": known.name,
        "role": known.role.value,
        "disabled": known.disabled,
        "locked_until": known.locked_until,
        "phone": known.phone,
        "provider": known.provider or None,
        "seen_at": known.seen_at,
        "changeable": known.changeable,
        "languages": known.languages,
        "skills": known.skills,
    }
