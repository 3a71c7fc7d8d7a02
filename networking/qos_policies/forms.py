"""What is asked for when QoS policies and their rules are made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networking.forms import ChangeForm
from networking.qos_policies.models import QosPolicy
from networking.qos_policies.rules import DSCP_MARKS, TYPES, RuleType
from opsys.kit.forms.form import ActionForm


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)


class EditForm(ChangeForm, CreateForm):
    def current(self, item: QosPolicy) -> dict[str, Any]:
        return {"name": item.name, "description": item.text("description")}


class VisibilityForm(ChangeForm):
    shared = forms.BooleanField(label=gettext_lazy("Shared with all projects"), required=False)
    is_default = forms.BooleanField(
        label=gettext_lazy("Default of the project"),
        required=False,
        help_text=gettext_lazy("New networks of the project get it."),
    )

    def current(self, item: QosPolicy) -> dict[str, Any]:
        return {"shared": item.shared, "is_default": item.is_default}


class RuleFields(ActionForm):
    value = forms.IntegerField(
        label=gettext_lazy("Value"),
        min_value=0,
        max_value=2**31 - 1,
        help_text=gettext_lazy("kbit/s, thousands of packets a second, or the DSCP mark."),
    )
    burst = forms.IntegerField(
        label=gettext_lazy("Burst"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=gettext_lazy("Only for limits. Leave empty to let the cloud choose."),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        choices=[("egress", gettext_lazy("egress")), ("ingress", gettext_lazy("ingress"))],
        initial="egress",
        required=False,
        help_text=gettext_lazy("As the server sees it. A DSCP mark has none."),
    )

    def kind(self) -> RuleType | None:
        raise NotImplementedError

    def others(self) -> list[dict[str, str]]:
        """The rules of the policy beside this one."""
        return self.target.rule_list if self.target is not None else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind = self.kind()
        if kind is None:
            return cleaned
        if kind.name == "dscp_marking" and cleaned.get("value") not in (None, *DSCP_MARKS):
            self.add_error("value", _("A DSCP mark is one of %(marks)s.") % {"marks": ", ".join(map(str, DSCP_MARKS))})
        if cleaned.get("burst") is not None and not kind.burst:
            self.add_error("burst", _("Only limits have a burst."))
        if not kind.direction:
            cleaned["direction"] = ""
        same = [rule for rule in self.others() if rule["type"] == kind.name]
        if any(rule["direction"] == cleaned.get("direction") or not kind.direction for rule in same):
            self.add_error("direction" if kind.direction else None, _("The policy has such a rule already."))
        return cleaned


class AddRuleForm(RuleFields):
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=[(name, kind.label) for name, kind in TYPES.items()])
    field_order = ("type",)

    def kind(self) -> RuleType | None:
        return TYPES.get(self.cleaned_data.get("type") or "")


class _OfPolicy(ActionForm):
    """Knows the rules of its one policy; `rule` is one of them."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        lines = zip(self.target.rule_list, self.target.rule_lines, strict=True) if self.target is not None else ()
        self.fields["rule"].choices = [(rule["id"], line) for rule, line in lines]


class EditRuleForm(RuleFields, _OfPolicy):
    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
    field_order = ("rule",)

    def _rule(self, cloud_id: str) -> dict[str, str] | None:
        rules = self.target.rule_list if self.target is not None else []
        return next((rule for rule in rules if rule["id"] == cloud_id and rule["type"] in TYPES), None)

    def kind(self) -> RuleType | None:
        rule = self._rule(self.cleaned_data.get("rule") or "")
        return TYPES[rule["type"]] if rule else None

    def others(self) -> list[dict[str, str]]:
        return [rule for rule in super().others() if rule["id"] != self.cleaned_data.get("rule")]


class RemoveRuleForm(_OfPolicy):
    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
