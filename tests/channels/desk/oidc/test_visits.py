"""The way to a provider and back, in memory: who comes in, and whoever tries something else."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from channels.desk.oidc.errors import BadToken, Declined, NobodyHere, NoRole, ProviderAway, Stale
from channels.desk.oidc.provider import Provider
from channels.desk.oidc.settings import OidcSettings
from channels.desk.oidc.visits import Visits
from orders.desk_words import Role
from orders.signing_in import By, Entry, NotKnown, Vouched
from tests.channels.desk.oidc.identity_provider import ISSUER, EcKey, IdentityProvider, RsaKey, signed
from tests.channels.desk.oidc.test_tokens import GONE, NOW

HOME = "https://hall.example"
ROLES = {"role": "groups", "roles": {"supervisor": ["leads", "bosses"], "agent": ["staff"]}}
RSA, EC = RsaKey("r1"), EcKey("e1")


class Trip:
    """One browser, one provider, one hall."""

    def __init__(self, **settings):
        self.provider = IdentityProvider(RSA)
        self.clock = Clock()
        self.clock.advance(NOW)
        self.settings = OidcSettings(issuer=ISSUER, client_id="hall", client_secret="s&cret", **settings)
        secrets = (f"secret-{count}" for count in range(1000))
        asking = Provider(self.settings, self.provider.client, self.clock, self.clock.seconds)
        self.visits = Visits(self.settings, asking, HOME, self.clock.seconds, lambda: next(secrets))
        self.admitted = []
        self.refuse = None
        self.cookie = b""

    def does(self, coroutine):
        said = []
        Deferred.fromCoroutine(coroutine).addBoth(said.append)
        for _ in range(10):
            self.provider.client.flush()
        assert said, "nothing came of it"
        if hasattr(said[0], "raiseException"):
            said[0].raiseException()
        return said[0]

    def begin(self):
        url, self.cookie = self.does(self.visits.begin())
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    def vouch(self, key=RSA, **claims):
        """The provider lets him in."""
        asked = self.begin()
        told = {"iss": ISSUER, "aud": "hall", "sub": "42", "nonce": asked["nonce"], "iat": NOW, "exp": NOW + 300}
        raw = signed(key, told | {"preferred_username": "ann"} | claims)
        self.provider.token = {"id_token": raw, "access_token": "opaque"}
        return asked

    def back(self, state, cookie=None, **said):
        async def admit(who, entry):
            if self.refuse:
                raise self.refuse
            self.admitted.append((who, entry))

        said = {"code": "c0de", "state": state} | said
        self.does(self.visits.back(self.cookie if cookie is None else cookie, said, "203.0.113.9", admit))
        return self.admitted[-1]


def test_somebody_comes_in():
    trip = Trip()
    asked = trip.vouch(sid="s1")
    who, entry = trip.back(asked["state"])
    assert who == Vouched(ISSUER, "42", "ann", None, False)
    assert (entry.by, entry.address, entry.sid) == (By.PROVIDER, "203.0.113.9", "s1")
    assert entry.id_token.count(".") == 2
    assert asked["redirect_uri"] == f"{HOME}/desk/oidc/back"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid profile")


def test_the_code_is_guarded_by_a_verifier_and_the_client_by_its_secret():
    trip = Trip()
    asked = trip.vouch()
    trip.back(asked["state"])
    ((_, form, authorization),) = [each for each in trip.provider.asked if each[0] == "/token"]
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    assert asked["code_challenge_method"] == "S256"
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"hall:s%26cret"
    assert "client_secret" not in form


def test_the_secret_goes_into_the_form_where_the_provider_wants_it_there():
    trip = Trip()
    trip.provider.described["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    trip.back(trip.vouch()["state"])
    ((_, form, authorization),) = [each for each in trip.provider.asked if each[0] == "/token"]
    assert (form["client_id"], form["client_secret"], authorization) == ("hall", "s&cret", None)


@pytest.mark.parametrize(
    ("groups", "role"),
    [("staff", Role.AGENT), (["staff"], Role.AGENT), (["staff", "bosses"], Role.SUPERVISOR), ("x leads", "supervisor")],
)
def test_the_highest_of_his_roles_counts(groups, role):
    trip = Trip(**ROLES)
    assert trip.back(trip.vouch(groups=groups)["state"])[0].role == role


@pytest.mark.parametrize("groups", [[], "", None, ["visitors"], {"staff": True}, [["staff"]], 7])
def test_whoever_has_no_role_stays_out(groups):
    trip = Trip(**ROLES)
    with pytest.raises(NoRole):
        trip.back(trip.vouch(groups=groups)["state"])


def test_roles_may_stand_deeper():
    trip = Trip(role="realm_access.roles", roles={"admin": ["hall-admin"]}, agents="made")
    who, _ = trip.back(trip.vouch(realm_access={"roles": ["hall-admin"]})["state"])
    assert (who.role, who.make) == (Role.ADMIN, True)


def test_what_the_token_leaves_out_is_asked_for():
    trip = Trip(**ROLES)
    trip.provider.about = {"sub": "42", "groups": ["staff"], "preferred_username": "not this one"}
    who, _ = trip.back(trip.vouch()["state"])
    assert (who.name, who.role) == ("ann", Role.AGENT)
    assert trip.provider.times("/me") == 1


def test_what_is_said_of_somebody_else_is_not_believed():
    trip = Trip(**ROLES)
    trip.provider.about = {"sub": "43", "groups": ["staff"]}
    with pytest.raises(BadToken, match="somebody else"):
        trip.back(trip.vouch()["state"])


@pytest.mark.parametrize("name", ["", " ann", "a\nb", "x" * 65, None, 7])
def test_a_name_is_a_name(name):
    trip = Trip()
    with pytest.raises(BadToken, match="no name"):
        trip.back(trip.vouch(preferred_username=name)["state"])


def test_whoever_did_not_begin_here_does_not_come_in():
    """A page of somebody else sends him back with its own code and state."""
    trip = Trip()
    trip.vouch()
    with pytest.raises(Stale):
        trip.back("another state")
    assert trip.provider.times("/token") == 0


@pytest.mark.parametrize("cookie", [b"", b"!!!", b"W10", b"e30", b"bnVsbA", b"\xff"])
def test_without_the_cookie_of_the_journey_nobody_comes_in(cookie):
    trip = Trip()
    asked = trip.vouch()
    with pytest.raises(Stale):
        trip.back(asked["state"], cookie)


def test_a_token_of_another_journey_is_not_believed():
    trip = Trip()
    trip.vouch()
    asked = trip.begin()
    with pytest.raises(BadToken, match="nonce"):
        trip.back(asked["state"])


def test_a_journey_ends_after_ten_minutes():
    trip = Trip()
    asked = trip.vouch()
    trip.clock.advance(601)
    with pytest.raises(Stale, match="too long"):
        trip.back(asked["state"])


def test_another_provider_does_not_send_him_back():
    trip = Trip()
    asked = trip.vouch()
    with pytest.raises(Stale, match="evil"):
        trip.back(asked["state"], iss="https://evil.example")
    trip = Trip()
    trip.provider.described["authorization_response_iss_parameter_supported"] = True
    asked = trip.vouch()
    with pytest.raises(Stale):
        trip.back(asked["state"])
    assert trip.back(asked["state"], iss=ISSUER)


def test_whoever_is_declined_there_is_not_let_in_here():
    trip = Trip()
    asked = trip.vouch()
    with pytest.raises(Declined, match="access_denied"):
        trip.back(asked["state"], error="access_denied")
    trip.provider.status["/token"] = 400
    trip.provider.token = {"error": "invalid_grant"}
    with pytest.raises(Declined, match="invalid_grant"):
        trip.back(asked["state"])


def test_whoever_is_nobody_here_stays_out():
    trip = Trip()
    trip.refuse = NotKnown("there is no agent ann")
    with pytest.raises(NobodyHere):
        trip.back(trip.vouch()["state"])


# ── the provider ──


def test_a_key_that_is_new_is_asked_for():
    trip = Trip()
    trip.back(trip.vouch()["state"])
    trip.provider.keys = [EC]
    trip.clock.advance(31)
    assert trip.back(trip.vouch(EC)["state"])
    assert trip.provider.times("/keys") == 2
    assert trip.provider.times("/.well-known/openid-configuration") == 1


def test_a_key_that_nobody_has_is_not_asked_for_again_and_again():
    trip = Trip()
    for _ in range(3):
        with pytest.raises(BadToken):
            trip.back(trip.vouch(EC)["state"])
    assert trip.provider.times("/keys") == 1


def test_a_key_that_was_withdrawn_is_forgotten_within_the_hour():
    trip = Trip()
    trip.back(trip.vouch()["state"])
    trip.provider.keys = [EC]
    trip.clock.advance(3601)
    with pytest.raises(BadToken):
        trip.back(trip.vouch(iat=NOW + 3600, exp=NOW + 9000)["state"])


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_a_provider_in_trouble(path):
    trip = Trip()
    asked = trip.vouch() if path != "/.well-known/openid-configuration" else {"state": ""}
    trip.provider.status[path] = 503
    with pytest.raises(ProviderAway, match="503"):
        trip.back(asked["state"]) if asked["state"] else trip.begin()


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": ISSUER + "/"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_description_that_cannot_be_used(document):
    trip = Trip()
    trip.provider.described |= document
    with pytest.raises(ProviderAway):
        trip.begin()


# ── going ──


def test_whoever_leaves_leaves_there_too():
    trip = Trip()
    out = urlsplit(trip.does(trip.visits.way_out("id.to.ken")))
    asked = parse_qs(out.query)
    assert out.path == "/realms/staff/out"
    assert asked == {
        "id_token_hint": ["id.to.ken"],
        "client_id": ["hall"],
        "post_logout_redirect_uri": [f"{HOME}/desk/"],
    }
    assert trip.does(trip.visits.way_out("")) == ""


def test_the_provider_tells_who_is_gone():
    trip = Trip()
    assert trip.does(trip.visits.ended(signed(RSA, GONE))) == ("42", "")
    assert trip.does(trip.visits.ended(signed(RSA, GONE | {"sid": "s1"}))) == ("42", "s1")
    nobody = {name: value for name, value in GONE.items() if name != "sub"}
    with pytest.raises(BadToken, match="who"):
        trip.does(trip.visits.ended(signed(RSA, nobody)))


def test_an_entry_by_password_says_so():
    assert Entry().by is By.PASSWORD
