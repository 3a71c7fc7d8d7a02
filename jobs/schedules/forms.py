"""Writing a schedule down. The console and the API ask only for what its kind needs; Django admin for everything."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jobs.schedules import copying, times, work
from jobs.schedules.models import Schedule

COMMON = ("name", "cron", "time_zone", "grace_minutes", "enabled")
NUMBERS = ("keep", "days", "daily", "weekly", "monthly", "increments")
MOST = dict.fromkeys(NUMBERS, 36_500) | {"grace_minutes": 366 * 24 * 60}
"""A hundred years, or copies; a year of minutes."""
OWN = {
    Schedule.Kind.POWER: ("action", "query"),
    Schedule.Kind.SNAPSHOT: ("action", "query", "pattern", *NUMBERS),
    Schedule.Kind.DRILL: ("query",),
    Schedule.Kind.AUDIT: ("days",),
}
NEEDED = {
    Schedule.Kind.POWER: ("action", "query"),
    Schedule.Kind.SNAPSHOT: ("action", "query", "pattern"),
    Schedule.Kind.DRILL: ("query",),
    Schedule.Kind.AUDIT: ("days",),
}


def fields_of(kind: str) -> tuple[str, ...]:
    """What is asked for a schedule of this kind, in this order."""
    return (COMMON[0], *OWN[Schedule.Kind(kind)], *COMMON[1:])


class ScheduleForm(forms.ModelForm):
    """Complains in sentences about times that cannot be read and about what the owner may not do now."""

    class Meta:
        model = Schedule
        fields = (
            *("name", "owner", "kind", "resource", "action", "query", "pattern", *NUMBERS),
            *("cron", "time_zone", "grace_minutes", "enabled"),
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        types = work.types()
        self.fields["resource"] = forms.ChoiceField(
            label=self.fields["resource"].label, choices=[(one.name, capfirst(one.label_plural)) for one in types]
        )
        actions = [(capfirst(one.label_plural), [(a.name, a.label) for a in work.offered(one)]) for one in types]
        self._choose_actions([("", "–"), *actions])
        for name in NUMBERS:
            self.fields[name].min_value = 1
            self.fields[name].widget.attrs["min"] = 1

    def _choose_actions(self, choices: list) -> None:
        self.fields["action"] = forms.ChoiceField(label=self.fields["action"].label, required=False, choices=choices)

    def clean_cron(self) -> str:
        return " ".join(self.cleaned_data["cron"].split())

    def clean_query(self) -> str:
        """What was pasted may be the whole address of a list; what chooses rows is kept."""
        return work.as_text(work.chosen(self.cleaned_data["query"]))

    def clean(self) -> dict:
        cleaned = super().clean()
        if "cron" in cleaned and "time_zone" in cleaned:
            self._check_times(cleaned["cron"], cleaned["time_zone"])
        for name in NUMBERS:
            if cleaned.get(name) == 0:
                self.add_error(name, _("Enter 1 or more, or leave it empty."))
        for name, most in MOST.items():
            if (cleaned.get(name) or 0) > most:
                self.add_error(name, _("Enter %(most)d or less.") % {"most": most})
        owner = cleaned.get("owner", self.instance.owner)
        if owner is None:
            return cleaned
        stated = Schedule(kind=self.instance.kind, resource=self.instance.resource)
        for name in ("kind", "resource", "action", "query", "pattern", *NUMBERS):
            if name in cleaned:
                setattr(stated, name, cleaned[name])
        for field, reason in work.check(stated, owner=owner).items():
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, reason)
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
            self.add_error("cron", _("No such time comes in the next fifty years."))


class OwnScheduleForm(ScheduleForm):
    """The console's and the API's: the owner is whoever fills it in, kind and type were chosen before."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind = Schedule.Kind(self.instance.kind)
        resource = work.type_named(self.instance.resource)
        offered = work.offered(resource, kind) if resource else []
        self._choose_actions([("", "–"), *((a.name, a.label) for a in offered)])
        self.fields = {name: self.fields[name] for name in fields_of(kind)}
        for name in NEEDED[kind]:
            self.fields[name].required = True
        if kind == Schedule.Kind.AUDIT:
            self.fields["days"].help_text = _("Older audit events are deleted permanently.")
        if kind == Schedule.Kind.SNAPSHOT:
            if any(way.copies.incremental for way in copying.ways(self.instance.resource).values()):
                self.fields["increments"].help_text = _(
                    "Of backups. Each holds only what changed since the one before it. Empty: all are full ones."
                )
            else:
                del self.fields["increments"]
            self.fields["keep"].help_text = _("The newest of each, up to this number.")
            self.fields["days"].help_text = _("And those younger than this many days.")
            self.fields["daily"].help_text = _(
                "And the newest of each day, for this many days; weeks and months likewise."
            )
            self.fields["monthly"].help_text = _(
                "Copies that none of these numbers keeps are deleted after each run: only those this schedule made, "
                "and only once the new copy is usable."
            )
        if kind == Schedule.Kind.DRILL:
            self.fields["query"].help_text = _(
                "The filters of the list of volumes as they stand in its address. The newest backup of each is "
                "restored into a new volume, which is deleted once it is known whether that worked."
            )
