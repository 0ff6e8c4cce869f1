"""Events as Asterisk 16 and 22 write them, and requests as they understand them."""

import pytest

from channels.ivr import ari
from channels.ivr.ari import Arrived, BadEvent, Left, Played, Pressed, Rings, read_event

CHANNEL = {
    "id": "1795307786.0",
    "name": "PJSIP/test-00000000",
    "state": "Ring",
    "caller": {"name": "", "number": "13800138000"},
    "connected": {"name": "", "number": ""},
    "dialplan": {"context": "callers", "exten": "10086", "priority": 1},
}


def test_what_a_call_lives_by() -> None:
    assert read_event({"type": "StasisStart", "args": ["agent"], "channel": CHANNEL}) == Arrived(
        "1795307786.0", "13800138000", "10086", ("agent",)
    )
    assert read_event({"type": "ChannelDtmfReceived", "digit": "#", "duration_ms": 100, "channel": CHANNEL}) == Pressed(
        "1795307786.0", "#"
    )
    played = {"id": "p", "target_uri": "channel:1795307786.0", "state": "done", "media_uri": "sound:x"}
    assert read_event({"type": "PlaybackFinished", "playback": played}) == Played("1795307786.0", "p")
    assert read_event({"type": "ChannelDestroyed", "cause": 17, "cause_txt": "Busy", "channel": CHANNEL}) == Left(
        "1795307786.0", "Busy", 17
    )
    assert read_event({"type": "ChannelStateChange", "channel": CHANNEL | {"state": "Ringing"}}) == Rings(
        "1795307786.0"
    )
    assert read_event({"type": "ChannelStateChange", "channel": CHANNEL | {"state": "Up"}}) is None


@pytest.mark.parametrize(
    "told",
    [
        {"type": "ChannelVarset", "variable": "X", "value": "Y"},
        {"type": "SomethingNew"},
        {},
        {"type": "PlaybackFinished", "playback": {"id": "p", "target_uri": "endpoint:e"}},
    ],
)
def test_the_rest_is_passed_over(told: dict[str, object]) -> None:
    assert read_event(told) is None


@pytest.mark.parametrize("told", [{"type": "StasisStart"}, {"type": "ChannelDtmfReceived", "channel": None}])
def test_what_is_no_event_of_asterisk_says_so(told: dict[str, object]) -> None:
    with pytest.raises(BadEvent, match="Asterisk's REST interface"):
        read_event(told)


def test_names_cannot_leave_their_place_in_a_path() -> None:
    assert ari.stop("../../channels?x").path == "/playbacks/..%2F..%2Fchannels%3Fx"
