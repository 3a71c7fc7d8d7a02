"""Writing rules and silences down, the same for pages, API and command line."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.models import Cluster
from monitoring.alerts.kinds import KINDS
from monitoring.alerts.models import AlertRule, Silence
from monitoring.alerts.rights import why_not_silence

LONGEST = timedelta(days=90)
RULE_FIELDS = (
    *("kind", "name", "enabled", "severity", "threshold", "hold_seconds", "clear_seconds"),
    *("cluster", "group", "environment", "channel", "escalate_minutes", "escalate_to", "repeat_minutes"),
)


class RuleForm(forms.ModelForm):
    kind = forms.ChoiceField(label=gettext_lazy("what"))

    class Meta:
        model = AlertRule
        fields = RULE_FIELDS

    def __init__(self, *args, by_name: bool = False, **kwargs):
        """`by_name`: clusters, groups and channels are named, for programs."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (kind.name, f"{kind.label} ({kind.unit})" if kind.unit else kind.label) for kind in KINDS.values()
        ]
        for name in ("cluster", "group", "channel", "escalate_to") if by_name else ():
            self.fields[name].to_field_name = "name"

    def clean(self) -> dict:
        cleaned = super().clean()
        kind = KINDS.get(cleaned.get("kind", ""))
        if kind and kind.threshold is None and cleaned.get("threshold") is not None:
            self.add_error("threshold", _("There is nothing to measure here: leave it empty."))
        if cleaned.get("escalate_minutes") and not cleaned.get("escalate_to"):
            self.add_error("escalate_to", _("Choose whom to notify."))
        return cleaned


class SilenceForm(forms.ModelForm):
    """`user` is who silences. Ends in hours from now, or at a moment."""

    hours = forms.FloatField(label=gettext_lazy("hours"), min_value=0.01, max_value=24 * 90, required=False, initial=2)

    class Meta:
        model = Silence
        fields = ("cluster", "rule", "resource", "cloud_id", "text", "ends_at", "hours", "reason")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.held = access.held_by(user)
        self.fields["cluster"].queryset = Cluster.objects.filter(pk__in=list(self.held))
        self.fields["cluster"].to_field_name = "name"
        self.fields["ends_at"].required = False
        for name in ("resource", "cloud_id"):
            self.fields[name].widget = forms.HiddenInput()
        self.fields["ends_at"].widget = forms.HiddenInput()

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("ends_at"):
            hours = cleaned.get("hours")
            if hours:
                cleaned["ends_at"] = timezone.now() + timedelta(hours=hours)
            elif "hours" not in self.errors:
                self.add_error("hours", _("Choose how long."))
        ends_at = cleaned.get("ends_at")
        if ends_at and not timezone.now() < ends_at <= timezone.now() + LONGEST:
            self.add_error("hours", _("It must end in the future, and within 90 days."))
        if "cluster" not in self.errors and (reason := why_not_silence(self.user, cleaned.get("cluster"), self.held)):
            self.add_error("cluster", reason)
        return cleaned

    def save(self, commit: bool = True) -> Silence:
        self.instance.created_by = self.instance.created_by or self.user.get_username()
        return super().save(commit)
