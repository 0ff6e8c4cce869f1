"""Asterisk's REST interface in words: what we ask of it, and what it tells.

    Hall ── POST /ari/channels/{id}/answer ──────────────► Asterisk      requests, over HTTP
    Hall ◄── {"type": "ChannelDtmfReceived", …} ────────── Asterisk      events, over one WebSocket

Commands are values, so that a call can be tried without either. Of the events only those are read that a call lives by;
all others, and all fields beside those named here, are passed over, which is what makes 16 and 22 alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Command:
    """A request: `path` below /ari, `body` as JSON."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


def answer(channel: str) -> Command:
    return Command("POST", f"/channels/{_id(channel)}/answer")


def play(channel: str, playback: str, media: tuple[str, ...]) -> Command:
    """One after the other, as one playback; the body is a list because a long one does not fit a request line."""
    return Command("POST", f"/channels/{_id(channel)}/play/{_id(playback)}", {"media": list(media)})


def stop(playback: str) -> Command:
    return Command("DELETE", f"/playbacks/{_id(playback)}")


def hang_up(channel: str, reason: str = "normal") -> Command:
    return Command("DELETE", f"/channels/{_id(channel)}?reason={reason}")


def ring_up(
    endpoint: str, channel: str, application: str, part: str, shown: str, within: float, longest: float
) -> Command:
    """Dial it; when it answers, it arrives in the application with `part` as its argument. within: seconds that it may
    ring; longest: that it may last, for should we be gone by then nobody else will end it.
    """
    told = {"endpoint": endpoint, "app": application, "appArgs": part, "timeout": int(within)}
    told |= {"variables": {"TIMEOUT(absolute)": str(int(longest))}}
    return Command("POST", f"/channels/{_id(channel)}", told | ({"callerId": shown} if shown else {}))


def rings_up(command: Command) -> bool:
    return command.body is not None and "endpoint" in command.body


def make_room(room: str) -> Command:
    return Command("POST", f"/bridges/{_id(room)}?type=mixing")


def enter(room: str, channel: str) -> Command:
    return Command("POST", f"/bridges/{_id(room)}/addChannel?channel={_id(channel)}")


def play_in(room: str, playback: str, *media: str) -> Command:
    return Command("POST", f"/bridges/{_id(room)}/play/{_id(playback)}", {"media": list(media)})


def music(channel: str, of_class: str) -> Command:
    return Command("POST", f"/channels/{_id(channel)}/moh?mohClass={_id(of_class)}")


def no_music(channel: str) -> Command:
    return Command("DELETE", f"/channels/{_id(channel)}/moh")


def close_room(room: str) -> Command:
    return Command("DELETE", f"/bridges/{_id(room)}")


def record(room: str, name: str, goes_on: bool = False) -> Command:
    """goes_on: what was recorded under that name before is kept, and this is put behind it."""
    there = "append" if goes_on else "overwrite"
    return Command("POST", f"/bridges/{_id(room)}/record?name={_id(name)}&format=wav&ifExists={there}")


def recorded() -> Command:
    """What has been recorded and is kept there. Since 14; the contents of one are at `…/file`."""
    return Command("GET", "/recordings/stored")


def contents(recording: str) -> Command:
    return Command("GET", f"/recordings/stored/{_id(recording)}/file")


def forget(recording: str) -> Command:
    return Command("DELETE", f"/recordings/stored/{_id(recording)}")


def owned(application: str) -> Command:
    return Command("GET", f"/applications/{_id(application)}")


INHERITED = "inherited"  # the argument of a call that was another node's


def take_over(channel: str, application: str) -> Command:
    """Of a call that is in another application; since 16.6."""
    return Command("POST", f"/channels/{_id(channel)}/move?app={_id(application)}&appArgs={INHERITED}")


def channel_of(channel: str) -> Command:
    return Command("GET", f"/channels/{_id(channel)}")


def _id(text: str) -> str:
    return quote(text, safe="")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A channel came to our application: somebody calls, or a call of ours was answered (`arguments` say which)."""

    channel: str
    caller: str
    dialled: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rings:
    """A telephone that we called rings."""

    channel: str


@dataclass(frozen=True, slots=True)
class Left:
    """It is ours no longer, or is no more; then `code` says why (ITU-T Q.850)."""

    channel: str
    cause: str = ""
    code: int = 0


@dataclass(frozen=True, slots=True)
class Pressed:
    channel: str
    key: str


@dataclass(frozen=True, slots=True)
class Played:
    """To its end, or it was stopped, or it failed."""

    channel: str
    playback: str
    failed: bool = False


Event = Arrived | Rings | Left | Pressed | Played


def read_event(told: Mapping[str, Any]) -> Event | None:
    """None for what a call does not live by. Raises BadEvent."""
    reading = _READINGS.get(told.get("type", ""))
    try:
        return reading(told) if reading else None
    except (KeyError, TypeError, AttributeError) as problem:
        raise BadEvent(f"{told.get('type')} lacks {problem}: is this Asterisk's REST interface?") from None


class BadEvent(Exception):
    """Not what Asterisk 16 to 22 send; it is passed over."""


def arrival(channel: Mapping[str, Any], arguments: tuple[str, ...] = ()) -> Arrived:
    """Of a channel as it is described."""
    return Arrived(str(channel["id"]), str(channel["caller"]["number"]), str(channel["dialplan"]["exten"]), arguments)


def _arrived(told: Mapping[str, Any]) -> Event:
    return arrival(told["channel"], tuple(map(str, told.get("args", ()))))


def _left(told: Mapping[str, Any]) -> Event:
    return Left(str(told["channel"]["id"]), str(told.get("cause_txt", "")), int(told.get("cause", 0)))


def _changed(told: Mapping[str, Any]) -> Event | None:
    channel = told["channel"]
    return Rings(str(channel["id"])) if channel["state"] == "Ringing" else None


def _pressed(told: Mapping[str, Any]) -> Event:
    return Pressed(str(told["channel"]["id"]), str(told["digit"]))


def _played(told: Mapping[str, Any]) -> Event | None:
    playback = told["playback"]
    kind, _, where = str(playback["target_uri"]).partition(":")
    failed = playback.get("state") == "failed"
    return Played(where, str(playback["id"]), failed) if kind in ("channel", "bridge") else None


_READINGS = {
    "StasisStart": _arrived,
    "ChannelStateChange": _changed,
    "StasisEnd": _left,
    "ChannelDestroyed": _left,
    "ChannelDtmfReceived": _pressed,
    "PlaybackFinished": _played,
}
