"""Addresses and prefixes as people write them, checked before Neutron is asked."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from django.core.exceptions import ValidationError

from clusters.sentences import gettext as _

Network = IPv4Network | IPv6Network


def prefix(text: str, *, version: int | None = None) -> Network:
    """An exact prefix: with no bit set behind it."""
    try:
        network = ip_network(text)
    except ValueError:
        network = None
    if network is None:
        if (wider := known_prefix(text)) is not None:
            raise ValidationError(
                _("“%(text)s” has bits set behind its prefix. Its network is %(network)s.")
                % {"text": text, "network": wider},
                code="host_bits",
            )
        raise ValidationError(_("“%(text)s” is not a prefix such as 192.0.2.0/24.") % {"text": text}, code="prefix")
    if version and network.version != version:
        raise ValidationError(
            _("“%(text)s” is not IPv%(version)d.") % {"text": text, "version": version}, code="version"
        )
    return network


def address(text: str, *, version: int | None = None):
    try:
        found = ip_address(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is not an address.") % {"text": text}, code="address") from None
    if version and found.version != version:
        raise ValidationError(
            _("“%(text)s” is not IPv%(version)d.") % {"text": text, "version": version}, code="version"
        )
    return found


def known_prefix(text: Any) -> Network | None:
    """What a cloud calls a prefix; None where it is none."""
    try:
        return ip_network(str(text), strict=False)
    except ValueError:
        return None


def pools(lines: Iterable[str], network: Network | None) -> list[dict[str, str]]:
    """`first-last` a line. Within the network, in order, and without a shared address."""
    found = []
    for line in lines:
        first_text, _dash, last_text = (part.strip() for part in line.partition("-"))
        first, last = address(first_text), address(last_text or first_text)
        if first.version != last.version or first > last:
            raise ValidationError(_("“%(line)s” ends before it begins.") % {"line": line}, code="order")
        if network is not None and (first not in network or last not in network):
            raise ValidationError(
                _("“%(line)s” lies outside of %(network)s.") % {"line": line, "network": network}, code="outside"
            )
        for other_first, other_last, other in found:
            if first.version == other_first.version and first <= other_last and other_first <= last:
                raise ValidationError(
                    _("“%(line)s” overlaps with “%(other)s”.") % {"line": line, "other": other}, code="overlap"
                )
        found.append((first, last, line))
    return [{"start": str(first), "end": str(last)} for first, last, _line in found]


def pool_with(found: Iterable[dict[str, str]], gateway: Any) -> dict[str, str] | None:
    """The pool that holds this address."""
    for pool in found:
        first, last = ip_address(pool["start"]), ip_address(pool["end"])
        if first.version == gateway.version and first <= gateway <= last:
            return pool
    return None


def routes(lines: Iterable[str]) -> list[dict[str, str]]:
    """`destination next-hop` a line; "via" between them may be written."""
    found = []
    for line in lines:
        words = [word for word in line.replace(",", " ").split() if word != "via"]
        if len(words) != 2:
            raise ValidationError(_("“%(line)s” is not “destination next-hop”.") % {"line": line}, code="route")
        destination = prefix(words[0])
        found.append({"destination": str(destination), "nexthop": str(address(words[1], version=destination.version))})
    return found


def overlapping(network: Network, others: Iterable[tuple[str, Any]]) -> str:
    """The name of the first of these (name, prefix) that shares an address with the network; "" if none does."""
    for name, text in others:
        other = known_prefix(text)
        if other is not None and other.version == network.version and other.overlaps(network):
            return f"{name} ({other})" if name else str(other)
    return ""
