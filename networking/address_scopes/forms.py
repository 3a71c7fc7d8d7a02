"""What is asked for when address scopes are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from networking.address_scopes.models import AddressScope
from networking.forms import ChangeForm
from opsys.kit.forms.form import ActionForm

VERSIONS = [("4", "IPv4"), ("6", "IPv6")]


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    ip_version = forms.TypedChoiceField(label=gettext_lazy("IP version"), choices=VERSIONS, coerce=int, initial="4")


class EditForm(ChangeForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)

    def current(self, item: AddressScope) -> dict[str, Any]:
        return {"name": item.name}
