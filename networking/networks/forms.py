"""What is asked for when networks are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking.forms import ChangeForm
from networking.networks.models import Network
from opsys.kit.forms.form import ActionForm

TYPES = ("flat", "geneve", "gre", "local", "vlan", "vxlan")
WITH_PHYSICAL = ("flat", "vlan")
DNS = gettext_lazy("Where the cloud has DNS integration. Ends with a dot.")


class BasicFields(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False, initial=True)
    port_security = forms.BooleanField(
        label=gettext_lazy("Port security"),
        required=False,
        initial=True,
        help_text=gettext_lazy("The default for new ports: only their own addresses, and security groups."),
    )
    mtu = forms.IntegerField(
        label=gettext_lazy("MTU"),
        min_value=68,
        max_value=65535,
        required=False,
        help_text=gettext_lazy("Default: the largest that the cloud allows."),
    )
    dns_domain = forms.CharField(label=gettext_lazy("DNS domain"), max_length=255, required=False, help_text=DNS)

    def clean_dns_domain(self) -> str:
        domain = self.cleaned_data["dns_domain"]
        if domain and not domain.endswith("."):
            raise forms.ValidationError(_("A DNS domain ends with a dot."), code="dot")
        return domain


class CreateForm(BasicFields):
    pass


class ProviderForm(BasicFields):
    """With what only administrators of a cloud may say."""

    network_type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[("", "–"), *((kind, kind) for kind in TYPES)], required=False
    )
    physical_network = forms.CharField(label=gettext_lazy("Physical network"), max_length=64, required=False)
    segment = forms.IntegerField(
        label=gettext_lazy("Segment"),
        min_value=1,
        max_value=2**32 - 1,
        required=False,
        help_text=gettext_lazy("VLAN or tunnel ID. Leave empty to let the cloud choose."),
    )
    external = forms.BooleanField(label=gettext_lazy("External"), required=False)
    shared = forms.BooleanField(label=gettext_lazy("Shared with all projects"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, segment = cleaned.get("network_type"), cleaned.get("segment")
        if kind in WITH_PHYSICAL and not cleaned.get("physical_network"):
            self.add_error("physical_network", _("A network of this type lies on a physical network."))
        if kind not in (*WITH_PHYSICAL, "") and cleaned.get("physical_network"):
            self.add_error("physical_network", _("A network of this type lies on no physical network."))
        if segment and kind == "vlan" and segment > 4094:
            self.add_error("segment", _("A VLAN ID is at most 4094."))
        if segment and kind in ("flat", "local", ""):
            self.add_error("segment", _("Choose a type that has segments."))
        return cleaned


class EditForm(ChangeForm, BasicFields):
    def current(self, item: Network) -> dict[str, Any]:
        return {
            "name": item.name,
            "description": item.text("description"),
            "admin_state_up": item.admin_state_up,
            "port_security": item.port_security,
            "mtu": item.mtu,
            "dns_domain": item.text("dns_domain"),
        }

    def clean_mtu(self) -> int | None:
        mtu = self.cleaned_data["mtu"]
        return self.before.get("mtu") if mtu is None else mtu


class VisibilityForm(ChangeForm):
    external = forms.BooleanField(
        label=gettext_lazy("External"),
        required=False,
        help_text=gettext_lazy("Routers may have their gateway on it, and it gives floating IPs."),
    )
    shared = forms.BooleanField(label=gettext_lazy("Shared with all projects"), required=False)

    def current(self, item: Network) -> dict[str, Any]:
        return {"external": item.external, "shared": item.shared}
