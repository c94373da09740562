"""Whose request it is that a proxy passes on: X-Forwarded-For of the proxies an operator names, and of nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from slm_graph.settings import Network

MAX_HOPS = 20
"""Proxies one behind the other that are looked past; a longer row is nobody's."""


def client_of(peer: str, forwarded: str | None, trusted: Sequence[Network]) -> str:
    """The client of a request that came from `peer` with this X-Forwarded-For.

    Each proxy adds whom it was asked by at the end, so what a client has written itself stands before that: the last
    address that is no trusted proxy counts. The peer, where there is none, where that one is no address, and where the
    peer itself is not trusted.

    >>> from ipaddress import ip_network
    >>> client_of("10.0.0.1", "made up, 192.0.2.7, 10.0.0.2", [ip_network("10.0.0.0/8")])
    '192.0.2.7'
    """
    if not forwarded or not _is_trusted(_address(peer), trusted):
        return peer
    rest: str | None = forwarded
    for _ in range(MAX_HOPS):
        if rest is None:
            break
        before, comma, last = rest.rpartition(",")
        address = _address(last.strip(" \t"))
        if address is None:
            break
        if not _is_trusted(address, trusted):
            return str(address)
        rest = before if comma else None
    return peer


def _is_trusted(address: IPv4Address | IPv6Address | None, trusted: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address without a zone, an IPv4 one as such where it comes in IPv6's clothes (a socket for both)."""
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
