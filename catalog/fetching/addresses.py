"""Which numeric addresses are public hosts; the rest is refused to URLs that stand in tables."""

from __future__ import annotations

import ipaddress

_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; some clouds' metadata service
            "168.63.129.16/32",  # Azure's host agent: a public number, never a public host
            "192.0.0.0/24",
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "198.18.0.0/15",
            "224.0.0.0/3",
            "2001::/23",  # Teredo and other special purposes, RFC 2928
            "2001:db8::/32",
            "3fff::/20",  # documentation, RFC 9637
        ),
    )
)


def is_public_address(text: str) -> bool:
    """Return whether a numeric address is public unicast, looking inside the embedding forms.

    IPv4-mapped, NAT64 and 6to4 addresses count as the IPv4 address inside; Teredo never counts.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inside = _embedded_v4(address)
        if inside is not None:
            return is_public_address(str(inside))
        if address not in _PUBLIC_V6 or address.scope_id:
            return False
    special = any(address.version == net.version and address in net for net in _NOT_PUBLIC)
    return address.is_global and not special


def _embedded_v4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
