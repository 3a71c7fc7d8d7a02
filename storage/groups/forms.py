"""What is asked before something is done with a volume group."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsys.kit.forms.choices import CloudChoiceField, ResourceField, ResourcesField
from opsys.kit.forms.form import ActionForm
from storage.fields import description_field, zone_field
from storage.groups import cloud

STATUSES = ("available", "error", "error_deleting", "in-use", "creating", "deleting", "updating")


class NamedForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = description_field()


class CreateForm(NamedForm):
    group_type = CloudChoiceField("group-types", load=cloud.types, label=gettext_lazy("Group type"))
    volume_types = ResourcesField("storage.volumetype", label=gettext_lazy("Volume types"))
    availability_zone = zone_field()


class CopyForm(NamedForm):
    source_group_id = ResourceField("storage.volumegroup", label=gettext_lazy("Volume group"), required=False)
    group_snapshot_id = ResourceField(
        "storage.groupsnapshot", label=gettext_lazy("Or a group snapshot"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("source_group_id")) == bool(cleaned.get("group_snapshot_id")) and not self.errors:
            raise forms.ValidationError(_("Choose either a group or a group snapshot."), code="either")
        return cleaned


class EditForm(NamedForm):
    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("name", self.target.name)
            self.initial.setdefault("description", self.target.description)

    def params(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AddVolumesForm(ActionForm):
    volumes = ResourcesField(
        "storage.volume",
        label=gettext_lazy("Volumes"),
        only=lambda rows, form: (
            rows.filter(project_id=form.target.project_id) if form.target and form.target.project_id else rows
        ),
    )


class RemoveVolumesForm(ActionForm):
    volumes = ResourcesField("storage.volume", label=gettext_lazy("Volumes"))


class StatusForm(ActionForm):
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=[(name, name) for name in STATUSES])


class DeleteForm(ActionForm):
    with_volumes = forms.BooleanField(label=gettext_lazy("Its volumes too"), required=False)
