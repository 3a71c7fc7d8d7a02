"""What is asked for when ports are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking.forms import ChangeForm, MacField
from networking.ports.fields import FixedIpsField, PairsOfAddressesField, resolve
from networking.ports.models import Port
from opsys.kit.forms.choices import ResourceField, ResourcesField
from opsys.kit.forms.form import ActionForm

VNIC_TYPES = ("normal", "direct", "direct-physical", "macvtap", "baremetal", "vdpa", "virtio-forwarder")
ADDRESSES = gettext_lazy(
    "One per line: an address, or a subnet for its next free one. Leave empty to let the cloud choose."
)
PAIRS = gettext_lazy("One per line: an address or a prefix, followed by a MAC address if it is not the port's own.")


def groups_offered(rows, form):
    """Those of the targets' project, where it is one."""
    projects = {target.project_id for target in form.targets}
    return rows.filter(project_id=projects.pop()) if len(projects) == 1 else rows


class GroupsField(ResourcesField):
    def __init__(self, **options: Any):
        super().__init__(
            "networking.securitygroup",
            **{"label": gettext_lazy("Security groups"), "only": groups_offered, "required": False, **options},
        )


class OnNetwork(ActionForm):
    """`network_id()` is where the port lies."""

    def network_id(self) -> str:
        return self.target.network_id if self.target is not None else ""

    def clean_fixed_ips(self) -> list[dict[str, str]]:
        lines, network = self.cleaned_data["fixed_ips"], self.network_id()
        subnets = list(self.rows("networking.subnet").filter(network_id=network)) if lines and network else []
        return resolve(lines, subnets)

    def clean_mac_address(self) -> str:
        mac, network = self.cleaned_data["mac_address"].lower(), self.network_id()
        if mac and network:
            taken = self.rows("networking.port").filter(network_id=network, mac_address=mac)
            if holder := taken.exclude(pk__in=[target.pk for target in self.targets]).first():
                raise forms.ValidationError(
                    _("Port “%(port)s” of this network has it already.") % {"port": holder}, code="in_use"
                )
        return mac


class CreateForm(OnNetwork):
    network = ResourceField("networking.network", label=gettext_lazy("Network"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    fixed_ips = FixedIpsField(label=gettext_lazy("Addresses"), required=False, help_text=ADDRESSES)
    mac_address = MacField(
        label=gettext_lazy("MAC address"),
        required=False,
        help_text=gettext_lazy("Leave empty to generate one."),
    )
    port_security = forms.BooleanField(label=gettext_lazy("Port security"), required=False, initial=True)
    security_groups = GroupsField(help_text=gettext_lazy("Default: the project's default group."))
    allowed_address_pairs = PairsOfAddressesField(
        label=gettext_lazy("Allowed address pairs"), required=False, help_text=PAIRS
    )
    vnic_type = forms.ChoiceField(
        label=gettext_lazy("VNIC type"), choices=[("", "–"), *((kind, kind) for kind in VNIC_TYPES)], required=False
    )
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False, initial=True)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def network_id(self) -> str:
        return self.cleaned_data.get("network") or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("port_security"):
            for name in ("security_groups", "allowed_address_pairs"):
                if cleaned.get(name):
                    self.add_error(name, _("Only with port security."))
        return cleaned


class EditForm(ChangeForm, OnNetwork):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False)
    mac_address = MacField(
        label=gettext_lazy("MAC address"),
        help_text=gettext_lazy("Neutron changes it only while the port is not bound to a host."),
    )

    def current(self, item: Port) -> dict[str, Any]:
        return {
            "name": item.name,
            "description": item.text("description"),
            "admin_state_up": item.admin_state_up,
            "mac_address": item.mac_address.lower(),
        }


class FixedIpsForm(OnNetwork):
    fixed_ips = FixedIpsField(
        label=gettext_lazy("Addresses"),
        required=False,
        help_text=gettext_lazy(
            "All addresses of the port, one per line: an address, or a subnet for its next free one."
        ),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("fixed_ips", self.target.fixed_ips)

    def params(self) -> dict[str, Any]:
        return {"fixed_ips": self.cleaned_data["fixed_ips"]}


class AddressPairsForm(ActionForm):
    allowed_address_pairs = PairsOfAddressesField(
        label=gettext_lazy("Allowed address pairs"), required=False, help_text=PAIRS
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("allowed_address_pairs", self.target.pairs)

    def params(self) -> dict[str, Any]:
        return {"allowed_address_pairs": self.cleaned_data["allowed_address_pairs"]}


class SecurityForm(ActionForm):
    one_cluster = True
    port_security = forms.BooleanField(
        label=gettext_lazy("Port security"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without it nothing is filtered, and the port may use any address."),
    )
    security_groups = GroupsField(
        help_text=gettext_lazy("All groups of the port. With none, nothing comes in or goes out.")
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("port_security", self.target.port_security)
            self.initial.setdefault("security_groups", self.target.security_group_ids)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("port_security") and cleaned.get("security_groups"):
            self.add_error("security_groups", _("Only with port security."))
        return cleaned

    def params(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("port_security", "security_groups")}
