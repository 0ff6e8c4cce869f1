"""A real identity provider beside a Hall: npm's `oidc-provider` (`identity_provider.mjs`), in a process of its own.

It is called by the name `localhost`, and Hall by its number: two sites, as a browser sees them.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.peers.needed import missing, program
from tests.peers.ports import free_port

HERE = Path(__file__).parent
SECRET = "known to two"

PEOPLE: Mapping[str, Sequence[str]] = {"ann": ["staff"], "boss": ["staff", "leads"], "guest": ["visitors"]}

SETTINGS = """
[desk.oidc]
issuer = "{issuer}"
client_id = "hall"
client_secret = "{secret}"
scopes = ["openid", "profile", "groups"]
role = "groups"
roles = {{supervisor = ["leads"], agent = ["staff"]}}
agents = "{agents}"
called = "Staff ID"
passwords = {passwords}
"""


class IdentityProvider:
    def __init__(self, hall: str) -> None:
        """hall: how a browser calls it."""
        if not (HERE / "node_modules" / "oidc-provider").exists():
            missing("npm's oidc-provider")
        self._hall = hall
        self._port = free_port()
        self.issuer = f"http://localhost:{self._port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self, alg: str) -> None:
        """With new keys."""
        client = {
            "client_id": "hall",
            "client_secret": SECRET,
            "redirect_uris": [f"{self._hall}/desk/oidc/back"],
            "post_logout_redirect_uris": [f"{self._hall}/desk/"],
            "backchannel_logout_uri": f"{self._hall}/desk/oidc/ended",
            "backchannel_logout_session_required": True,
        }
        told = json.dumps({"port": self._port, "client": client, "alg": alg, "people": PEOPLE})
        words = [program("node"), "identity_provider.mjs", told]
        self._process = subprocess.Popen(words, cwd=HERE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert any(line.strip() == "ready" for line in iter(self._process.stdout.readline, "")), "it has ended"

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def settings(self, agents: str = "made", passwords: str = "true") -> str:
        return SETTINGS.format(issuer=self.issuer, secret=SECRET, agents=agents, passwords=passwords)
