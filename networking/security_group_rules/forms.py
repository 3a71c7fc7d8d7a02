"""What is asked for when rules are made and changed."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking.rules import MATCHED, RuleFields, same_rule
from opsys.kit.forms.choices import ResourceField

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
