import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm
from storage import quotas
from storage.fields import sized_text


class RestoreForm(ActionForm):
    """Into a new volume, which belongs to the project of the cluster's credential."""

    name = forms.CharField(label=gettext_lazy("Name of the new volume"), max_length=255)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("name", self.target.name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.cluster is not None and self.targets and not self.errors:
            sizes = [backup.size for backup in self.targets]
            wanted = {"volumes": len(sizes), "gigabytes": sum(sizes), "per_volume_gigabytes": max(sizes)}
            quotas.check(self, "name", self.cluster, self.project_id, wanted)
        return cleaned


class RestoreOverForm(ActionForm):
    volume = ResourceField(
        "storage.volume",
        label=gettext_lazy("Volume"),
        describe=sized_text,
        only=lambda rows, form: rows.filter(status="available"),
        help_text=gettext_lazy("A volume attached to no server. What is on it is lost."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        volume = self.rows("storage.volume").filter(cloud_id=cleaned.get("volume") or "").first()
        if volume is not None and self.target is not None and volume.size < self.target.size:
            self.add_error(
                "volume",
                _("The volume has %(volume)d GiB, the backup is of one of %(backup)d GiB.")
                % {"volume": volume.size, "backup": self.target.size},
            )
        return cleaned


class ImportForm(ActionForm):
    record = forms.CharField(
        label=gettext_lazy("Record"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("The JSON that an export gave: backup_service and backup_url."),
    )

    def clean_record(self) -> str:
        try:
            record = json.loads(self.cleaned_data["record"])
        except ValueError:
            record = None
        wanted = ("backup_service", "backup_url")
        if not isinstance(record, dict) or not all(isinstance(record.get(key), str) and record[key] for key in wanted):
            raise forms.ValidationError(_("This is not the record of a backup."), code="record")
        return json.dumps({key: record[key] for key in wanted})

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        return [(_("imported record"), self.params())]
