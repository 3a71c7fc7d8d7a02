"""What is asked for when aggregates are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    availability_zone = forms.CharField(
        label=gettext_lazy("Availability zone"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("With one, its hosts are that zone. Leave it empty for a group that is no zone."),
    )


class EditForm(ActionForm):
    """Name and availability zone. A zone can be changed, but Nova cannot take it away again."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    availability_zone = forms.CharField(
        label=gettext_lazy("Availability zone"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Nova refuses to change it while servers run on its hosts."),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target:
            self.fields["name"].initial = self.target.name
            self.fields["availability_zone"].initial = self.target.availability_zone

    def clean_availability_zone(self) -> str:
        zone = self.cleaned_data["availability_zone"]
        if not zone and self.target and self.target.availability_zone:
            raise forms.ValidationError(
                _("Nova cannot take an availability zone away. Make a new aggregate without one and delete this one.")
            )
        return zone

    def params(self) -> dict[str, Any]:
        """What differs only: Nova looks for servers on the hosts even if the zone stays the same."""
        wanted = {"name": self.cleaned_data["name"], "availability_zone": self.cleaned_data["availability_zone"]}
        changed = {
            key: value for key, value in wanted.items() if self.target is None or value != getattr(self.target, key)
        }
        return changed or {"name": wanted["name"]}


class HostForm(ActionForm):
    """One of the hosts that `_hosts` gives. Names that are not offered are left to Nova to judge."""

    one_cluster = True
    host = forms.ChoiceField(label=gettext_lazy("Host"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["host"].choices = [(host, host) for host in self._hosts()]

    def _hosts(self) -> list[str]:
        raise NotImplementedError


class AddHostForm(HostForm):
    def _hosts(self) -> list[str]:
        if self.cluster is None:
            return []
        known = set(self.rows("compute.hypervisor").values_list("host", flat=True)) - {""}
        return sorted(known - set.intersection(*(set(target.hosts) for target in self.targets)))


class RemoveHostForm(HostForm):
    def _hosts(self) -> list[str]:
        return sorted({host for target in self.targets for host in target.hosts})


class MetadataForm(ActionForm):
    """All of an aggregate's metadata: what is not there any more is removed."""

    metadata = PairsField(label=gettext_lazy("Metadata"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target:
            self.fields["metadata"].initial = self.target.metadata

    def clean_metadata(self) -> dict[str, str]:
        metadata = self.cleaned_data["metadata"]
        if "availability_zone" in metadata:
            raise forms.ValidationError(_("The availability zone is changed with “Edit”."))
        return metadata

    def params(self) -> dict[str, Any]:
        wanted = self.cleaned_data["metadata"]
        before = self.target.metadata if self.target else {}
        return {"metadata": {**dict.fromkeys(before, None), **wanted}}
