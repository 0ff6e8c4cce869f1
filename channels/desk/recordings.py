"""Recordings of calls, for those who lead: which there are of a task, and one to listen to. Each is noted who listened.

GET api/v1/tasks/{task}/recordings     [{"call", "at", "seconds", "agent", "href"}]
GET api/v1/calls/{call}/recording.wav  the sound, also in parts (Range)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from klein import Klein
from twisted.web.resource import IResource
from twisted.web.static import File

from channels.desk.guard import Guard
from channels.desk.http import Request, answer
from orders.recording import NoSuchRecording, Recording

WAV = "audio/wav"


class Recordings(Protocol):
    async def of_task(self, task: int) -> Sequence[Recording]: ...

    async def listened(self, who: str, call: int) -> Path:
        """Where it lies; that he listens is noted. Raises NoSuchRecording."""


class NoRecordings:
    async def of_task(self, task: int) -> Sequence[Recording]:
        return ()

    async def listened(self, who: str, call: int) -> Path:
        raise NoSuchRecording("nothing is recorded here")


class Led(Protocol):
    @property
    def recordings(self) -> Recordings: ...


class Desk(Protocol):
    """What a route is given: who may, and who answers."""

    guard: Guard

    @property
    def leading(self) -> Led: ...


def routes(app: Klein) -> None:
    @app.route("/api/v1/tasks/<int:task>/recordings", methods=["GET"])
    async def recordings_of_task(desk: Desk, request: Request, task: int) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, {"recordings": [_shown(each) for each in await desk.leading.recordings.of_task(task)]})

    @app.route("/api/v1/calls/<int:call>/recording.wav", methods=["GET"])
    async def recording(desk: Desk, request: Request, call: int) -> IResource:
        session = await desk.guard.overseeing(request)
        path = await desk.leading.recordings.listened(session.agent, call)
        request.setHeader(b"cache-control", b"no-store")
        request.setHeader(b"x-content-type-options", b"nosniff")
        sound = File(str(path), defaultType=WAV)
        sound.type, sound.encoding = WAV, None
        return cast(IResource, sound)


def _shown(of: Recording) -> dict[str, Any]:
    return {
        "call": str(of.call),
        "at": of.at,
        "seconds": round(of.seconds, 1),
        "agent": of.agent,
        "href": f"calls/{of.call}/recording.wav",
    }
