"""What is asked before something is done with a volume type."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsys.kit.forms.choices import ResourceField, ResourcesField
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm
from storage.fields import LARGEST, description_field

SPEC_NAME = RegexValidator(
    r"^[a-zA-Z0-9_:.-]{1,255}$", gettext_lazy("Letters, digits, colons, dots, dashes and underscores only.")
)


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = description_field()
    is_public = forms.BooleanField(
        label=gettext_lazy("Public: every project may use it"), required=False, initial=True
    )
    projects = ResourcesField(
        "identity.project",
        label=gettext_lazy("Projects that may use it"),
        required=False,
        help_text=gettext_lazy("Only for a type that is not public."),
    )
    extra_specs = PairsField(
        label=gettext_lazy("Extra specs"), required=False, help_text=gettext_lazy("One key=value per line.")
    )

    def clean_extra_specs(self) -> dict[str, str]:
        for key in self.cleaned_data["extra_specs"]:
            SPEC_NAME(key)
        return self.cleaned_data["extra_specs"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_public") and cleaned.get("projects"):
            self.add_error("projects", _("A public type is for every project."))
        return cleaned

    def params(self) -> dict[str, Any]:
        return {**super().params(), "is_public": self.cleaned_data["is_public"]}


class EditForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = description_field()
    is_public = forms.BooleanField(label=gettext_lazy("Public: every project may use it"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("name", self.target.name)
            self.initial.setdefault("description", self.target.description)
            self.initial.setdefault("is_public", self.target.public)

    def params(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class SpecKeyForm(ActionForm):
    key = forms.CharField(label=gettext_lazy("Key"), max_length=255, validators=[SPEC_NAME])


class SpecForm(SpecKeyForm):
    value = forms.CharField(label=gettext_lazy("Value"), max_length=255)


class AccessForm(ActionForm):
    one_cluster = True
    project = ResourceField("identity.project", label=gettext_lazy("Project"))


class EncryptionForm(ActionForm):
    provider = forms.CharField(
        label=gettext_lazy("Provider"),
        max_length=255,
        initial="luks",
        help_text=gettext_lazy("luks, luks2, plain, or the class of an encryptor."),
    )
    cipher = forms.CharField(label=gettext_lazy("Cipher"), max_length=255, required=False, initial="aes-xts-plain64")
    key_size = forms.IntegerField(
        label=gettext_lazy("Key size (bits)"), min_value=0, max_value=LARGEST, required=False, initial=256
    )
    control_location = forms.ChoiceField(
        label=gettext_lazy("Control location"),
        initial="front-end",
        choices=[
            ("front-end", gettext_lazy("front-end: the compute host")),
            ("back-end", gettext_lazy("back-end: the storage")),
        ],
    )
