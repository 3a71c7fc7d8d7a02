"""The pages of jobs: the list, one job with its progress, the tray in the top bar."""

import csv

import django_tables2 as tables
from django.db.models import Case, Value, When
from django.db.models import Count as Number
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from jobs import kinds, lifecycle
from jobs.bulk import resource_of
from jobs.models import Job, JobItem, may_cancel
from opsys.kit.act.idempotency import Request, once
from opsys.kit.lists.paging import page_of
from opsys.kit.lists.values import harmless

COLOURS = {
    "queued": "secondary",
    "waiting": "secondary",
    "started": "azure",
    "missed": "yellow",
    "running": "azure",
    "done": "green",
    "refused": "orange",
    "partly": "orange",
    "failed": "red",
    "cancelled": "yellow",
}
BUSY_SECONDS, IDLE_SECONDS = 1, 10
ITEM_ORDER = ("failed", "refused", "running", "waiting", "cancelled", "done")
WORST_FIRST = Case(*[When(state=state, then=Value(place)) for place, state in enumerate(ITEM_ORDER)])
RESULT_COLUMNS = ("cluster_name", "cloud_id", "name", "state", "reason", "code", "attempts", "request_id", "seconds")


def badge(state: str, label: str):
    return format_html(
        '<span class="status status-{}"><span class="status-dot"></span>{}</span>', COLOURS[state], label
    )


class JobTable(tables.Table):
    title = tables.Column(verbose_name=_("Job"), linkify=True)
    state = tables.Column(verbose_name=_("State"))
    username = tables.Column(verbose_name=_("User"))
    created_at = tables.Column(verbose_name=_("Started"))
    finished_at = tables.Column(verbose_name=_("Ended"))

    class Meta:
        orderable = False
        attrs = {"class": "table table-vcenter card-table"}

    def render_title(self, record: Job):
        return record.heading

    def render_state(self, record: Job):
        return badge(record.state, record.get_state_display())

    def render_created_at(self, value):
        return format_html('<time class="ago" datetime="{}">{}</time>', value.isoformat(), value.isoformat())

    render_finished_at = render_created_at


def _classes(kind: str, priority: int) -> dict[str, dict[str, str]]:
    """As lists have them, so that what has no room goes in the same order."""
    name = f"kind-{kind} priority-{priority}"
    return {"td": {"class": name}, "th": {"class": name}}


class ItemTable(tables.Table):
    name = tables.Column(verbose_name=_("Name"), accessor="__str__", empty_values=(), attrs=_classes("name", 1))
    cluster_name = tables.Column(verbose_name=_("Cluster"), attrs=_classes("cluster", 1))
    state = tables.Column(verbose_name=_("State"), attrs=_classes("status", 1))
    reason = tables.Column(verbose_name=_("Reason"), accessor="told", default="", attrs=_classes("reason", 1))
    attempts = tables.Column(verbose_name=_("Attempts"), attrs=_classes("number", 3))
    seconds = tables.Column(verbose_name=_("Seconds"), attrs=_classes("number", 3))
    request_id = tables.Column(verbose_name=_("Request ID"), default="", attrs=_classes("code", 2))

    class Meta:
        orderable = False
        attrs = {"class": "table table-vcenter card-table"}

    def __init__(self, rows, *, resource):
        self.resource = resource
        super().__init__(rows)

    def render_name(self, record: JobItem):
        text = record.name or record.cloud_id
        if self.resource is None:
            return text
        address = self.resource.url("item", record.cluster_name, record.cloud_id)
        return format_html('<a href="{}" class="item-name">{}</a>', address, text)

    def render_state(self, record: JobItem):
        return badge(record.state, record.get_state_display())

    def render_request_id(self, value: str):
        return format_html("<code>{}</code>", value)


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    """With `?state=`, which may repeat, those in these states alone."""
    jobs = Job.objects.visible_to(request.user)
    wanted = [state for state in request.GET.getlist("state") if state in Job.State.values]
    if wanted:
        jobs = jobs.filter(state__in=wanted)
    page = page_of(jobs.order_by("-pk"), request)
    busy = any(not job.ended for job in page.rows)
    context = {
        "table": JobTable(page.rows),
        "page": page,
        "count": page.count,
        "states": [(state, label, state in wanted) for state, label in Job.State.choices],
        "wanted": wanted,
        "region_url": request.get_full_path(),
        "poll_seconds": BUSY_SECONDS if busy else IDLE_SECONDS,
    }
    template = "jobs/_list_region.html" if request.htmx.target == "region" else "jobs/list.html"
    return render(request, template, context)


@require_GET
def item_page(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job(request, pk)
    counts = counts_of(job)
    wanted = request.GET.get("state", "")
    items = job.items.all()
    if wanted in counts:
        items = items.filter(state=wanted)
    page = page_of(items.order_by(WORST_FIRST, "position"), request)
    context = {
        "job": job,
        "badge": badge(job.state, job.get_state_display()),
        "result": kinds.result_of(job, user=request.user),
        "counts": [(state, label, counts[state]) for state, label in JobItem.State.choices if counts.get(state)],
        "total": sum(counts.values()),
        "rested": sum(number for state, number in counts.items() if state not in JobItem.OPEN),
        "wanted": wanted,
        "table": ItemTable(page.rows, resource=resource_of(job)),
        "page": page,
        "count": page.count,
        "may_cancel": not job.ended and not job.cancel_requested and may_cancel(request.user, job),
        "may_retry": job.ended and any(counts.get(state) for state in ("failed", "refused", "cancelled")),
        "region_url": request.get_full_path(),
        "poll_seconds": BUSY_SECONDS,
    }
    template = "jobs/_item_region.html" if request.htmx.target == "region" else "jobs/item.html"
    return render(request, template, context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job(request, pk)
    if not may_cancel(request.user, job):
        raise Http404("not yours")
    lifecycle.cancel(job)
    return redirect(job)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent twice it is one new job, which has what failed again: that one is tried again from there."""
    job = _job(request, pk)
    if not job.ended:
        return redirect(job)
    again = once(
        Request(request.user, f"job-retry:{job.pk}"),
        ["job-retry", job.pk],
        lambda _operation: lifecycle.retry_failed(job, user=request.user),
        store=lambda made: {"job": made.pk},
        load=lambda kept: Job.objects.get(pk=kept["job"]),
        recall=lambda _operation: None,
        together=True,
    )
    lifecycle.dispatch(again.pk)  # a worker that looked before the transaction ended saw no job
    return redirect(again)


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each item, as a CSV file. A cell that a spreadsheet would take for a formula is made text."""
    job = _job(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="job-{job.pk}.csv"'
    response.write("\ufeff")  # without it spreadsheets take UTF-8 for something older
    rows = csv.writer(response)
    rows.writerow(RESULT_COLUMNS)
    for item in job.items.order_by("position"):
        rows.writerow([harmless(getattr(item, name)) for name in RESULT_COLUMNS])
    return response


@require_GET
def tray(request: HttpRequest) -> HttpResponse:
    """How many of one's own jobs are under way; the page asks now and then."""
    return render(request, "jobs/_tray.html", {"running": Job.objects.running_of(request.user)})


def counts_of(job: Job) -> dict[str, int]:
    return dict(job.items.order_by().values_list("state").annotate(number=Number("pk")))


def _job(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
