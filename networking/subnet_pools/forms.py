"""What is asked for when subnet pools are made and changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking import addresses
from networking.forms import ChangeForm
from networking.subnet_pools.models import SubnetPool
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.fields import LinesField
from opsys.kit.forms.form import ActionForm


class PrefixesField(LinesField):
    """An exact prefix a line, all of one IP version, none within another."""

    def to_python(self, value: Any) -> list[str]:
        found: list[addresses.Network] = []
        for line in super().to_python(value):
            network = addresses.prefix(line, version=found[0].version if found else None)
            if other := addresses.overlapping(network, (("", one) for one in found)):
                raise ValidationError(
                    _("“%(line)s” overlaps with “%(other)s”.") % {"line": line, "other": other}, code="overlap"
                )
            found.append(network)
        return [str(network) for network in found]

    def run_validators(self, value: Any) -> None:
        """They were checked when they were read."""


def _length(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=128, required=False, **options)


class PoolFields(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    default_prefix_length = _length(
        gettext_lazy("Usual prefix length"), help_text=gettext_lazy("For subnets that ask for none, such as 24.")
    )
    min_prefix_length = _length(
        gettext_lazy("Shortest prefix"), help_text=gettext_lazy("The largest subnet that may be cut out.")
    )
    max_prefix_length = _length(
        gettext_lazy("Longest prefix"), help_text=gettext_lazy("The smallest subnet that may be cut out.")
    )
    address_scope = ResourceField("networking.addressscope", label=gettext_lazy("Address scope"), required=False)
    default_quota = forms.IntegerField(
        label=gettext_lazy("Quota of a project"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=gettext_lazy("How many addresses, or /64 networks of IPv6, one project may take."),
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)

    def version(self) -> int | None:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names = ("min_prefix_length", "default_prefix_length", "max_prefix_length")
        given = [(name, cleaned[name]) for name in names if cleaned.get(name) is not None]
        for (_shorter, before), (name, after) in zip(given, given[1:], strict=False):
            if before > after:
                self.add_error(name, _("Shortest, usual and longest prefix must stand in this order."))
        version = self.version()
        if version == 4:
            for name, length in given:
                if length > 32:
                    self.add_error(name, _("A prefix of IPv4 has at most 32 bits."))
        if version and cleaned.get("address_scope"):
            scope = self.rows("networking.addressscope").get(cloud_id=cleaned["address_scope"])
            if scope.ip_version not in (None, version):
                self.add_error("address_scope", _("It is of the other IP version."))
        return cleaned

    def check_scope(self, prefixes: list[str], scope: str) -> None:
        """In an address scope no two pools share an address."""
        pools = self.rows("networking.subnetpool").filter(address_scope_id=scope) if scope else []
        others = [
            (pool.name, prefix)
            for pool in pools
            if pool.pk not in {target.pk for target in self.targets}
            for prefix in pool.prefix_lines
        ]
        for prefix in prefixes:
            if other := addresses.overlapping(addresses.prefix(prefix), others):
                field = "prefixes" if "prefixes" in self.fields else "address_scope"
                self.add_error(field, _("It overlaps with %(other)s of the same address scope.") % {"other": other})


class CreateForm(PoolFields):
    prefixes = PrefixesField(
        label=gettext_lazy("Prefixes"), help_text=gettext_lazy("One per line, such as 10.20.0.0/16.")
    )
    field_order = ("name", "prefixes")

    def version(self) -> int | None:
        prefixes = self.cleaned_data.get("prefixes")
        return addresses.prefix(prefixes[0]).version if prefixes else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_scope(cleaned.get("prefixes") or [], cleaned.get("address_scope") or "")
        return cleaned


class EditForm(ChangeForm, PoolFields):
    def version(self) -> int | None:
        return self.target.ip_version if self.target is not None else None

    def current(self, item: SubnetPool) -> dict[str, Any]:
        lengths = ("default_prefix_length", "min_prefix_length", "max_prefix_length", "default_quota")
        return {
            "name": item.name,
            "description": item.text("description"),
            "address_scope": item.address_scope_id,
            **{name: getattr(item, name) for name in lengths},
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.target is not None and "address_scope" in self.changed():
            self.check_scope(self.target.prefix_lines, cleaned["address_scope"])
        return cleaned


class DefaultForm(ChangeForm):
    is_default = forms.BooleanField(
        label=gettext_lazy("Default of the cloud"),
        required=False,
        help_text=gettext_lazy("Subnets that name no pool may be cut out of it."),
    )

    def current(self, item: SubnetPool) -> dict[str, Any]:
        return {"is_default": item.is_default}


class AddPrefixesForm(PoolFields):
    name = default_prefix_length = min_prefix_length = max_prefix_length = None  # type: ignore[assignment]
    address_scope = default_quota = description = None  # type: ignore[assignment]
    prefixes = PrefixesField(
        label=gettext_lazy("Prefixes"), help_text=gettext_lazy("One per line, such as 10.20.0.0/16.")
    )

    def version(self) -> int | None:
        return None

    def clean_prefixes(self) -> list[str]:
        prefixes = self.cleaned_data["prefixes"]
        if self.target is not None:
            for prefix in prefixes:
                network = addresses.prefix(prefix, version=self.target.ip_version)
                if other := addresses.overlapping(network, (("", line) for line in self.target.prefix_lines)):
                    raise ValidationError(
                        _("“%(line)s” overlaps with “%(other)s”.") % {"line": prefix, "other": other}, code="overlap"
                    )
        return prefixes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.target is not None:
            self.check_scope(cleaned.get("prefixes") or [], self.target.address_scope_id)
        return cleaned


class RemovePrefixesForm(ActionForm):
    prefixes = forms.MultipleChoiceField(label=gettext_lazy("Prefixes"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        lines = self.target.prefix_lines if self.target is not None else []
        self.fields["prefixes"].choices = [(line, line) for line in lines]
