"""The list of events: for people, and the query behind every other door to it."""

from datetime import datetime

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.forms import DateTimeInput, HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.models import Event
from clusters import access
from clusters.models import Cluster
from opsys.kit.lists.paging import Count, page_of

PHASE_COLOURS = {
    Event.Phase.STARTED: "azure",
    Event.Phase.DONE: "green",
    Event.Phase.REFUSED: "orange",
    Event.Phase.FAILED: "red",
    Event.Phase.NOTED: "secondary",
}


def _clusters(request: HttpRequest | None) -> QuerySet[Cluster]:
    return access.visible_clusters(request.user) if request is not None else Cluster.objects.none()


class _Moment(DateTimeInput):
    input_type = "datetime-local"


class EventFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    user = django_filters.CharFilter(field_name="username", lookup_expr="iexact", label=_("User"))
    action = django_filters.CharFilter(lookup_expr="icontains", label=_("Action"))
    phase = django_filters.MultipleChoiceFilter(choices=Event.Phase.choices, distinct=False, label=_("Outcome"))
    via = django_filters.MultipleChoiceFilter(choices=Event.Via.choices, distinct=False, label=_("Via"))
    cluster = django_filters.ModelMultipleChoiceFilter(
        queryset=_clusters, to_field_name="name", method="on_clusters", label=_("Cluster")
    )
    # Chosen at the top of the page, and so not offered a second time.
    group = django_filters.CharFilter(field_name="cluster__group__name", widget=HiddenInput)
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label=_("From"), widget=_Moment)
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte", label=_("To"), widget=_Moment)

    class Meta:
        model = Event
        fields: list[str] = []

    def on_clusters(self, events: QuerySet, name: str, clusters) -> QuerySet:
        return events.filter(cluster__in=list(clusters)) if clusters else events

    def search(self, events: QuerySet, name: str, text: str) -> QuerySet:
        found = Q()
        for column in ("name", "username", "action", "cluster_name", "reason"):
            found |= Q(**{f"{column}__icontains": text})
        for column in ("cloud_id", "request_id", "global_request_id"):
            found |= Q(**{column: text})
        return events.filter(found)


class EventTable(tables.Table):
    at = tables.Column(verbose_name=_("Time"))
    username = tables.Column(verbose_name=_("User"))
    via = tables.Column(verbose_name=_("Via"))
    action = tables.Column(verbose_name=_("Action"))
    cluster_name = tables.Column(verbose_name=_("Cluster"))
    name = tables.Column(verbose_name=_("Name"))
    phase = tables.Column(verbose_name=_("Outcome"))
    reason = tables.Column(verbose_name=_("Reason"))
    request_id = tables.Column(verbose_name=_("Request ID"))

    class Meta:
        orderable = False
        default = ""
        attrs = {"class": "table table-vcenter card-table"}
        empty_text = _("No events.")

    def render_at(self, value: datetime) -> str:
        return format_html(
            '<time class="at" datetime="{}">{}</time>', value.isoformat(), f"{value:%Y-%m-%d %H:%M:%S} UTC"
        )

    def render_via(self, record: Event) -> str:
        return record.get_via_display()

    def render_phase(self, record: Event) -> str:
        return format_html(
            '<span class="status status-{}">{}</span>', PHASE_COLOURS[record.phase], record.get_phase_display()
        )

    def render_request_id(self, value: str) -> str:
        return format_html("<code>{}</code>", value)


def list_page(request: HttpRequest) -> HttpResponse:
    """Newest first; htmx gets the table's region alone."""
    chosen, rows = _found(request)
    page = page_of(rows.defer("params"), request)
    context = {
        "table": EventTable(page.rows),
        "filter": chosen,
        "query": request.GET.get("q", ""),
        "filtered": chosen.is_valid() and any(chosen.form.cleaned_data.values()),
        "page": page,
        "count": page.count,
        "count_url": f"{reverse('audit:count')}?{request.GET.urlencode()}",
    }
    template = "audit/_region.html" if request.htmx.target == "region" else "audit/list.html"
    return render(request, template, context)


def exact_count(request: HttpRequest) -> HttpResponse:
    _chosen, rows = _found(request)
    return render(request, "kit/_count.html", {"count": Count(rows.order_by().count(), exact=True)})


def _found(request: HttpRequest) -> tuple[EventFilter, QuerySet[Event]]:
    """The filter and what it leaves. An unusable one shows its error and no events, rather than all of them."""
    events = Event.objects.visible_to(request.user).order_by("-at", "-pk")
    chosen = EventFilter(request.GET, queryset=events, request=request)
    return chosen, chosen.qs if chosen.is_valid() else events.none()
