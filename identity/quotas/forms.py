"""Changing limits: to a number, or to those that another project has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from clusters.inventory import model_named
from clusters.sentences import gettext as _
from identity.quotas.models import Quota
from opsys.kit.forms.form import ActionForm
from opsys.kit.relate.naming import Ambiguous, the_one

LARGEST = 2**31 - 1
PROJECT = "identity.project"


class LimitForm(ActionForm):
    """Less than what is in use needs `below_usage`: nothing is taken away then, but nothing new can be had."""

    below_usage = forms.BooleanField(
        label=gettext_lazy("Allow less than what is in use"),
        required=False,
        help_text=gettext_lazy("Nothing is taken away then, but the project gets nothing new."),
    )

    def wanted_of(self, quota: Quota) -> int | None:
        """What its limit is to be, where that is known."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or cleaned.get("below_usage"):
            return cleaned
        for quota in self.targets:
            wanted = self.wanted_of(quota)
            if wanted is not None and 0 <= wanted < quota.used:
                said = {"quota": quota.name, "used": quota.used, "limit": wanted, "project": quota.project_id}
                raise forms.ValidationError(
                    _(
                        "%(used)d of %(quota)s are in use in %(project)s, more than %(limit)d. Tick below to go "
                        "lower all the same."
                    )
                    % said,
                    code="below_usage",
                )
        return cleaned

    def params(self) -> dict[str, Any]:
        return {"below_usage": True} if self.cleaned_data.get("below_usage") else {}


class SetLimitForm(LimitForm):
    limit = forms.IntegerField(
        label=gettext_lazy("Limit"), min_value=-1, max_value=LARGEST, help_text=gettext_lazy("-1: no limit.")
    )
    field_order = ("limit", "below_usage")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("limit", self.target.limit)

    def wanted_of(self, quota: Quota) -> int | None:
        return self.cleaned_data["limit"]

    def params(self) -> dict[str, Any]:
        return {"limit": self.cleaned_data["limit"], **super().params()}


def project_named(text: str, user) -> Any:
    """CLUSTER/PROJECT, the project by its name or id, among what the user may see. Raises `ValidationError`."""
    cluster, _slash, project = text.strip().partition("/")
    rows = model_named(PROJECT).objects.visible_to(user).present().filter(cluster__name=cluster)
    try:
        found = the_one(rows.select_related("cluster"), project)
    except Ambiguous as reason:
        raise forms.ValidationError(str(reason), code="ambiguous") from None
    if found is None:
        raise forms.ValidationError(_("There is no such project: write CLUSTER/PROJECT."), code="invalid_choice")
    return found


class TakeOverForm(LimitForm):
    """The limits of a project, of any cluster the user sees, for these quotas of others."""

    source = forms.CharField(
        label=gettext_lazy("As in"),
        max_length=500,
        help_text=gettext_lazy("CLUSTER/PROJECT: its limits are taken over, as they were last read."),
    )
    field_order = ("source", "below_usage")

    def clean_source(self) -> str:
        project = project_named(self.cleaned_data["source"], self.user)
        rows = Quota.objects.visible_to(self.user).present()
        there = rows.filter(cluster=project.cluster, project_id=project.cloud_id)
        told = there.values_list("service", "name", "limit")
        self.limits = {f"{service}:{name}": limit for service, name, limit in told}
        if missing := sorted({quota.name for quota in self.targets if _key(quota) not in self.limits}):
            raise forms.ValidationError(
                _("%(project)s has no quota %(missing)s.")
                % {"project": self.cleaned_data["source"], "missing": ", ".join(missing)},
                code="missing",
            )
        return self.cleaned_data["source"]

    def wanted_of(self, quota: Quota) -> int | None:
        return self.limits.get(_key(quota))

    def params(self) -> dict[str, Any]:
        wanted = {_key(quota) for quota in self.targets}
        return {"limits": {key: limit for key, limit in self.limits.items() if key in wanted}, **super().params()}


def _key(quota: Quota) -> str:
    return f"{quota.service}:{quota.name}"
