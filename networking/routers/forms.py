"""What is asked for when routers are made and changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking import addresses
from networking.fields import PrefixField
from networking.forms import ChangeForm
from networking.routers.models import Router
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

INTERFACES = "network:router_interface"
INTERFACE_OWNERS = (INTERFACES, "network:router_interface_distributed", "network:ha_router_replicated_interface")
YES_NO = [("", gettext_lazy("as the cloud decides")), ("True", gettext_lazy("yes")), ("False", gettext_lazy("no"))]


def external_only(rows, form):
    return rows.filter(external=True)


def subnet_text(subnet) -> str:
    return f"{subnet.name} · {subnet.cidr}" if subnet.name else subnet.cidr


class ThreeStates(forms.TypedChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, **options: Any):
        super().__init__(
            choices=YES_NO, coerce=lambda text: text == "True", empty_value=None, required=False, **options
        )

    def to_python(self, value: Any) -> str:
        return str(value) if isinstance(value, bool) else super().to_python(value)


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    external_network = ResourceField(
        "networking.network", label=gettext_lazy("External network"), only=external_only, required=False
    )
    snat = ThreeStates(label=gettext_lazy("SNAT"))
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False, initial=True)
    ha = ThreeStates(label=gettext_lazy("Highly available"))
    distributed = ThreeStates(label=gettext_lazy("Distributed"))
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("snat") is not None and not cleaned.get("external_network"):
            self.add_error("snat", _("Only with an external network."))
        return cleaned


class EditForm(ChangeForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False)
    ha = forms.BooleanField(
        label=gettext_lazy("Highly available"),
        required=False,
        help_text=gettext_lazy("Changed only while the router is administratively down."),
    )
    distributed = forms.BooleanField(
        label=gettext_lazy("Distributed"),
        required=False,
        help_text=gettext_lazy("Changed only while the router is administratively down."),
    )

    def current(self, item: Router) -> dict[str, Any]:
        kept = ("name", "admin_state_up", "ha", "distributed")
        return {**{name: getattr(item, name) for name in kept}, "description": item.text("description")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("ha", "distributed"):
            if name in self.before and cleaned.get(name) != self.before[name] and self.before["admin_state_up"]:
                self.add_error(name, _("Set the router administratively down first."))
        return cleaned


class GatewayForm(ActionForm):
    external_network = ResourceField("networking.network", label=gettext_lazy("External network"), only=external_only)
    address = forms.GenericIPAddressField(
        label=gettext_lazy("Address"), required=False, help_text=gettext_lazy("Leave empty for the next free one.")
    )
    snat = ThreeStates(label=gettext_lazy("SNAT"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None and self.target.external_network_id:
            self.initial.setdefault("external_network", self.target.external_network_id)
            self.initial.setdefault("snat", str(self.target.snat))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        network, text = cleaned.get("external_network"), cleaned.get("address")
        if network and text:
            cidrs = self.rows("networking.subnet").filter(network_id=network).values_list("cidr", flat=True)
            known = [found for found in map(addresses.known_prefix, cidrs) if found is not None]
            if known and not any(addresses.address(text) in found for found in known):
                self.add_error("address", _("“%(line)s” lies in no subnet of this network.") % {"line": text})
        return cleaned


class OfRouter(ActionForm):
    """Knows the router's interfaces, as they were last seen."""

    def interfaces(self):
        if self.target is None:
            return self.rows("networking.port").none()
        return self.rows("networking.port").filter(device_id=self.target.cloud_id, device_owner__in=INTERFACE_OWNERS)

    def own_subnets(self) -> list[str]:
        return [subnet for port in self.interfaces() for subnet in port.subnet_ids]


class AddInterfaceForm(OfRouter):
    subnet = ResourceField(
        "networking.subnet",
        label=gettext_lazy("Subnet"),
        describe=subnet_text,
        required=False,
        help_text=gettext_lazy("The router takes the subnet's gateway address."),
    )
    port = ResourceField(
        "networking.port",
        label=gettext_lazy("Or a free port"),
        only=lambda rows, form: rows.filter(device_id=""),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("subnet")) == bool(cleaned.get("port")):
            if not self.errors:
                raise forms.ValidationError(_("Choose either a subnet or a port."), code="either")
            return cleaned
        name = "subnet" if cleaned.get("subnet") else "port"
        for subnet in self._wanted(cleaned):
            if name == "subnet" and not subnet.gateway_ip:
                self.add_error(name, _("It has no gateway address. Make a port on it and choose that."))
            network = addresses.known_prefix(subnet.cidr)
            own = self.rows("networking.subnet").filter(cloud_id__in=self.own_subnets())
            other = network and addresses.overlapping(network, own.values_list("name", "cidr"))
            if other:
                self.add_error(name, _("It overlaps with %(other)s, which the router has already.") % {"other": other})
        return cleaned

    def _wanted(self, cleaned: dict[str, Any]) -> list[Any]:
        ids = [cleaned["subnet"]] if cleaned.get("subnet") else []
        if cleaned.get("port"):
            ids = self.rows("networking.port").get(cloud_id=cleaned["port"]).subnet_ids
        return list(self.rows("networking.subnet").filter(cloud_id__in=ids))


class RemoveInterfaceForm(OfRouter):
    port = forms.ChoiceField(label=gettext_lazy("Interface"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        ports = list(self.interfaces()) if self.cluster else []
        ids = [subnet for port in ports for subnet in port.subnet_ids]
        names = {row.cloud_id: subnet_text(row) for row in self.rows("networking.subnet").filter(cloud_id__in=ids)}
        self.fields["port"].choices = [
            (port.cloud_id, " · ".join([*(names.get(one, one) for one in port.subnet_ids), *port.addresses]))
            for port in ports
        ]


class AddRouteForm(OfRouter):
    destination = PrefixField(
        label=gettext_lazy("Destination"),
        max_length=64,
        widget=forms.TextInput(attrs={"placeholder": "198.51.100.0/24"}),
    )
    nexthop = forms.GenericIPAddressField(label=gettext_lazy("Next hop"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("nexthop") or not cleaned.get("destination"):
            return cleaned
        route = {name: cleaned[name] for name in ("destination", "nexthop")}
        try:
            hop = addresses.address(cleaned["nexthop"], version=addresses.prefix(cleaned["destination"]).version)
        except ValidationError as error:
            self.add_error("nexthop", error)
            return cleaned
        ids = self.own_subnets()
        known = list(self.rows("networking.subnet").filter(cloud_id__in=ids).values_list("cidr", flat=True))
        # A next hop on the external network is fine too; its subnets may not be ours to see.
        if self.target is not None and not self.target.external_network_id:
            within = [found for cidr in known if (found := addresses.known_prefix(cidr)) and hop in found]
            if not within:
                self.add_error("nexthop", _("It lies in no subnet that the router has an interface on."))
        if self.target is not None and route in self.target.routes:
            self.add_error("destination", _("This route exists already."))
        return cleaned


class RemoveRouteForm(ActionForm):
    route = forms.ChoiceField(label=gettext_lazy("Route"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        routes = self.target.routes if self.target is not None else []
        self.fields["route"].choices = [
            (f"{route['destination']} {route['nexthop']}", f"{route['destination']} via {route['nexthop']}")
            for route in routes
        ]
