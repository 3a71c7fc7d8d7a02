"""What is asked before a server group is made."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from opsys.kit.forms.form import ActionForm

POLICIES = [
    ("anti-affinity", _("anti-affinity: each server on another host, or not at all")),
    ("soft-anti-affinity", _("soft-anti-affinity: on other hosts where possible")),
    ("affinity", _("affinity: all servers on one host, or not at all")),
    ("soft-affinity", _("soft-affinity: on one host where possible")),
]


class CreateForm(ActionForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=255,
        validators=[RegexValidator(r"^[\w.\- ]+$", _("Letters, digits, spaces, dots, dashes and underscores only."))],
    )
    policy = forms.ChoiceField(label=_("Policy"), choices=POLICIES)
    max_server_per_host = forms.IntegerField(
        label=_("Servers on one host at most"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text=_("Only for anti-affinity. Default: one."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("max_server_per_host") and cleaned.get("policy") != "anti-affinity":
            self.add_error("max_server_per_host", _("Only anti-affinity supports this rule."))
        return cleaned
