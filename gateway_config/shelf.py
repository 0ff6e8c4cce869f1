"""The editions that this node has open: those that stand, and those that dialogs under way still need.

    publication ──► fetch (ledger's thread: what stands, texts not seen yet)
                      └─► opened (a thread of its own: read, checked, compiled)
                            └─► follow (reactor: who begins anew gets what stands now)

A batch that finds a dialog on another edition recalls it from the ledger on the spot: after a restart, or when the
dialog began on another node. The packaged edition is kept in the ledger as well, so that what began on it ends on it
after an upgrade. What this version of Hall cannot read any more is said once, and those dialogs go on by what stands.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection
from twisted.logger import Logger

from dialogs.editions import Edition, Editions, open_edition, read_edition
from dialogs.library import Library
from dialogs.problems import ScriptsRefused
from orders.ledger import publishing
from orders.publishing import PACKAGED, Standing

log = Logger()


class NotPublishable(Exception):
    """The edition that is published cannot be used by this version of Hall."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """publication: the last one that is in it."""

    publication: int
    standing: Standing
    texts: Mapping[str, Edition] = field(default_factory=dict)


class Shelf:
    def __init__(self, packaged: Edition | None = None) -> None:
        """Raises ScriptsRefused."""
        self.publication = -1
        self.standing = Standing()
        self._libraries: dict[str, Library] = {}
        self._unreadable: set[str] = set()
        self.put_packaged(packaged or read_edition())

    def put_packaged(self, packaged: Edition) -> None:
        """Raises ScriptsRefused. The packaged edition as it is now; what it was before stays open."""
        library = self._libraries.get(packaged.version) or open_edition(packaged)
        self.packaged = packaged
        self._libraries[packaged.version] = library

    # ── what stands ──

    def fetch(self, connection: Connection) -> Fetched:
        publishing.keep(connection, self.packaged.version, self.packaged.files, 0.0)
        stands = publishing.stands(connection)
        wanted = {stands.live, stands.trial.version if stands.trial else PACKAGED} - {PACKAGED} - self._libraries.keys()
        texts = {version: Edition(publishing.content(connection, version) or {}) for version in wanted}
        return Fetched(publishing.latest(connection), stands, texts)

    @staticmethod
    def opened(fetched: Fetched) -> Mapping[str, Library]:
        """Raises NotPublishable."""
        try:
            return {version: open_edition(edition) for version, edition in fetched.texts.items()}
        except ScriptsRefused as refused:
            raise NotPublishable(
                f"what is published cannot be used by this version of Hall; publish it mended, or roll back:\n{refused}"
            ) from None

    def follow(self, fetched: Fetched, libraries: Mapping[str, Library]) -> None:
        self._libraries.update(libraries)
        self.standing, self.publication = fetched.standing, fetched.publication

    def version_for(self, subscriber: str) -> str:
        return self.standing.version_for(subscriber) or self.packaged.version

    def named(self, version: str) -> str:
        """By its content also where it is the packaged one."""
        return version or self.packaged.version

    def open_libraries(self) -> list[Library]:
        return list(self._libraries.values())

    def library(self, version: str) -> Library | None:
        return self._libraries.get(version)

    # ── what the ledger is given ──

    def editions(self) -> Editions:
        """As they stand now; what is recalled later is found in it as well."""
        stands, packaged = self.standing, self.packaged.version
        return Editions(self._libraries, lambda subscriber: stands.version_for(subscriber) or packaged)

    def recall(self, connection: Connection, versions: Collection[str]) -> None:
        for version in versions:
            if version not in self._libraries and version not in self._unreadable:
                self._recall(connection, version)

    def _recall(self, connection: Connection, version: str) -> None:
        kept = publishing.content(connection, version)
        if kept is None:
            self._give_up(version, "it was never kept")
            return
        try:
            self._libraries[version] = open_edition(Edition(kept))
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with it, everybody else's turns go on
            self._give_up(version, str(problem))
        else:
            log.info("{version} is open again for the dialogs that began on it", version=version)

    def _give_up(self, version: str, why: str) -> None:
        self._unreadable.add(version)
        log.warn("dialogs that began on {version} go on by what is live: {why}", version=version, why=why)
