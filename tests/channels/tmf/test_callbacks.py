"""Where events may be sent, and where not, as tables."""

import pytest

from channels.tmf.callbacks import NotAllowed, allowed, require_address, require_entry

ENTRIES = ["crm.example.com", "10.1.2.3:8443", "*.example.net", "[2001:db8::7]:8080"]

ALLOWED = [
    ("https://crm.example.com/events", 443, True),
    ("http://CRM.example.com.:9000/", 9000, True),
    ("https://10.1.2.3:8443/x?y=1", 8443, True),
    ("https://a.b.example.net/", 443, False),
    ("http://[2001:db8::7]:8080/", 8080, True),
]
NOT_ALLOWED = [
    "https://evil.example.org/",
    "https://example.net/",
    "https://notexample.net/",
    "https://crm.example.com.evil.org/",
    "https://crm.example.com@evil.org/",
    "https://evil.org#crm.example.com",
    "https://evil.org\\@crm.example.com/",
    "https://10.1.2.3/",
    "https://10.1.2.3:8444/",
    "ftp://crm.example.com/",
    "file:///etc/passwd",
    "crm.example.com",
    "https://crm.example.com:99999/",
    "https://crm.example.com/\r\nHost: evil",
    "https:///x",
    "https://*.example.net/",
    "https://[::1/",
]


@pytest.mark.parametrize(("url", "port", "named"), ALLOWED)
def test_hosts_that_were_named(url: str, port: int, named: bool) -> None:
    callback = allowed(url, ENTRIES)
    assert (callback.port, callback.named) == (port, named)


@pytest.mark.parametrize("url", NOT_ALLOWED)
def test_no_other_host(url: str) -> None:
    with pytest.raises(NotAllowed):
        allowed(url, ENTRIES)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_private_address_only_for_a_host_that_was_named(address: str) -> None:
    require_address(address, allowed("https://crm.example.com/", ENTRIES))
    with pytest.raises(NotAllowed):
        require_address(address, allowed("https://a.example.net/", ENTRIES))


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::", "::ffff:169.254.169.254"]
)
def test_addresses_of_nobody(address: str) -> None:
    with pytest.raises(NotAllowed):
        require_address(address, allowed("https://crm.example.com/", ENTRIES))


def test_a_public_address_for_whatever_is_called_so() -> None:
    require_address("93.184.216.34", allowed("https://a.example.net/", ENTRIES))


@pytest.mark.parametrize("entry", ["", "*", "http://x", "a b", "x:0", "x:70000", "a/b", "*.*.com"])
def test_what_cannot_be_configured(entry: str) -> None:
    with pytest.raises(ValueError, match="is not as"):
        require_entry(entry)
