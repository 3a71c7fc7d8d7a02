"""What is asked for when something is shared with a project."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking.rbac_policies.cloud import EVERYBODY
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

OBJECTS = ("network", "security_group", "qos_policy", "address_group", "address_scope", "subnetpool")
"""Neutron's types of what can be shared; each has a field of this name."""
ACCESS = [
    ("access_as_shared", gettext_lazy("may use it")),
    ("access_as_external", gettext_lazy("may use it as an external network")),
]


def _project_field() -> ResourceField:
    return ResourceField(
        "identity.project",
        label=gettext_lazy("For project"),
        required=False,
        empty_label=gettext_lazy("Every project"),
        help_text=gettext_lazy("Leave empty for every project."),
    )


class CreateForm(ActionForm):
    network = ResourceField("networking.network", label=gettext_lazy("Network"), required=False)
    security_group = ResourceField("networking.securitygroup", label=gettext_lazy("Security group"), required=False)
    qos_policy = ResourceField("networking.qospolicy", label=gettext_lazy("QoS policy"), required=False)
    address_group = ResourceField("networking.addressgroup", label=gettext_lazy("Address group"), required=False)
    address_scope = ResourceField("networking.addressscope", label=gettext_lazy("Address scope"), required=False)
    subnetpool = ResourceField("networking.subnetpool", label=gettext_lazy("Subnet pool"), required=False)
    access = forms.ChoiceField(label=gettext_lazy("What it may do"), choices=ACCESS, initial=ACCESS[0][0])
    target_project = _project_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = [name for name in OBJECTS if cleaned.get(name)]
        if len(chosen) != 1:
            if not self.errors:
                raise forms.ValidationError(_("Choose one thing that is shared, and only one."), code="one")
            return cleaned
        (kind,) = chosen
        if cleaned.get("access") == "access_as_external" and kind != "network":
            self.add_error("access", _("Only networks can be external."))
        project = cleaned.get("target_project") or EVERYBODY
        same = {"object_type": kind, "object_id": cleaned[kind], "access": cleaned.get("access")}
        if self.rows("networking.rbacpolicy").filter(**same, target_project=project).exists():
            self.add_error("target_project", _("It is shared with this project already."))
        return cleaned

    def params(self) -> dict[str, Any]:
        kind = next(name for name in OBJECTS if self.cleaned_data.get(name))
        return {
            "object_type": kind,
            "object_id": self.cleaned_data[kind],
            "access": self.cleaned_data["access"],
            "target_project": self.cleaned_data["target_project"] or EVERYBODY,
        }

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        params = self.params()
        return [(f"{params['object_type']} {params['access']}", params)]


class EditForm(ActionForm):
    target_project = _project_field()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None and not self.target.for_everybody:
            self.initial.setdefault("target_project", self.target.target_project)

    def params(self) -> dict[str, Any]:
        return {"target_project": self.cleaned_data["target_project"] or EVERYBODY}
