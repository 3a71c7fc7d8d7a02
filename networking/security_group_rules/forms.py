"""What is asked for when rules are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking import addresses
from networking.rules import MATCHED, RuleFields, same_rule
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.fields import LinesField
from opsys.kit.forms.form import ActionForm

EXISTS = gettext_lazy("The group has this rule already.")


class CreateForm(RuleFields):
    security_group = ResourceField("networking.securitygroup", label=gettext_lazy("Security group"))
    field_order = ("security_group",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            own = self.rows("networking.securitygrouprule").filter(security_group_id=cleaned["security_group"])
            if same_rule(own, cleaned).exists():
                self.add_error(None, EXISTS)
        return cleaned

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        params = self.params()
        words = (params.get(name) for name in ("direction", "ethertype", "protocol", "port_range_min"))
        return [(" ".join(str(word) for word in words if word is not None), params)]


class ReplaceForm(RuleFields):
    """The rule as it shall be. In the same group."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            for name in MATCHED:
                self.initial.setdefault(name, getattr(self.target, name))
            self.initial.setdefault("description", self.target.text("description"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and self.target is not None:
            own = self.rows("networking.securitygrouprule").filter(security_group_id=self.target.security_group_id)
            if same_rule(own, cleaned).exists():
                same = same_rule(own.filter(pk=self.target.pk), cleaned).exists()
                self.add_error(None, _("Nothing was changed.") if same else EXISTS)
        return cleaned

    def params(self) -> dict[str, Any]:
        return {**super().params(), "security_group": self.target.security_group_id if self.target else ""}


class RestrictForm(ActionForm):
    """Who may come in instead of everybody. Each rule takes the prefixes of its own family."""

    sources = LinesField(
        label=gettext_lazy("Allowed sources"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "203.0.113.0/24", "spellcheck": "false"}),
        help_text=gettext_lazy("One prefix per line. The same rule is made for each, then the old one is deleted."),
    )

    def clean_sources(self) -> list[str]:
        found = [addresses.prefix(line) for line in self.cleaned_data["sources"]]
        if everybody := next((prefix for prefix in found if not prefix.prefixlen), None):
            raise forms.ValidationError(_("%(prefix)s is everybody.") % {"prefix": everybody}, code="everybody")
        there = {prefix.version for prefix in found}
        for ethertype, version in (("IPv4", 4), ("IPv6", 6)):
            if version not in there and any(rule.ethertype == ethertype for rule in self.targets):
                raise forms.ValidationError(
                    _("Name a prefix of %(family)s too: some of the rules are of that family.")
                    % {"family": ethertype},
                    code="family",
                )
        return list(dict.fromkeys(str(prefix) for prefix in found))
