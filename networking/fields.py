"""Fields of forms for addresses."""

from typing import Any

from django import forms

from networking import addresses
from opsys.kit.forms.fields import LinesField


class PrefixField(forms.CharField):
    """An exact prefix; cleans to its text."""

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        return str(addresses.prefix(text)) if text else ""


class RoutesField(LinesField):
    """`destination next-hop` a line; cleans to Neutron's objects, which programs may also give."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            value = [f"{r.get('destination')} {r.get('nexthop')}" if isinstance(r, dict) else str(r) for r in value]
        return super().prepare_value(value)

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        if isinstance(value, list | tuple):
            value = [f"{r.get('destination')} {r.get('nexthop')}" if isinstance(r, dict) else r for r in value]
        return addresses.routes(super().to_python(value))

    def run_validators(self, value: Any) -> None:
        """They were checked when they were read."""


class PoolsField(LinesField):
    """`first-last` a line; cleans to such lines, which the form checks against its network."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            value = [f"{p.get('start')}-{p.get('end')}" if isinstance(p, dict) else str(p) for p in value]
        return super().prepare_value(value)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list | tuple):
            value = [f"{p.get('start')}-{p.get('end')}" if isinstance(p, dict) else p for p in value]
        return super().to_python(value)
