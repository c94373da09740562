"""Behind a proxy that is named, the client is whom it passes on; everybody else is who they are."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from slm_graph.errors import UsageError
from slm_graph.settings import trusted_networks
from slm_graph.web.proxies import client_of

TRUSTED = trusted_networks(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7,\t10.1.2.3 , 10.0.0.1", "192.0.2.7"),
        ("127.0.0.1", "nonsense, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "2001:DB8:0::7", "2001:db8::7"),
        ("fd00::1", "192.0.2.7", "192.0.2.7"),
        ("::ffff:10.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.1", "192.0.2.7", "192.0.2.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1, 10.0.0.2", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7,", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, 10.0.0.1:443", "127.0.0.1"),
        ("127.0.0.1", "[2001:db8::7]", "127.0.0.1"),
        ("127.0.0.1", "fe80::1%eth0", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.007", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7" + ", 10.0.0.1" * 20, "127.0.0.1"),
        ("", "192.0.2.7", ""),
    ],
)
def test_the_last_address_that_is_no_trusted_proxy_is_the_client(
    peer: str, forwarded: str | None, client: str
) -> None:
    assert client_of(peer, forwarded, TRUSTED) == client


def test_nobody_is_trusted_by_default() -> None:
    assert client_of("127.0.0.1", "192.0.2.7", ()) == "127.0.0.1"


def test_proxies_are_addresses_or_networks() -> None:
    assert trusted_networks(["10.0.0.0/8", "::1"]) == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    for wrong in ("proxy.example", "10.0.0.1/8", "10.0.0.0/33", "", "*"):
        with pytest.raises(UsageError, match="trusted_proxies"):
            trusted_networks([wrong])
