"""Which addresses may be asked: the public internet's web ports, and what the operator permits by name."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp.abc
import aiohttp.resolver

if TYPE_CHECKING:
    from typing import Any

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WEB_PORTS = (80, 443)


@dataclass(frozen=True, slots=True)
class Permitted:
    """What the operator opens beyond the public web."""

    networks: tuple[Network, ...] = ()
    """Private networks, at any port."""
    ports: tuple[int, ...] = ()
    """Ports of public addresses, besides the web's own."""


_METADATA = "a cloud's metadata service"
_WAY_OUT = "; name it in MONITOR_ALLOW_NETWORKS to permit it"

# The IANA special-purpose registries (RFC 6890 and its followers), plus the one cloud address outside them. Python's
# own `is_global` is no guard: it lets multicast, 6to4, NAT64, site-local and compatible IPv6 addresses pass.
# The other clouds' metadata services lie within these: 100.100.100.200, 192.0.0.192, fd00:ec2::254.
_SPECIAL_IPV4 = tuple(
    (ipaddress.IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a carrier's private network"),
        ("127.0.0.0/8", "this machine"),
        ("168.63.129.16/32", _METADATA),
        ("169.254.169.254/32", _METADATA),
        ("169.254.0.0/16", "the local link"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "a DNS sink"),
        ("192.52.193.0/24", "multicast relays"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "a private network"),
        ("192.175.48.0/24", "a DNS sink"),
        ("198.18.0.0/15", "benchmarks"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved use"),
    )
)
_SPECIAL_IPV6 = tuple(
    (ipaddress.IPv6Network(network), what)
    for network, what in (
        ("2001::/23", "protocol assignments (Teredo among them)"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "a DNS sink"),
        ("3fff::/20", "documentation"),
    )
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # the only IPv6 space from which public addresses are given out
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # in IPv6-only networks every IPv4 host is reached through it
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214, 6.1: an interface identifier that ends in an IPv4 address


class ForbiddenAddressError(OSError):
    """An address that must not be connected to; an OSError so that the connector treats it as a failed attempt."""


def objection(address: str, port: int, permitted: Permitted) -> str | None:
    """Why `address` (numeric) must not be connected to at `port`; None where it may.

    Operator-permitted networks are open at any port. Everything else must be public, and be asked at a web port.
    """
    ip = _unmapped(ipaddress.ip_address(address))
    if any(ip in network for network in permitted.networks):
        return None
    special = _special(ip)
    if special:
        return f"an address of {special} ({ip}){'' if special == _METADATA else _WAY_OUT}"
    if port not in (*WEB_PORTS, *permitted.ports):
        return f"port {port} is not one of the web's (80, 443); name it in MONITOR_ALLOW_PORTS to permit it"
    return None


def _unmapped(ip: Address) -> Address:
    """The IPv4 address that a system connects to when asked for ::ffff:a.b.c.d."""
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def _special(ip: Address) -> str | None:
    """What an address is set aside for; None for a public one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return next((what for network, what in _SPECIAL_IPV4 if ip in network), None)
    if ip in _NAT64:
        return _special(_last_four_bytes(ip))
    if ip not in _GLOBAL_UNICAST:
        return "a special or private network"
    if int(ip) >> 32 & 0xFFFFFFFF in _ISATAP and _special(_last_four_bytes(ip)):
        return "a private network, tunnelled (ISATAP)"
    return next((what for network, what in _SPECIAL_IPV6 if ip in network), None)


def _last_four_bytes(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


class GuardedResolver(aiohttp.abc.AbstractResolver):
    """Looks names up, and refuses a name when one of its addresses may not be asked.

    One bad address among good ones spoils the name: which one gets connected to would be a matter of luck.
    """

    def __init__(self, permitted: Permitted, lookup: aiohttp.abc.AbstractResolver | None = None) -> None:
        self._permitted = permitted
        self._lookup = lookup or aiohttp.resolver.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        found = await self._lookup.resolve(host, port, family)
        for each in found:
            refused = objection(each["host"], port, self._permitted)
            if refused:
                raise ForbiddenAddressError(refused)
        return found

    async def close(self) -> None:
        await self._lookup.close()


def guarded_socket(info: tuple[Any, ...], permitted: Permitted) -> socket.socket:
    """A socket for exactly the address about to be connected to: nothing can change between check and connect."""
    family, kind, protocol, _, (host, port, *_) = info
    refused = objection(host, port, permitted)
    if refused:
        raise ForbiddenAddressError(refused)
    return socket.socket(family=family, type=kind, proto=protocol)
