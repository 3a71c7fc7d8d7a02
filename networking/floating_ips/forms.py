"""What is asked for when floating IPs are allocated and pointed somewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking import addresses
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm


def port_text(port) -> str:
    return " · ".join(dict.fromkeys([str(port), *port.addresses]))


def of_things(rows, form):
    """Ports that a floating IP may lead to: those of servers and of load balancers, and free ones."""
    return rows.exclude(device_owner__startswith="network:")


class AllocateForm(ActionForm):
    network = ResourceField(
        "networking.network",
        label=gettext_lazy("External network"),
        only=lambda rows, form: rows.filter(external=True),
    )
    subnet = ResourceField(
        "networking.subnet",
        label=gettext_lazy("Subnet"),
        describe=lambda subnet: f"{subnet.name} · {subnet.cidr}" if subnet.name else subnet.cidr,
        only=lambda rows, form: rows.filter(
            ip_version=4,
            network_id__in=form.rows("networking.network").filter(external=True).values("cloud_id"),
        ),
        required=False,
        help_text=gettext_lazy("Leave empty for any of the network."),
    )
    address = forms.GenericIPAddressField(
        label=gettext_lazy("Address"),
        protocol="IPv4",
        required=False,
        help_text=gettext_lazy("Leave empty for the next free one."),
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        network, text = cleaned.get("network"), cleaned.get("address")
        if not network:
            return cleaned
        subnets = list(self.rows("networking.subnet").filter(network_id=network))
        if cleaned.get("subnet"):
            subnets = [subnet for subnet in subnets if subnet.cloud_id == cleaned["subnet"]]
            if not subnets:
                self.add_error("subnet", _("It is not a subnet of this network."))
        if not text:
            return cleaned
        known = [found for subnet in subnets if (found := addresses.known_prefix(subnet.cidr))]
        if known and not any(addresses.address(text) in found for found in known):
            self.add_error("address", _("“%(line)s” lies in no subnet of this network.") % {"line": text})
        elif self.rows("networking.floatingip").filter(network_id=network, name=text).exists():
            self.add_error("address", _("There is a floating IP with this address already."))
        return cleaned

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        params = self.params()
        return [(str(params.get("address") or _("new floating IP")), params)]


class AssociateForm(ActionForm):
    port = ResourceField("networking.port", label=gettext_lazy("Port"), describe=port_text, only=of_things)
    fixed_address = forms.GenericIPAddressField(
        label=gettext_lazy("Leads to"),
        protocol="IPv4",
        required=False,
        help_text=gettext_lazy("Which of the port's addresses. Default: the first."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("port"):
            return cleaned
        port = self.rows("networking.port").get(cloud_id=cleaned["port"])
        own = [text for text in port.addresses if ":" not in text]
        if not own:
            self.add_error("port", _("It has no IPv4 address."))
        wanted = cleaned.get("fixed_address")
        if wanted and wanted not in own:
            self.add_error("fixed_address", _("The port does not have this address."))
        elif own:
            others = self.rows("networking.floatingip").filter(port_id=port.cloud_id, fixed_address=wanted or own[0])
            if other := others.exclude(pk__in=[target.pk for target in self.targets]).first():
                self.add_error("port", _("%(other)s leads there already.") % {"other": other})
        return cleaned


class MoveForm(AssociateForm):
    """Says whom it is taken from."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None and self.target.port_id:
            self.fields["port"].help_text = _("It is taken from %(holder)s, which then cannot be reached by it.") % {
                "holder": self._holder()
            }

    def _holder(self) -> str:
        """The server it leads to now, or the port where that is no server's."""
        port = self.rows("networking.port").filter(cloud_id=self.target.port_id).first()
        if port is None:
            return self.target.fixed_address or self.target.port_id
        server = self.rows("compute.server").filter(cloud_id=port.device_id).first() if port.device_id else None
        return f"{server or port} ({self.target.fixed_address})"


class DescriptionForm(ActionForm):
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("description", self.target.text("description"))
