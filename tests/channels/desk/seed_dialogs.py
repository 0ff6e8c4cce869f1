"""Dialogs that are going on, as the ledger has counted them; and an edition on trial with one number and a tenth."""

from sqlalchemy import Connection, insert

from dialogs.editions import Edition, read_edition
from orders.ledger import publishing
from orders.ledger.tables import dialog_counts
from orders.publishing import Act, Audience

PACKAGED = read_edition()
TRIED = Edition({**PACKAGED.files, "scripts/help.yaml": "# tried\n" + PACKAGED.files["scripts/help.yaml"]})
COUNTS = {
    ("order", "confirming", "standing"): 3,
    ("order", "confirming", "entered"): 20,
    ("order", "confirming", "misunderstood"): 4,
    ("order", "confirming", "gave_up"): 2,
    ("order", "confirming", "left"): 12,
    ("order", "confirming", "begun"): 20,
    ("order", "confirming", "way yes"): 12,
    ("order", "placing", "finished"): 12,
    ("order", "placing", "ordered"): 11,
    ("welcome", "choosing", "standing"): 1,
    ("", "", "misunderstood"): 7,
}


def seed_dialogs(connection: Connection, now: float) -> None:
    for version, part in ((PACKAGED.version, 1), (TRIED.version, 2)):
        rows = [
            {"version": version, "script": script, "state": state, "event": event, "node": "hall-1"}
            | {"slot": int(now // 60) + 20 if event == "standing" else 1, "times": times // part}
            for (script, state, event), times in COUNTS.items()
            if times // part
        ]
        connection.execute(insert(dialog_counts), rows)
    publishing.keep(connection, TRIED.version, TRIED.files, now)
    audience = Audience(frozenset({"8613800138000"}), 10)
    publishing.publish(connection, Act.DRAFT, TRIED.version, "ann", now, audience=audience)
