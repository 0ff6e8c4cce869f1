import pytest
from pydantic import ValidationError

from channels.desk.oidc.settings import OidcSettings, guarded


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"issuer": "http://id.example.com"}, "https"),
        ({"issuer": "id.example.com"}, "https"),
        ({"issuer": "https://id.example.com/?a=b"}, "without query"),
        ({"scopes": ["profile"]}, "openid"),
        ({"role": "groups"}, "both, or neither"),
        ({"roles": {"agent": ["staff"]}}, "both, or neither"),
        ({"role": "groups", "roles": {"king": ["staff"]}}, "supervisor"),
        ({"agents": "found"}, "matched"),
        ({"client_id": ""}, "at least 1"),
        ({"clientid": "x"}, "Extra"),
    ],
)
def test_what_cannot_be(wrong, said):
    with pytest.raises(ValidationError, match=said):
        OidcSettings.model_validate({"issuer": "https://id.example.com", "client_id": "hall"} | wrong)


def test_this_machine_needs_no_tls():
    assert guarded("http://127.0.0.1:9000/token")
    assert guarded("http://localhost/token")
    assert not guarded("http://localhost.example.com/token")


def test_the_secret_is_not_shown():
    assert "hush" not in repr(OidcSettings(issuer="https://a.b", client_id="hall", client_secret="hush"))
