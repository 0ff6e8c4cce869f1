"""Hall as the order store of other halls: `hall serve` with clients and without a message centre."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers.hall import CATALOGUE, Hall, Setup
from tests.peers.ports import free_port

TOKENS = {"web": "a token of the web hall", "wap": "a token of the wap hall", "audit": "a token of the auditors"}
CONFIGURATION = """
[node]
name = "hall-1"
data = {data}

[database]
url = {database}

[web]
listen = "tcp:{web}:interface=127.0.0.1"
authentication = "token"
callbacks = ["crm.example.com"]
public = "http://127.0.0.1:{web}"

{clients}
[billing]
kind = "embedded"

[[ussd.gateway]]
name = "aggregator"
path = "/ussd/aggregator"
style = "json"
secret = "between us"
"""
CLIENT = """[[web.client]]
name = "{name}"
token_sha256 = "{digest}"
orders = "{orders}"
"""


@dataclass(frozen=True, slots=True)
class StoreSetup(Setup):
    def configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        clients = "".join(
            CLIENT.format(
                name=name, digest=hashlib.sha256(token.encode()).hexdigest(), orders="all" if name == "audit" else "own"
            )
            for name, token in TOKENS.items()
        )
        text = CONFIGURATION.format(
            data=json.dumps(str(self.folder / "var")),
            database=json.dumps(self.database),
            web=self.web,
            clients=clients,
        )
        self.configuration.write_text(text)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web}"


def store(folder: Path, database: str | None = None, numbers: Sequence[str] = ()) -> StoreSetup:
    made = StoreSetup(folder, database or f"sqlite:///{folder / 'hall.db'}", 0, free_port())
    made.configure()
    made.run("db", "upgrade")
    made.run("catalogue", "import", str(CATALOGUE))
    if numbers:
        pool = folder / "numbers.csv"
        pool.write_text("\n".join(["number", *numbers]) + "\n")
        made.run("numbers", "import", str(pool))
    return made


def serving(setup: StoreSetup) -> Hall:
    return Hall(setup).await_ready()
