"""What is asked for when subnets are made and changed, checked as far as it can be known beforehand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking import addresses
from networking.fields import PoolsField, PrefixField, RoutesField
from networking.forms import ChangeForm
from networking.subnets.models import Subnet
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.fields import LinesField
from opsys.kit.forms.form import ActionForm

MODES = [
    ("", gettext_lazy("none")),
    ("slaac", "SLAAC"),
    ("dhcpv6-stateful", "DHCPv6 stateful"),
    ("dhcpv6-stateless", "DHCPv6 stateless"),
]


class SubnetFields(ActionForm):
    """`prefix_of` is the network that the addresses must lie in; None where it is not known (yet)."""

    def prefix_of(self) -> addresses.Network | None:
        raise NotImplementedError

    def clean_dns_nameservers(self) -> list[str]:
        return [str(addresses.address(line)) for line in self.cleaned_data["dns_nameservers"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        network = self.prefix_of()
        gateway = self._gateway(cleaned.get("gateway_ip") or "", network)
        pools: list[dict[str, str]] = []
        try:
            pools = addresses.pools(cleaned.get("allocation_pools") or [], network)
        except ValidationError as error:
            self.add_error("allocation_pools", error)
        else:
            cleaned["allocation_pools"] = pools
        if gateway is not None and (pool := addresses.pool_with(pools, gateway)):
            self.add_error(
                "gateway_ip", _("It lies in the pool %(start)s-%(end)s, which would give it to a port.") % pool
            )
        for route in cleaned.get("host_routes") or []:
            if network is not None and addresses.prefix(route["destination"]).version != network.version:
                self.add_error(
                    "host_routes",
                    _("“%(text)s” is not IPv%(version)d.")
                    % {"text": route["destination"], "version": network.version},
                )
        return cleaned

    def _gateway(self, text: str, network: addresses.Network | None):
        if not text:
            return None
        try:
            gateway = addresses.address(text, version=network.version if network else None)
        except ValidationError as error:
            self.add_error("gateway_ip", error)
            return None
        if network is not None and gateway.version == 4 and gateway not in network:
            self.add_error(
                "gateway_ip", _("“%(line)s” lies outside of %(network)s.") % {"line": text, "network": network}
            )
        return gateway


class CreateForm(SubnetFields):
    network = ResourceField("networking.network", label=gettext_lazy("Network"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    cidr = PrefixField(
        label=gettext_lazy("CIDR"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "192.0.2.0/24"}),
        help_text=gettext_lazy("May be left empty with a subnet pool."),
    )
    subnet_pool = ResourceField("networking.subnetpool", label=gettext_lazy("Subnet pool"), required=False)
    prefix_length = forms.IntegerField(
        label=gettext_lazy("Prefix length"),
        min_value=0,
        max_value=128,
        required=False,
        help_text=gettext_lazy("Of what is cut out of the pool. Leave empty for the pool's default."),
    )
    gateway_ip = forms.CharField(
        label=gettext_lazy("Gateway"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Default: the first address of the subnet."),
    )
    no_gateway = forms.BooleanField(label=gettext_lazy("No gateway"), required=False)
    enable_dhcp = forms.BooleanField(label=gettext_lazy("DHCP"), required=False, initial=True)
    allocation_pools = PoolsField(
        label=gettext_lazy("Allocation pools"),
        required=False,
        help_text=gettext_lazy(
            "First and last address of a range per line, such as 192.0.2.10-192.0.2.90. "
            "Leave empty for all but the gateway."
        ),
    )
    dns_nameservers = LinesField(
        label=gettext_lazy("DNS servers"), required=False, help_text=gettext_lazy("One address per line.")
    )
    host_routes = RoutesField(
        label=gettext_lazy("Host routes"),
        required=False,
        help_text=gettext_lazy("Destination and next hop of a route per line, such as 198.51.100.0/24 192.0.2.1."),
    )
    ipv6_ra_mode = forms.ChoiceField(label=gettext_lazy("IPv6 router advertisements"), choices=MODES, required=False)
    ipv6_address_mode = forms.ChoiceField(label=gettext_lazy("IPv6 addresses"), choices=MODES, required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def prefix_of(self) -> addresses.Network | None:
        return addresses.known_prefix(self.cleaned_data["cidr"]) if self.cleaned_data.get("cidr") else None

    def pool(self) -> Any:
        """The row of the chosen pool; None without one."""
        chosen = self.cleaned_data.get("subnet_pool")
        return self.rows("networking.subnetpool").filter(cloud_id=chosen).first() if chosen else None

    def _check_pool(self, network: addresses.Network | None, length: int | None) -> None:
        pool = self.pool()
        if pool is None:
            if network is None and not self.errors:
                self.add_error("cidr", _("Give a CIDR, or choose a subnet pool."))
            if length is not None:
                self.add_error("prefix_length", _("Only with a subnet pool."))
            return
        if network is not None and not any(
            found.version == network.version and network.subnet_of(found)  # type: ignore[arg-type]
            for found in map(addresses.known_prefix, pool.prefix_lines)
            if found is not None
        ):
            self.add_error("cidr", _("It lies in no prefix of this pool."))
        if network is not None and length is not None:
            self.add_error("prefix_length", _("Either a CIDR or a prefix length."))
        if length is not None and not (pool.min_prefix_length or 0) <= length <= (pool.max_prefix_length or 128):
            self.add_error(
                "prefix_length",
                _("The pool gives prefixes from %(shortest)s to %(longest)s.")
                % {"shortest": pool.min_prefix_length, "longest": pool.max_prefix_length},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        network = self.prefix_of()
        self._check_pool(network, cleaned.get("prefix_length"))
        if cleaned.get("no_gateway") and cleaned.get("gateway_ip"):
            self.add_error("gateway_ip", _("Either a gateway or none."))
        for name in ("ipv6_ra_mode", "ipv6_address_mode"):
            if cleaned.get(name) and network is not None and network.version == 4:
                self.add_error(name, _("Only for IPv6."))
        modes = {cleaned.get("ipv6_ra_mode"), cleaned.get("ipv6_address_mode")} - {"", None}
        if len(modes) > 1:
            self.add_error("ipv6_address_mode", _("Both modes must be the same where both are given."))
        if network is not None and cleaned.get("network"):
            taken = self.rows("networking.subnet").filter(network_id=cleaned["network"])
            if other := addresses.overlapping(network, taken.values_list("name", "cidr")):
                self.add_error("cidr", _("It overlaps with %(other)s of the same network.") % {"other": other})
        return cleaned

    def params(self) -> dict[str, Any]:
        given = super().params()
        network = self.prefix_of()
        if given.pop("no_gateway", False):
            given["gateway_ip"] = None
        pool = self.pool()
        return {**given, "ip_version": network.version if network else (pool and pool.ip_version) or 4}


class EditForm(ChangeForm, SubnetFields):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    gateway_ip = forms.CharField(
        label=gettext_lazy("Gateway"), max_length=64, required=False, help_text=gettext_lazy("Leave empty for none.")
    )
    enable_dhcp = forms.BooleanField(label=gettext_lazy("DHCP"), required=False)
    allocation_pools = PoolsField(label=gettext_lazy("Allocation pools"), required=False)
    dns_nameservers = LinesField(label=gettext_lazy("DNS servers"), required=False)
    host_routes = RoutesField(label=gettext_lazy("Host routes"), required=False)

    def current(self, item: Subnet) -> dict[str, Any]:
        return {
            "name": item.name,
            "description": item.text("description"),
            "gateway_ip": item.gateway_ip,
            "enable_dhcp": item.enable_dhcp,
            "allocation_pools": item.pools,
            "dns_nameservers": item.dns_servers,
            "host_routes": item.routes,
        }

    def prefix_of(self) -> addresses.Network | None:
        return addresses.known_prefix(self.target.cidr) if self.target is not None else None

    def params(self) -> dict[str, Any]:
        changed = super().params()
        if changed.get("gateway_ip") == "":
            changed["gateway_ip"] = None
        return changed
