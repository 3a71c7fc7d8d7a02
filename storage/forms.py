"""Forms that volumes, snapshots and backups have in common."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm
from storage.fields import description_field


class EditForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=255, required=False)
    description = description_field()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("name", self.target.name)
            self.initial.setdefault("description", self.target.description)

    def params(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "description")}


class MetadataForm(ActionForm):
    """All pairs of the one target; passes on what differs."""

    attribute = "metadata"
    metadata = PairsField(
        label=_("Metadata"),
        required=False,
        help_text=_("One key=value per line. What is taken out here is removed."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.before = getattr(self.target, self.attribute) if self.target is not None else {}
        self.initial.setdefault("metadata", dict(sorted(self.before.items())))

    def params(self) -> dict[str, Any]:
        given = self.cleaned_data["metadata"]
        changed = {key: text for key, text in given.items() if self.before.get(key) != text}
        return {"metadata": changed, "remove": sorted(set(self.before) - set(given))}


def status_form(*statuses: str) -> type[ActionForm]:
    """A form that asks for one of these statuses, the first one by default."""

    class StatusForm(ActionForm):
        status = forms.ChoiceField(label=_("Status"), choices=[(name, name) for name in statuses], initial=statuses[0])

    return StatusForm
