"""What is asked before something is done with a flavor."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from compute.flavors.models import Flavor
from opsys.kit.forms.choices import ResourceField, ResourcesField
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm

LARGEST = 2**31 - 1


class ExtraSpecsField(PairsField):
    """As Nova wants them: names of letters, digits, colons, dots, dashes, underscores and spaces."""

    NAME = RegexValidator(r"^[a-zA-Z0-9_:. -]{1,255}$", _("“%(value)s” cannot be the name of an extra spec."))

    def run_validators(self, value: Any) -> None:
        for name, text in value.items():
            self.NAME(name)
            if len(text) > 255:
                raise forms.ValidationError(
                    _("The value of “%(name)s” is longer than 255 characters."), params={"name": name}, code="long"
                )


class CreateForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=255)
    flavorid = forms.CharField(
        label=_("ID"),
        required=False,
        max_length=255,
        validators=[RegexValidator(r"^[a-zA-Z0-9. _-]*$", _("Letters, digits, dots, dashes and underscores only."))],
        help_text=_("Leave empty to generate one."),
    )
    vcpus = forms.IntegerField(label=_("vCPUs"), min_value=1, max_value=LARGEST, initial=1)
    ram = forms.IntegerField(label=_("Memory (MiB)"), min_value=1, max_value=LARGEST, initial=2048)
    disk = forms.IntegerField(label=_("Disk (GiB)"), min_value=0, max_value=LARGEST, initial=20)
    ephemeral = forms.IntegerField(label=_("Ephemeral (GiB)"), min_value=0, max_value=LARGEST, initial=0)
    swap = forms.IntegerField(label=_("Swap (MiB)"), min_value=0, max_value=LARGEST, initial=0)
    is_public = forms.BooleanField(label=_("Public: every project may use it"), required=False, initial=True)
    projects = ResourcesField(
        "identity.project",
        label=_("Projects that may use it"),
        required=False,
        help_text=_("Only for a flavor that is not public."),
    )
    description = forms.CharField(label=_("Description"), required=False, max_length=65535)
    extra_specs = ExtraSpecsField(label=_("Extra specs"), required=False, help_text=_("One key=value per line."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_public") and cleaned.get("projects"):
            self.add_error("projects", _("A public flavor is for every project."))
        return cleaned

    def params(self) -> dict[str, Any]:
        return {**super().params(), "is_public": self.cleaned_data["is_public"]}


class ExtraSpecsForm(ActionForm):
    extra_specs = ExtraSpecsField(
        label=_("Extra specs"),
        required=False,
        help_text=_("One key=value per line. What is taken out here is removed from the flavor."),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.before = self.target.extra_specs if isinstance(self.target, Flavor) else {}
        self.initial.setdefault("extra_specs", dict(sorted(self.before.items())))

    def params(self) -> dict[str, Any]:
        given = self.cleaned_data["extra_specs"]
        changed = {name: text for name, text in given.items() if self.before.get(name) != text}
        return {"extra_specs": changed, "remove": sorted(set(self.before) - set(given))}


class DescriptionForm(ActionForm):
    description = forms.CharField(label=_("Description"), required=False, max_length=65535)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if isinstance(self.target, Flavor):
            self.initial.setdefault("description", self.target.data.get("description") or "")


class AccessForm(ActionForm):
    one_cluster = True
    project = ResourceField("identity.project", label=_("Project"))
