"""Writing a schedule down. The console asks only for what its kind needs; Django admin for everything."""

from django import forms
from django.utils.translation import gettext as _

from jobs.schedules import times, work
from jobs.schedules.models import Schedule

COMMON = ("name", "cron", "time_zone", "grace_minutes", "enabled")
OWN = {Schedule.Kind.POWER: ("action", "query"), Schedule.Kind.AUDIT: ("days",)}


class ScheduleForm(forms.ModelForm):
    """Complains in sentences about times that cannot be read and about what the owner may not do now."""

    class Meta:
        model = Schedule
        fields = ("name", "owner", "kind", "action", "query", "days", "cron", "time_zone", "grace_minutes", "enabled")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(action.name, action.label) for action in work.actions()]
        self.fields["action"] = forms.ChoiceField(
            label=self.fields["action"].label, required=False, choices=[("", "–"), *choices]
        )
        self.fields["days"].min_value = 1

    def clean_cron(self) -> str:
        return " ".join(self.cleaned_data["cron"].split())

    def clean_query(self) -> str:
        """What was pasted may be the whole address of a list; what chooses rows is kept."""
        return work.chosen(self.cleaned_data["query"]).urlencode(safe="/:,")

    def clean(self) -> dict:
        cleaned = super().clean()
        if "cron" in cleaned and "time_zone" in cleaned:
            self._check_times(cleaned["cron"], cleaned["time_zone"])
        owner = cleaned.get("owner", self.instance.owner)
        if owner is None:
            return cleaned
        complaints = work.check(
            kind=cleaned.get("kind", self.instance.kind),
            action=cleaned.get("action", ""),
            query=cleaned.get("query", ""),
            days=cleaned.get("days"),
            owner=owner,
        )
        for field, reason in complaints.items():
            if field not in self.errors:
                self.add_error(field or None, reason)
        return cleaned

    def _check_times(self, cron: str, zone: str) -> None:
        try:
            times.zone_of(zone)
        except times.BadTimes as reason:
            self.add_error("time_zone", str(reason))
            return
        try:
            first = next(times.following(cron, zone, times.now()), None)
        except times.BadTimes as reason:
            self.add_error("cron", str(reason))
            return
        if first is None:
            self.add_error("cron", _("This names no time in the next fifty years."))


class OwnScheduleForm(ScheduleForm):
    """The console's: the owner is whoever fills it in, the kind was chosen before."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = (COMMON[0], *OWN[Schedule.Kind(self.instance.kind)], *COMMON[1:])
        self.fields = {name: self.fields[name] for name in asked}
        self.fields["time_zone"].widget.attrs["list"] = "time-zones"
        for name in ("action", "query", "days"):
            if name in self.fields:
                self.fields[name].required = True
