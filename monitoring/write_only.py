"""Fields of forms that are written and never shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

KEPT = gettext_lazy("Stored encrypted and never shown again. Leave empty to keep the present one.")


def write_only(label: Any) -> forms.CharField:
    """Beside it a form has a field `no_…`, which removes what is stored."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, widget=widget, help_text=KEPT)


def given_or_kept(cleaned: dict[str, Any], name: str, kept: str) -> str:
    """What is stored from now on: the new one, the one `kept` where nothing was typed, none where it is removed."""
    return "" if cleaned.get(f"no_{name}") else cleaned.get(name) or kept
