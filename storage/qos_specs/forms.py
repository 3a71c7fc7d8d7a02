"""What is asked before something is done with a QoS specification."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.fields import PairsField
from opsys.kit.forms.form import ActionForm

OWN = ("consumer", "name", "id", "description")
"""What Cinder takes for something else than a limit."""


def check_key(key: str) -> None:
    if key in OWN:
        raise forms.ValidationError(_("Cinder keeps “%(key)s” for itself.") % {"key": key}, code="own")


def consumer_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Consumer"),
        choices=[
            ("back-end", gettext_lazy("back-end: the storage")),
            ("front-end", gettext_lazy("front-end: the compute host")),
            ("both", gettext_lazy("both")),
        ],
    )


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    consumer = consumer_field()
    specs = PairsField(
        label=gettext_lazy("Limits"),
        required=False,
        help_text=gettext_lazy("One key=value per line: total_iops_sec=500"),
    )

    def clean_specs(self) -> dict[str, str]:
        for key in self.cleaned_data["specs"]:
            check_key(key)
        return self.cleaned_data["specs"]


class ConsumerForm(ActionForm):
    consumer = consumer_field()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("consumer", self.target.consumer)


class KeyForm(ActionForm):
    key = forms.CharField(label=gettext_lazy("Key"), max_length=255, validators=[check_key])


class KeyValueForm(KeyForm):
    value = forms.CharField(label=gettext_lazy("Value"), max_length=255)


class AssociateForm(ActionForm):
    one_cluster = True
    volume_type = ResourceField(
        "storage.volumetype",
        label=gettext_lazy("Volume type"),
        only=lambda rows, form: rows.filter(qos_id="") if form.targets else rows,
    )


class DisassociateForm(ActionForm):
    one_cluster = True
    volume_type = ResourceField(
        "storage.volumetype",
        label=gettext_lazy("Volume type"),
        only=lambda rows, form: rows.filter(qos_id__in=[item.cloud_id for item in form.targets]),
    )
