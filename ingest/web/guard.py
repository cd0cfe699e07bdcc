"""The address guard: connect to public addresses only, whatever a URL, a redirect or a DNS answer says.

These are the rules; transport.py holds every connection to them, those of pages as well as webhooks.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.errors import HostUnavailable, RefusedAddress
from ingest.page.urls import ascii_host

if TYPE_CHECKING:  # to judge an address as it is written nobody else needs a client
    import httpx

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) -> the addresses of the host, as strings. Raises OSError when there is none."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# `ipaddress.is_global` calls these global; none of them is a host on the internet that we were meant to ask.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.0.0.0/24",  # protocol assignments; Python < 3.11.10 knows only a part
        "192.88.99.0/24",  # 6to4 relays (RFC 7526): leads into 2002::/16
        "168.63.129.16/32",  # the inside of a large cloud, on a public number
        "2002::/16",  # 6to4 carries an IPv4 address
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation (RFC 9637); unknown to Python < 3.13
    )
)
# Only this block is handed out as global unicast (RFC 4291); it leaves out 64:ff9b::/96, 5f00::/16,
# fec0::/10, ::/96 and everything else that wraps or imitates an IPv4 address.
_GLOBAL_UNICAST_V6 = ipaddress.ip_network("2000::/3")
# What a host named in `allow_hosts` may be besides public.
_LOCAL = tuple(
    ipaddress.ip_network(net)
    for net in (
        "127.0.0.0/8",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    )
)

LONGEST_HOST = 254  # characters, a last dot included (RFC 1035)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\Z")
# A last label of digits, or of 0x and hex digits, makes a host an IPv4 number for inet_aton and for
# browsers (WHATWG URL, "ends in a number"): 2130706433, 0x7f000001, 127.1, 0177.0.0.1.
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.*\Z")


async def ask_dns(host: str, port: int, pool: ThreadPoolExecutor | None = None) -> list[str]:
    """The system's resolver, in a thread of `pool`; an address is its own answer. Raises OSError."""
    if _ip(host) is not None:
        return [host]
    found = await asyncio.get_running_loop().run_in_executor(
        pool, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address (as text) is one that a stranger's URL may lead to. ValueError if it is none."""
    ip = ipaddress.ip_address(address)
    if any(ip in net for net in _NOT_PUBLIC) or ip.is_multicast:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _GLOBAL_UNICAST_V6:
        return False
    return ip.is_global


def check_host(host: str) -> None:
    """Refuse a host that is written in a way that programs read differently. Does not resolve.

    Allowed: a DNS name, a dotted quad without leading zeros, an IPv6 address without a zone and without
    an IPv4 address inside. Raises RefusedAddress.
    """
    if len(host) > LONGEST_HOST:
        raise RefusedAddress(f"host {host[:80]!r}…: {len(host)} characters are not the name of a host.")
    if ":" in host:
        try:
            v6 = ipaddress.IPv6Address(host)
        except ValueError as exc:
            raise RefusedAddress(f"host {host!r}: not an IPv6 address ({exc}).") from exc
        if v6.ipv4_mapped or v6.scope_id:
            raise RefusedAddress(
                f"host {host!r}: an IPv4 address or a zone inside an IPv6 address is refused."
            )
        return
    name = host.lower()
    if _NUMBER.match(name):
        try:
            ipaddress.IPv4Address(name)
        except ValueError as exc:
            raise RefusedAddress(
                f"host {host!r}: an odd spelling of an IP address is refused; write four decimal numbers."
            ) from exc
        return
    if not _NAME.match(name.removesuffix(".")):
        raise RefusedAddress(f"host {host[:80]!r}: not the name of a host.")


def check_url(url: str | httpx.URL) -> httpx.URL:
    """The URL, parsed, without its fragment, if we would ask it at all. Does not resolve.

    Raises RefusedAddress: not http or https, no host, a user name inside, a host in a doubtful spelling.
    """
    import httpx

    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
        _ = parsed.host  # which decodes a name in Punycode, or fails to
    except (httpx.InvalidURL, ValueError) as exc:
        raise RefusedAddress(f"{str(url)[:200]!r} is not a URL: {exc}.") from exc
    if parsed.scheme not in ("http", "https"):
        raise RefusedAddress(f"{str(parsed)[:200]}: only http and https are fetched.")
    if not host:
        raise RefusedAddress(f"{str(parsed)[:200]}: no host in this URL.")
    if parsed.userinfo:
        raise RefusedAddress(f"a URL of host {host}: a user name or password inside a URL is refused.")
    if parsed.port is not None and not 0 < parsed.port <= 65535:
        raise RefusedAddress(f"{str(parsed)[:200]}: there is no port {parsed.port}.")
    check_host(host)
    return parsed.copy_with(fragment=None) if parsed.fragment or str(parsed).endswith("#") else parsed


def is_named(host: str, port: int, allow_hosts: Collection[str]) -> bool:
    """Whether `allow_hosts` (entries "host" or "host:port", IPv6 in brackets) names this host."""
    name = host.lower().removesuffix(".")
    bracketed = f"[{name}]" if ":" in name else name
    return not _spelt(frozenset(allow_hosts)).isdisjoint({name, bracketed, f"{bracketed}:{port}"})


@lru_cache(16)
def _spelt(allow_hosts: frozenset[str]) -> frozenset[str]:
    return frozenset(ascii_host(entry.strip()) for entry in allow_hosts)


async def check_address(
    host: str, port: int, *, allow_hosts: Collection[str] = (), resolve: Resolver | None = None
) -> tuple[str, ...]:
    """The addresses of a host, in the resolver's order, after all of them have passed the guard.

    A host named in `allow_hosts` may also be private or loopback; never link-local, multicast or 0.0.0.0.
    Raises RefusedAddress (one bad address is enough) and HostUnavailable (no address).
    """
    check_host(host)
    try:
        found = tuple(dict.fromkeys(await (resolve or ask_dns)(host, port)))
    except (OSError, UnicodeError) as exc:
        raise HostUnavailable(
            f"host {host}: no address found ({exc}). Check the name, and the DNS.", cause="dns", detail=host
        ) from exc
    if not found:
        raise HostUnavailable(
            f"host {host}: no address found. Check the name, and the DNS.", cause="dns", detail=host
        )
    named = is_named(host, port, allow_hosts)
    for address in found:
        if not may_reach(address, named=named):
            raise RefusedAddress(
                f"host {host}: {address} is not a public address, so it was not asked."
                " If the host is your own, name it in GONGBAO_ALLOW_HOSTS."
            )
    return found


def may_reach(address: str, *, named: bool) -> bool:
    """Whether an address that a name led to may be connected to; `named`: the name is in `allow_hosts`."""
    return _is_public_text(address) or (named and _is_local(address))


def is_written_private(host: str) -> bool:
    """Whether a host needs no looking up to be known as private: `localhost`, or an address that is."""
    if host.lower().removesuffix(".") == "localhost":
        return True
    try:
        return not is_public(host)
    except ValueError:  # a name, not an address
        return False


def _ip(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_public_text(address: str) -> bool:
    try:
        return is_public(address)
    except ValueError:  # a resolver's "fe80::1%eth0" and the like
        return False


def _is_local(address: str) -> bool:
    ip = _ip(address)
    return ip is not None and any(ip in net for net in _LOCAL)
