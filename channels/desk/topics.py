"""News as a browser is told them: a document for each topic, and a mark by which one sees whether it has changed.

A stream's last event id is the marks of all that it has told, as `state.1f3a9c02-queue.77be0d11`: whoever comes back
with it, to any node, is told only what is different now.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.desk import presence, shown
from orders.desk_news import News, Viewer
from orders.waiting import in_turn

Shown = dict[str, Any]
Marks = dict[str, str]

LONGEST_ID = 400


@dataclass(frozen=True, slots=True)
class Told:
    topic: str
    text: str
    mark: str


def told(news: News, viewer: Viewer) -> list[Told]:
    """What this viewer may know, each topic as it is now. The call is before the card that its end puts away."""
    topics = [_told("queue", _queue(news)), _told("callers", _callers(news, viewer))]
    topics += [_told("call", _call(news, viewer)), _told("card", _card(news, viewer))]
    if viewer.agent in news.presences:
        topics.append(_told("state", presence.shown(news.presences[viewer.agent], news.limits)))
    if viewer.role.oversees:
        topics.append(_told("board", {"mark": _mark(json.dumps(_board(news)))}))
    return topics


def marks_in(last_id: str) -> Marks:
    """What somebody has been told before; nothing of it, where it is no id of ours."""
    if len(last_id) > LONGEST_ID:
        return {}
    pairs = (part.partition(".") for part in last_id.split("-"))
    return {topic: mark for topic, dot, mark in pairs if dot and topic.isalpha() and mark.isalnum()}


def id_of(marks: Mapping[str, str]) -> str:
    return "-".join(f"{topic}.{mark}" for topic, mark in sorted(marks.items()))


def _told(topic: str, document: Shown | None) -> Told:
    text = json.dumps(document, ensure_ascii=False)
    return Told(topic, text, _mark(text))


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _queue(news: News) -> Shown:
    told = {"due": news.waits.due, "later": news.waits.later, "oldest_at": news.waits.oldest_at}
    return told | {"closed": news.waits.closed, "opens_at": news.waits.opens_at}


def _card(news: News, viewer: Viewer) -> Shown | None:
    held = news.in_hand.get(viewer.agent)
    return None if held is None else {"id": str(held.task), "lease_until": held.lease_until, "mark": held.mark}


def _call(news: News, viewer: Viewer) -> Shown | None:
    call, held = news.calls.get(viewer.agent), news.in_hand.get(viewer.agent)
    if call is None or held is None or call.task != held.task:
        return None
    return {"task": str(call.task), **shown.call(call)}


def _callers(news: News, viewer: Viewer) -> Shown:
    """How many wait, and whether somebody is put through to him: what he said is asked for then."""
    waiting = in_turn(news.callers)
    mine = next((each for each in news.callers if each.agent == viewer.agent), None)
    told = None if mine is None else {"id": str(mine.id), "task": str(mine.task), "state": mine.state.value}
    return {"waiting": len(waiting), "oldest_at": waiting[0].since if waiting else None, "mine": told}


def _board(news: News) -> list[Any]:
    told = news.presences.values()
    doing = [[each.agent, each.state, each.since, each.reason, each.then, each.ends] for each in told]
    held = sorted((agent, of.task) for agent, of in news.in_hand.items())
    return [doing, held, _queue(news), news.last_attempt]
