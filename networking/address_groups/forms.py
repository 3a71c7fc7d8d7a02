"""What is asked for when address groups are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking import addresses
from networking.address_groups.models import AddressGroup
from networking.forms import ChangeForm
from opsys.kit.forms.fields import LinesField
from opsys.kit.forms.form import ActionForm


class AddressesField(LinesField):
    """An address or an exact prefix a line; cleans to prefixes, as Neutron keeps them."""

    def __init__(self, **options: Any):
        usual = {"label": gettext_lazy("Addresses"), "help_text": gettext_lazy("One address or prefix per line.")}
        super().__init__(**{**usual, **options})

    def to_python(self, value: Any) -> list[str]:
        lines = super().to_python(value)
        return list(dict.fromkeys(str(addresses.prefix(line if "/" in line else _alone(line))) for line in lines))

    def run_validators(self, value: Any) -> None:
        """They were checked when they were read."""


def _alone(text: str) -> str:
    found = addresses.address(text)
    return f"{found}/{found.max_prefixlen}"


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    addresses = AddressesField(required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)


class EditForm(ChangeForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def current(self, item: AddressGroup) -> dict[str, Any]:
        return {"name": item.name, "description": item.text("description")}


class AddForm(ActionForm):
    addresses = AddressesField()

    def clean_addresses(self) -> list[str]:
        found = self.cleaned_data["addresses"]
        known = self.target.address_lines if self.target is not None else []
        if double := next((one for one in found if one in known), ""):
            raise forms.ValidationError(_("“%(text)s” is in the group already.") % {"text": double}, code="double")
        return found


class RemoveForm(ActionForm):
    addresses = forms.MultipleChoiceField(label=gettext_lazy("Addresses"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        lines = self.target.address_lines if self.target is not None else []
        self.fields["addresses"].choices = [(line, line) for line in lines]
