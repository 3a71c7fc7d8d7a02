"""Which addresses and ports may be connected to. Names are resolved once, each address is judged as what it really is,
and what was judged is what is connected to."""

import ipaddress
import socket
from functools import lru_cache
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

from clusters.sentences import gettext as _
from terminal.errors import Refused, SshError
from terminal.models import Policy

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# No policy opens these: nothing there, everybody there, or a cloud's metadata with its credentials.
NEVER = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "169.254.169.254/32",
        "::/128",
        "ff00::/8",
        "fd00:ec2::254/128",
    )
]
# A policy opens parts of these by naming them.
CLOSED = [ipaddress.ip_network(text) for text in ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10")]
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def canonical(text: str) -> Address:
    """The address this one really leads to: an IPv4 address hidden in an IPv6 one counts as itself."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        return hidden or address
    return address


def resolve(host: str) -> list[Address]:
    """All addresses of a name (or the one of an address, however it is written). Raises `SshError` (dns)."""
    host = host.strip().removeprefix("[").removesuffix("]")
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SshError(_("The name %(host)s cannot be resolved.") % {"host": host}, cause="dns") from None
    return list(dict.fromkeys(canonical(str(entry[4][0])) for entry in found))


def allowed(host: str, policy: Policy) -> Address:
    """The first address of this name that may be connected to. Raises `SshError` (dns) or `Refused` (address)."""
    addresses = resolve(host)
    reasons = [why_not(address, policy) for address in addresses]
    for address, reason in zip(addresses, reasons, strict=True):
        if not reason:
            return address
    raise Refused(reasons[0], cause="address")


def check_port(port: int, policy: Policy) -> None:
    if not policy.allows_port(port):
        raise Refused(_("The policy does not allow port %(port)s.") % {"port": port}, cause="port")


def why_not(address: Address, policy: Policy) -> str:
    """Why this address may not be connected to, or ""."""
    refusal = _("The policy does not allow connections to %(address)s.") % {"address": address}
    if _within(address, NEVER):
        return refusal
    named = _within(address, policy.networks)
    if (policy.networks and not named) or _is_closed(address, named):
        return refusal
    return ""


def why_no_proxy(address: Address, policy: Policy) -> str:
    """The same for the proxy of a console, which need not be where servers are."""
    if not _may_reach(address, policy.proxy_networks):
        return _("The policy does not allow a console proxy at %(address)s.") % {"address": address}
    return ""


def is_open(address: Address) -> bool:
    """Whether the platform may send messages there: by the same rules; ALERT_NETWORKS opens parts of it."""
    return _may_reach(address, [ipaddress.ip_network(text, strict=False) for text in settings.ALERT_NETWORKS])


def _may_reach(address: Address, named: list[Network]) -> bool:
    return not _within(address, NEVER) and not _is_closed(address, _within(address, named))


def _is_closed(address: Address, named: list[Network]) -> bool:
    """By default, and not opened by a network that lies wholly within what is closed."""
    return any(
        not any(network.version == closed.version and network.subnet_of(closed) for network in named)  # type: ignore[arg-type]
        for closed in _within(address, closed_networks(address))
    )


def closed_networks(address: Address) -> list[Network]:
    """What is closed by default: the fixed ones, those of the setting, and the platform's own addresses."""
    own: list[Network] = []
    if not address.is_loopback and (_is_ours(address) or address in _services(int(monotonic() // 60))):
        own.append(ipaddress.ip_network(address))
    denied = [ipaddress.ip_network(text, strict=False) for text in settings.TERMINAL_DENIED_NETWORKS]
    return [*CLOSED, *denied, *own]


def _within(address: Address, networks: list[Network]) -> list[Network]:
    return [network for network in networks if address in network]


def _is_ours(address: Address) -> bool:
    """Whether this machine has the address: only one's own can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


@lru_cache(maxsize=1)
def _services(minute: int) -> frozenset[Address]:
    """Where our database and Redis are, looked up again every minute."""
    hosts = [settings.DATABASES["default"].get("HOST"), urlsplit(settings.REDIS_URL).hostname]
    found: set[Address] = set()
    for host in filter(None, hosts):
        try:
            found.update(resolve(host))
        except SshError:
            continue
    return frozenset(found)
