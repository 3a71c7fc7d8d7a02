"""What is asked for when trunks are made and changed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking.forms import ChangeForm
from networking.trunks.models import Trunk
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm


def port_text(port: Any) -> str:
    return " · ".join(dict.fromkeys([str(port), *port.addresses]))


def _taken(form: ActionForm) -> list[str]:
    """Ports that are in a trunk already."""
    trunks = list(form.rows("networking.trunk"))
    return [port for trunk in trunks for port in (trunk.port_id, *trunk.sub_port_ids)]


def _not_in_use(rows: QuerySet, form: ActionForm) -> QuerySet:
    return rows.filter(device_id="").exclude(cloud_id__in=_taken(form))


def _of_trunk(rows: QuerySet, form: ActionForm) -> QuerySet:
    return rows.filter(cloud_id__in=form.target.sub_port_ids if form.target is not None else [])


class CreateForm(ActionForm):
    port = ResourceField(
        "networking.port",
        label=gettext_lazy("Parent port"),
        describe=port_text,
        only=_not_in_use,
        help_text=gettext_lazy("One that no server has yet; the server is then booted with it."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False, initial=True)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)


class EditForm(ChangeForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    admin_state_up = forms.BooleanField(label=gettext_lazy("Administratively up"), required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def current(self, item: Trunk) -> dict[str, Any]:
        return {"name": item.name, "admin_state_up": item.admin_state_up, "description": item.text("description")}


class AddSubportForm(ActionForm):
    port = ResourceField("networking.port", label=gettext_lazy("Port"), describe=port_text, only=_not_in_use)
    segmentation_id = forms.IntegerField(label=gettext_lazy("VLAN ID"), min_value=1, max_value=4094)

    def clean_segmentation_id(self) -> int:
        number = self.cleaned_data["segmentation_id"]
        if self.target is not None and str(number) in {one["segmentation_id"] for one in self.target.entries}:
            raise forms.ValidationError(_("Another port of the trunk has it."), code="in_use")
        return number


class RemoveSubportForm(ActionForm):
    port = ResourceField("networking.port", label=gettext_lazy("Port"), describe=port_text, only=_of_trunk)
