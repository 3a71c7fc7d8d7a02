"""Fields of forms of ports: addresses on subnets, and allowed pairs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clusters.addresses import canonical
from networking import addresses
from networking.forms import MAC
from opsys.kit.forms.fields import LinesField
from opsys.kit.relate.naming import Ambiguous


class FixedIpsField(LinesField):
    """An address a line, or a subnet (its name, its id) for the next free one; cleans to lines. `resolve` turns them
    into Neutron's objects, against the subnets of the port's network."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(_lines(value, "ip_address", "subnet_id"))

    def to_python(self, value: Any) -> list[str]:
        return super().to_python(_lines(value, "ip_address", "subnet_id"))


class PairsOfAddressesField(LinesField):
    """An address or a prefix a line, with a MAC address behind it or not; cleans to Neutron's objects."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(_pairs(value))

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        return [self._pair(line) for line in super().to_python(_pairs(value))]

    def run_validators(self, value: Any) -> None:
        """They were checked when they were read."""

    def _pair(self, line: str) -> dict[str, str]:
        text, _space, mac = line.partition(" ")
        found = addresses.prefix(text) if "/" in text else addresses.address(text)
        mac = canonical(mac)
        if mac:
            MAC(mac)
        return {"ip_address": str(found), **({"mac_address": mac} if mac else {})}


def resolve(lines: list[str], subnets: list[Any]) -> list[dict[str, str]]:
    """`subnets` are the rows of those the port may have an address of."""
    found = []
    for line in lines:
        if (subnet := _named(line, subnets)) is not None:
            found.append({"subnet_id": subnet.cloud_id})
            continue
        try:
            address = addresses.address(line)
        except ValidationError:
            raise forms.ValidationError(
                _("“%(line)s” is neither an address nor a subnet of this network.") % {"line": line}, code="subnet"
            ) from None
        within = [row for row in subnets if _holds(row.cidr, address)]
        if subnets and not within:
            raise forms.ValidationError(
                _("“%(line)s” lies in no subnet of this network.") % {"line": line}, code="outside"
            )
        chosen = {"subnet_id": within[0].cloud_id} if within else {}
        found.append({**chosen, "ip_address": str(address)})
    return found


def _holds(cidr: str, address: Any) -> bool:
    network = addresses.known_prefix(cidr)
    return network is not None and network.version == address.version and address in network


def _named(line: str, subnets: list[Any]) -> Any:
    """The subnet of this id or name; a name only where one of these bears it."""
    with_id = [row for row in subnets if row.cloud_id == line]
    found = with_id or [row for row in subnets if row.name == line]
    if len(found) > 1:
        raise forms.ValidationError(str(Ambiguous(line, found)), code="ambiguous")
    return found[0] if found else None


def _lines(value: Any, *names: str) -> Any:
    """Objects as lines: the first of these that each has."""
    if not isinstance(value, list | tuple):
        return value
    return [
        next((one[name] for name in names if one.get(name)), "") if isinstance(one, dict) else one for one in value
    ]


def _pairs(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    return [
        f"{one.get('ip_address') or ''} {one.get('mac_address') or ''}".strip() if isinstance(one, dict) else one
        for one in value
    ]
