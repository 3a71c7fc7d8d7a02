"""Where platform admins say which actions take two."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audit.admin import Signing
from clusters import access
from clusters.models import Environment
from opsys.kit.approvals.models import RISKY, ApprovalRule
from opsys.kit.declare import register


def of_types() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each type with what changes it."""
    return [
        (
            str(resource.label_plural),
            [
                (f"{resource.name}.{action.name}", f"{resource.label}: {action.label}")
                for action in resource.actions
                if action.permission != access.VIEW
            ],
        )
        for resource in register.resources()
    ]


def choices() -> list[tuple[str, Any]]:
    return [
        ("", "–"),
        (RISKY, str(_("Everything that cannot be undone"))),
        *(group for group in of_types() if group[1]),
    ]


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(Signing):
    list_display = ("told", "where")
    list_select_related = ("cluster", "cluster_group")
    fields = ("action", "cluster", "cluster_group", "environment")
    autocomplete_fields = ("cluster", "cluster_group")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "action":
            return forms.ChoiceField(label=capfirst(_("action")), choices=choices)
        if db_field.name == "environment":
            return forms.ChoiceField(
                label=capfirst(_("environment")), required=False, choices=[("", "–"), *Environment.choices]
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("action"))
    def told(self, rule: ApprovalRule) -> str:
        return dict(pair for _type, actions in of_types() for pair in actions).get(rule.action, str(rule))

    @admin.display(description=_("where"))
    def where(self, rule: ApprovalRule) -> str:
        named = rule.cluster or rule.cluster_group or dict(Environment.choices).get(rule.environment)
        return str(named or _("every cluster"))
