"""What may be wrong when somebody comes by an identity provider. Each has a name, by which the page tells him why.

The browser learns no more than the name; what exactly was wrong goes to the log, for whoever set it up.
"""


class NotIn(Exception):
    """He does not come in this way."""

    door = "failed"


class ProviderAway(NotIn):
    """The provider cannot be reached, or says nothing that can be used."""

    door = "provider_away"


class Stale(NotIn):
    """He did not begin here, or too long ago, or in another browser."""

    door = "stale"


class Declined(NotIn):
    """The provider did not let him in."""

    door = "declined"


class BadToken(NotIn):
    """What the provider's token says cannot be believed."""

    door = "bad_token"


class NoRole(NotIn):
    """He is who he says, and nothing here is for him."""

    door = "no_role"


class NobodyHere(NotIn):
    """There is no agent of that name, or it is somebody else."""

    door = "nobody_here"
