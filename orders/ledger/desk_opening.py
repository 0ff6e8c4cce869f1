"""A card as it is opened: the order, what is to be said about it, and what was tried and noted before."""

from dataclasses import replace

from sqlalchemy import Connection

from orders.desk_lanes import DeskRules
from orders.desk_words import CallTask, Card
from orders.ledger import desk_card, desk_guide, desk_history
from orders.ledger.house import House


def whole_card(connection: Connection, house: House, task: int, agent: str) -> Card:
    card = desk_card.task_card(connection, task)
    held = card.task.agent == agent
    return replace(
        card,
        guided=desk_guide.of_card(connection, house, card, agent),
        calls=desk_history.earlier_calls(connection, card.task),
        remarks=desk_history.remarks(connection, card.task),
        open_number=held and card.task.dialled_at is not None,
        read_until=_read_until(card.task, house.desk) if held else None,
        then=house.desk.preview_then,
    )


def _read_until(task: CallTask, rules: DeskRules) -> float | None:
    if not rules.preview or task.claimed_at is None or task.dialled_at is not None:
        return None
    return task.claimed_at + rules.preview
