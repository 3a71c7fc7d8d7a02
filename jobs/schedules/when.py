"""When a schedule runs: chosen from lists instead of written as a line of crontab."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.schedules import rhythm
from jobs.schedules.rhythm import DAY, HOUR, MONTH, WEEK, Rhythm

CRON = "cron"
FIRST = "0 19 * * *"
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class WhenForm(forms.Form):
    """Beside the schedule's own form, whose field `cron` it fills in; without `every` that field stands as it is."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often"),
        required=False,
        choices=[
            (HOUR, gettext_lazy("Every hour")),
            (DAY, gettext_lazy("Every day")),
            (WEEK, gettext_lazy("On days of the week")),
            (MONTH, gettext_lazy("Once a month")),
            (CRON, gettext_lazy("Cron expression")),
        ],
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (1, gettext_lazy("Monday")),
            (2, gettext_lazy("Tuesday")),
            (3, gettext_lazy("Wednesday")),
            (4, gettext_lazy("Thursday")),
            (5, gettext_lazy("Friday")),
            (6, gettext_lazy("Saturday")),
            (7, gettext_lazy("Sunday")),
        ],
    )
    day = forms.ChoiceField(
        label=gettext_lazy("Day of the month"),
        required=False,
        choices=[
            *((str(day), str(day)) for day in range(1, 32)),
            (rhythm.LAST, gettext_lazy("The last day")),
        ],
        help_text=gettext_lazy("Months without such a day are left out."),
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    minute = forms.IntegerField(label=gettext_lazy("Minute"), required=False, min_value=0, max_value=59)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        every = cleaned.get("every")
        if every == WEEK and not cleaned.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day."))
        if every in (DAY, WEEK, MONTH) and cleaned.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("Enter a time."))
        return cleaned

    def line(self) -> str | None:
        """The line of crontab that was chosen; None where it was written by hand."""
        chosen = self.cleaned_data
        every = chosen.get("every") or CRON
        if every == CRON:
            return None
        at = chosen.get("at") or time()
        minute = (chosen.get("minute") or 0) if every == HOUR else at.minute
        weekdays, day = tuple(chosen.get("weekdays") or ()), chosen.get("day") or "1"
        return rhythm.line_of(Rhythm(every, at.hour, minute, weekdays, day))


def initial_of(line: str) -> dict[str, Any]:
    """What the form shows of a line of crontab; of a new schedule the evening of every day."""
    found = rhythm.rhythm_of(line or FIRST)
    if found is None:
        return {"every": CRON, "at": time(19)}
    return {
        "every": found.every,
        "at": time(found.hour, found.minute),
        "minute": found.minute,
        "weekdays": list(found.weekdays) or [1, 2, 3, 4, 5],
        "day": found.day,
    }


def with_line(given: QueryDict, form: WhenForm) -> QueryDict:
    """What was sent, with the line of crontab that was chosen."""
    line = form.line() if form.is_valid() else None
    if line is not None:
        given = given.copy()
        given["cron"] = line
    return given


def zone_choices(*first: str) -> list[tuple[str, Any]]:
    """Time zones by region with their present distance from UTC; first those that are likely."""
    texts = _zones(date.today())
    likely = [(name, texts[name]) for name in dict.fromkeys([*first, "UTC"]) if name in texts]
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    other: list[tuple[str, str]] = []
    for name, text in texts.items():
        groups.get(name.partition("/")[0], other).append((name, text))
    return [*likely, *groups.items(), ("Etc", other)]


@lru_cache(maxsize=2)
def _zones(today: date) -> dict[str, str]:
    """Every name is a file: they are looked up once a day, in which clocks may have been put forward or back."""
    noon = datetime.combine(today, time(12))
    names = sorted(available_timezones() - {"localtime"})
    return {name: f"{name} (UTC{noon.replace(tzinfo=ZoneInfo(name)).isoformat()[-6:]})" for name in names}
