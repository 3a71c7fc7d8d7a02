"""The pages of schedules: one's own, for a platform admin everybody's."""

from itertools import islice
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.acting import Actor, sign
from jobs.listing import badge
from jobs.models import Schedule, ScheduleRun
from jobs.schedules import copying, drill, retention, running, snapshots, times, when, which, work
from jobs.schedules.forms import OwnScheduleForm
from opsys.kit.console.request import request_of
from opsys.kit.lists.paging import page_of

RUNS_SHOWN = 20
TIMES_SHOWN = 5


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    page = page_of(Schedule.objects.visible_to(request.user).order_by("name", "pk"), request)
    last = _last_runs(page.rows)
    context = {
        "operation": uuid4(),
        "rows": [(schedule, _deed(schedule), last.get(schedule.pk)) for schedule in page.rows],
        "page": page,
        "count": page.count,
        "may_clear_audit": not retention.why_not(request.user),
        "copied": copying.types(),
        "may_try_backups": drill.way() is not None,
    }
    template = "jobs/schedules/_list_region.html" if request.htmx.target == "region" else "jobs/schedules/list.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`?kind=` says what for, `?type=` of what; `?query=` is a list's address, whose filters are filled in."""
    kind = request.GET.get("kind", Schedule.Kind.POWER)
    resource = request.GET.get("type", snapshots.SERVERS)
    if not may_write(request.user, kind, resource):
        raise Http404("no such kind or type")
    query = work.as_text(work.chosen(request.GET.get("query", "")))
    return _edit(request, begun(request.user, kind, resource, query=query))


def may_write(user, kind: str, resource: str) -> bool:
    """Whether there are schedules of this kind and type, for this user."""
    if kind == Schedule.Kind.AUDIT:
        return not retention.why_not(user)
    if kind == Schedule.Kind.SNAPSHOT:
        return bool(copying.ways(resource))
    if kind == Schedule.Kind.DRILL:
        return drill.way() is not None
    return kind == Schedule.Kind.POWER and work.type_named(resource) is not None


def begun(user, kind: str, resource: str, **fields) -> Schedule:
    """A new schedule, before anything was filled in."""
    if kind == Schedule.Kind.SNAPSHOT:
        fields = {"action": next(iter(copying.ways(resource)), ""), **fields}
    if kind == Schedule.Kind.DRILL:
        resource = drill.VOLUMES
    return Schedule(owner=user, kind=kind, resource=resource, time_zone=user.time_zone or "UTC", **fields)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, changeable(request, pk))


def _edit(request: HttpRequest, schedule: Schedule) -> HttpResponse:
    if request.method == "POST":
        chosen = when.WhenForm(request.POST)
        form = OwnScheduleForm(when.with_line(request.POST, chosen), instance=schedule)
    else:
        chosen = when.WhenForm(initial=when.initial_of(schedule.cron))
        form = OwnScheduleForm(instance=schedule)
    zone = str(form["time_zone"].value() or "")
    form.fields["time_zone"].widget = forms.Select({"lang": "en"}, when.zone_choices(zone, request.user.time_zone))
    if request.method == "POST" and chosen.is_valid() and form.is_valid():
        sign(form.instance, Actor.of_request(request))
        form.save()
        messages.success(request, _("“%(name)s” was saved.") % {"name": schedule.name})
        return redirect("jobs:schedules")
    runs = schedule.runs.select_related("job", "schedule")[:RUNS_SHOWN] if schedule.pk else []
    context = {
        "schedule": schedule,
        "about": _about(schedule),
        "other_kind": _other_kind(schedule),
        "form": form,
        "when": chosen,
        "runs": [_shown(run) for run in runs],
        **_preview(_line(chosen, str(form["cron"].value() or "")), zone),
        **which.context(schedule, work.chosen(str(form["query"].value() or "")) if "query" in form.fields else None),
    }
    return render(request, "jobs/schedules/edit.html", context)


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """The next times of what is being chosen or typed, or what is wrong with it."""
    chosen = when.WhenForm(request.GET)
    if not chosen.is_valid():
        complaint = next(iter(chosen.errors.values()))[0]
        return render(request, "jobs/schedules/_preview.html", {"times": [], "complaint": complaint})
    line = chosen.line() or request.GET.get("cron", "")
    return render(request, "jobs/schedules/_preview.html", _preview(line, request.GET.get("time_zone", "")))


@require_GET
def matching(request: HttpRequest) -> HttpResponse:
    """What the filters that are being chosen find now. With `?query=`, which was typed, the filters are drawn anew."""
    kind, resource = request.GET.get("kind", Schedule.Kind.POWER), request.GET.get("type", snapshots.SERVERS)
    if not may_write(request.user, kind, resource) or kind == Schedule.Kind.AUDIT:
        raise Http404("no such kind or type")
    schedule = begun(request.user, kind, resource)
    if (pk := request.GET.get("schedule", "")).isascii() and pk.isdigit():
        schedule = changeable(request, int(pk))
    if "query" in request.GET:
        context = which.context(schedule, work.chosen(request.GET["query"]))
        return render(request, "jobs/schedules/_which.html", {"schedule": schedule, **context})
    params = request.GET.copy()
    for name in ("kind", "type", "schedule"):
        params.pop(name, None)
    context = which.context(schedule, work.chosen(params.urlencode()))
    return render(request, "jobs/schedules/_which_region.html", {"schedule": schedule, "fresh": True, **context})


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST does."""
    schedule = changeable(request, pk)
    if request.method == "GET":
        return render(request, "jobs/schedules/delete.html", {"schedule": schedule})
    name = schedule.name
    sign(schedule, Actor.of_request(request))
    schedule.delete()
    messages.success(request, _("“%(name)s” was deleted.") % {"name": name})
    return redirect("jobs:schedules")


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Enable or disable, as the pressed button said; pressed twice it says the same."""
    schedule = changeable(request, pk)
    schedule.enabled = request.POST.get("enabled") == "1"
    sign(schedule, Actor.of_request(request))
    schedule.save()
    return redirect("jobs:schedules")


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    done = running.run_now(own(request, pk), request_of(request))
    if done is None:
        messages.info(request, _("It was just started."))
    elif done.state == ScheduleRun.State.REFUSED:
        messages.error(request, done.told)
    elif done.job:
        return redirect(done.job)
    else:
        messages.info(request, done.told)
    return redirect("jobs:schedules")


def changeable(request: HttpRequest, pk: int) -> Schedule:
    """One's own, for a platform admin anybody's: it goes on acting with its owner's rights, and is checked by them."""
    return get_object_or_404(Schedule.objects.visible_to(request.user), pk=pk)


def own(request: HttpRequest, pk: int) -> Schedule:
    """Nobody else makes it act with its owner's rights at a moment of their choice."""
    return get_object_or_404(Schedule.objects.visible_to(request.user).filter(owner=request.user), pk=pk)


def _line(chosen: when.WhenForm, typed: str) -> str:
    """The line of crontab whose times the page shows as it is opened."""
    if chosen.is_bound:
        return (chosen.line() if chosen.is_valid() else None) or typed
    return typed or when.FIRST


def _preview(cron: str, zone: str) -> dict:
    if not cron.strip():
        return {"times": [], "complaint": ""}
    try:
        moments = list(islice(times.following(cron, zone, times.now()), TIMES_SHOWN))
    except times.BadTimes as reason:
        return {"times": [], "complaint": str(reason)}
    local = ZoneInfo(zone)
    return {
        "times": [(moment, f"{moment.astimezone(local):%Y-%m-%d %H:%M %z}") for moment in moments],
        "zone": zone,
        "complaint": "" if moments else _("No such time comes in the next fifty years."),
    }


def _last_runs(schedules: list[Schedule]) -> dict[int, dict]:
    newest = ScheduleRun.objects.filter(schedule__in=schedules).order_by().values("schedule").annotate(pk_of=Max("pk"))
    runs = ScheduleRun.objects.filter(pk__in=[row["pk_of"] for row in newest]).select_related("job", "schedule")
    return {run.schedule_id: _shown(run) for run in runs}


def _shown(run: ScheduleRun) -> dict:
    """A run with a job is as far as its job."""
    if run.job:
        mark = badge(run.job.state, run.job.get_state_display())
    else:
        mark = badge(run.state, run.get_state_display())
    return {"run": run, "badge": mark}


def _about(schedule: Schedule) -> str:
    """What the page says it is for."""
    resource = work.type_named(schedule.resource)
    what = capfirst(resource.label_plural) if resource else schedule.resource
    if schedule.kind == Schedule.Kind.POWER:
        return what
    kind = str(schedule.get_kind_display())
    return kind if schedule.kind == Schedule.Kind.AUDIT else _("%(action)s: %(what)s") % {"action": kind, "what": what}


def _other_kind(schedule: Schedule) -> str:
    """Of a new schedule: the address that asks for the other thing one does with this type, filters kept."""
    if schedule.pk or not may_write(schedule.owner, Schedule.Kind.SNAPSHOT, schedule.resource):
        return ""
    others = {Schedule.Kind.POWER: Schedule.Kind.SNAPSHOT, Schedule.Kind.SNAPSHOT: Schedule.Kind.POWER}
    if schedule.kind not in others:
        return ""
    asked = {"kind": others[schedule.kind], "type": schedule.resource, "query": "?" + schedule.query}
    return f"?{urlencode(asked)}"


def _deed(schedule: Schedule) -> str:
    """In words what it does."""
    if schedule.kind in (Schedule.Kind.AUDIT, Schedule.Kind.DRILL):
        return str(schedule.get_kind_display())
    resource = work.type_named(schedule.resource)
    labels = {action.name: action.label for action in work.offered(resource)} if resource else {}
    what = resource.label_plural if resource else schedule.resource
    return _("%(action)s: %(what)s") % {"action": labels.get(schedule.action, schedule.action), "what": what}
