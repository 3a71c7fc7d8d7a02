"""How a host is to be emptied."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.emptying.plan import Plan

BLOCK_MIGRATION = [
    ("auto", gettext_lazy("Let the cloud decide")),
    ("true", gettext_lazy("Copy the disks (no shared storage)")),
    ("false", gettext_lazy("Leave the disks (shared storage)")),
]


class EmptyForm(forms.Form):
    disable = forms.BooleanField(
        label=gettext_lazy("Disable the host first, so that nothing new is put there"), required=False, initial=True
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=255, required=False)
    host = forms.ChoiceField(label=gettext_lazy("Target host"), required=False)
    block_migration = forms.ChoiceField(
        label=gettext_lazy("Disks of running servers"), choices=BLOCK_MIGRATION, initial="auto", required=False
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("Confirm the move of stopped servers"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Until it is confirmed, the old host keeps a stopped server's disk and its place, so that it can go back."
        ),
    )
    unlock = forms.BooleanField(
        label=gettext_lazy("Unlock locked servers, move them and lock them again"),
        required=False,
        help_text=gettext_lazy(
            "They are then locked with this cluster's credential: where that is an administrator's, the members of "
            "their project cannot unlock them."
        ),
    )
    at_once = forms.IntegerField(label=gettext_lazy("Servers at a time"), min_value=1, initial=2)

    def __init__(self, data: Any = None, *, plan: Plan, initial: dict[str, Any] | None = None):
        super().__init__(data, initial=initial)
        self.plan = plan
        most = max(1, settings.JOB_ITEMS_PER_CLUSTER)
        at_once = self.fields["at_once"]
        at_once.initial = min(at_once.initial, most)
        at_once.widget.attrs["max"] = most
        self.fields["host"].choices = [
            ("", _("As the scheduler chooses")),
            *((host.host, host.name or host.host) for host in plan.others),
        ]
        if not plan.unlockable:
            del self.fields["unlock"]
        if plan.hypervisor.status == "disabled":
            del self.fields["disable"], self.fields["reason"]

    def clean_at_once(self) -> int:
        return min(self.cleaned_data["at_once"], max(1, settings.JOB_ITEMS_PER_CLUSTER))

    def clean_block_migration(self) -> str:
        return self.cleaned_data["block_migration"] or "auto"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("disable") and not cleaned.get("reason"):
            self.add_error("reason", _("Give a reason: Nova shows it to other operators."))
        return cleaned
