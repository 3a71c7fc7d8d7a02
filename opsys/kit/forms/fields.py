"""Fields of action forms that hold more than one value: lines of text for people, lists and objects for programs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _


class LinesField(forms.CharField):
    """One value a line ↔ a list of texts."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        if isinstance(value, list | tuple):
            lines = [str(line) for line in value]
        else:
            lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class PairsField(forms.CharField):
    """`key=value` a line ↔ an object of texts."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "key=value", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{key}={text}" for key, text in value.items()) if isinstance(value, Mapping) else value

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        if isinstance(value, Mapping):
            return {str(key): str(text) for key, text in value.items()}
        pairs = {}
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            key, equals, text = line.partition("=")
            if not equals or not key.strip():
                raise forms.ValidationError(_("“%(line)s” is not key=value.") % {"line": line.strip()}, code="pairs")
            pairs[key.strip()] = text.strip()
        return pairs

    def run_validators(self, value: Any) -> None:
        for key, text in value.items():
            if len(key) > 255 or len(text) > 255:
                raise forms.ValidationError(
                    _("“%(key)s”: at most 255 characters each.") % {"key": key[:40]}, code="pairs"
                )
