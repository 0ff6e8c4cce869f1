"""Who is let in, and by whom: what the desk is given beside its store."""

from dataclasses import dataclass, field

from channels.desk.oidc.visits import Visits
from channels.desk.people import NoPeople, People


@dataclass(frozen=True, slots=True)
class Admission:
    """people: looked after at the desk. visits: by way of an identity provider, if there is one."""

    people: People = field(default_factory=NoPeople)
    visits: Visits | None = None

    @property
    def by_password(self) -> bool:
        return self.visits is None or self.visits.settings.passwords
