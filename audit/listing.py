"""The list of events: for people, and the query behind every other door to it."""

import json
import re
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.forms import DateTimeInput, HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.links import job_of, resource_url
from audit.models import Event, TreeState
from audit.operations import collapsed, whole
from audit.table import EventTable, phase_badge
from audit.wording import action_text
from clusters import access
from clusters.models import Cluster
from opsys.kit.lists.offered import MOST_OFFERED, Offer, Value, chosen_first
from opsys.kit.lists.paging import Count as Number
from opsys.kit.lists.paging import page_of

# UUIDs as clouds write them, with or without hyphens, and request IDs.
IDENTIFIER = re.compile(r"(req-)?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
IDENTIFIERS = ("cloud_id", "request_id", "global_request_id")
MOST_BY_ID = 1000
NEWEST = 10_000
MOST_COUNTED = 100_000


def _clusters(request: HttpRequest | None) -> QuerySet[Cluster]:
    return access.visible_clusters(request.user) if request is not None else Cluster.objects.none()


class _Moment(DateTimeInput):
    input_type = "datetime-local"


class _ActionsField(forms.MultipleChoiceField):
    """Any names of actions, or parts of them."""

    def valid_value(self, value: str) -> bool:
        return True

    def clean(self, value: Any) -> list[str]:
        names = super().clean(value)
        self.choices = [(name, action_text(name)) for name in names]
        return names


class _Actions(django_filters.Filter):
    field_class = _ActionsField

    def filter(self, events: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return events
        # There are few names: an index gives them at once, and each of the many events is then found by equality.
        names = Event.objects.order_by().values_list("action", flat=True).distinct()
        wanted = [part.lower() for part in value]
        return events.filter(action__in=[name for name in names if any(part in name.lower() for part in wanted)])


class EventFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    user = django_filters.CharFilter(field_name="username", lookup_expr="iexact", label=_("User"))
    action = _Actions(label=_("Action"))
    phase = django_filters.MultipleChoiceFilter(choices=Event.Phase.choices, distinct=False, label=_("Outcome"))
    via = django_filters.MultipleChoiceFilter(choices=Event.Via.choices, distinct=False, label=_("Via"))
    client = django_filters.CharFilter(label=_("Address"))
    cluster = django_filters.ModelMultipleChoiceFilter(
        queryset=_clusters, to_field_name="name", method="on_clusters", label=_("Cluster")
    )
    # Asked for in addresses and over REST: they would crowd the page.
    resource = django_filters.CharFilter(widget=HiddenInput)
    error_code = django_filters.CharFilter(widget=HiddenInput)
    # Chosen at the top of the page, and so not offered a second time.
    group = django_filters.CharFilter(field_name="cluster__group__name", widget=HiddenInput)
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label=_("From"), widget=_Moment)
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte", label=_("To"), widget=_Moment)

    often: Q | None = None
    """By which one index finds much of it, where that is so."""

    class Meta:
        model = Event
        fields: list[str] = []

    def on_clusters(self, events: QuerySet, name: str, clusters) -> QuerySet:
        return events.filter(cluster__in=list(clusters)) if clusters else events

    def search(self, events: QuerySet, name: str, text: str) -> QuerySet:
        if IDENTIFIER.fullmatch(text):
            # By the indexes, one after the other: with an order and a limit a database would rather read all events.
            columns = IDENTIFIERS if text.lower().startswith("req-") else (*IDENTIFIERS, "operation")
            by_id = (Event.objects.filter(**{column: text}).values_list("pk", flat=True) for column in columns)
            return events.filter(pk__in=[pk for found in by_id for pk in found[:MOST_BY_ID]])
        return self._telling(events, text)

    def _telling(self, events: QuerySet, text: str) -> QuerySet:
        """The events that tell of this text. Each index is asked by itself: of all together, a database would rather
        read every event. What is found often needs none of them, a page of it stands soon in the order of time."""
        keys: set[int] = set()
        often = []
        for condition in _conditions(text):
            found = list(Event.objects.order_by().filter(condition).values_list("pk", flat=True)[: MOST_BY_ID + 1])
            if len(found) > MOST_BY_ID:
                often.append(condition)
            else:
                keys.update(found)
        if not often:
            return events.filter(pk__in=keys)
        self.often = often[0]
        return events.filter(reduce(or_, [*often, Q(pk__in=keys)] if keys else often))


def _conditions(text: str) -> list[Q]:
    """Where a text may stand. Of names and reasons all that begin with it are found; in the middle of them it is
    looked for in the newest events only: no index knows it there. Of the rest there are few, and all are looked at."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    conditions = [Q(**{f"{column}__istartswith": text}) for column in ("name", "reason")]
    known = {
        "username": get_user_model().objects.values_list("username", flat=True),
        "cluster_name": Cluster.objects.values_list("name", flat=True),
        "action": Event.objects.order_by().values_list("action", flat=True).distinct(),
    }
    for column, all_of_them in known.items():
        # Whoever is gone since is found by the whole name.
        fitting = [one for one in all_of_them if text.lower() in one.lower()]
        conditions.append(Q(**{f"{column}__in": sorted({text, *fitting})}))
    conditions += [Q(**{column: text}) for column in IDENTIFIERS]
    middle = Q(name__icontains=text) | Q(reason__icontains=text)
    return [*conditions, Q(pk__gt=newest - NEWEST) & middle & ~(conditions[0] | conditions[1])]


def list_page(request: HttpRequest) -> HttpResponse:
    """Newest first; htmx gets the table's region alone."""
    chosen, rows = _found(request)
    surely = None if chosen.often is None else rows.filter(chosen.often)
    page = page_of(rows.defer("params"), request, surely=surely)
    context = {
        "table": EventTable(page.rows),
        "filter": chosen,
        "query": request.GET.get("q", ""),
        "filtered": chosen.is_valid() and any(chosen.form.cleaned_data.values()),
        "page": page,
        "count": page.count,
        "values_url": f"{reverse('audit:list')}values/",
        "values_names": ("action",),
        "proof": TreeState.objects.filter(pk=1).first() if request.user.is_superuser else None,
        "count_url": f"{reverse('audit:count')}?{request.GET.urlencode()}",
    }
    template = "audit/_region.html" if request.htmx.target == "region" else "audit/list.html"
    return render(request, template, context)


def exact_count(request: HttpRequest) -> HttpResponse:
    _chosen, rows = _found(request)
    counted = rows.order_by()[: MOST_COUNTED + 1].count()
    number = Number(min(counted, MOST_COUNTED), exact=counted <= MOST_COUNTED)
    return render(request, "kit/_count.html", {"count": number})


def action_values(request: HttpRequest) -> HttpResponse:
    """The actions there are, with how many events each has, for the filter that offers them."""
    chosen = list(dict.fromkeys(request.GET.getlist("action")))
    text = request.GET.get("find", "").strip().lower()
    events = Event.objects.visible_to(request.user).order_by()
    counted = events.values("action").annotate(number=Count("*")).order_by("-number", "action")
    found = [Value(name, action_text(name), number) for name, number in counted.values_list("action", "number")]
    fitting = [one for one in found if text in f"{one.label} {one.value}".lower()]
    offer = Offer(fitting[:MOST_OFFERED], len(fitting) > MOST_OFFERED)
    context = {
        "spec": {"name": "action", "label": _("Action")},
        "values": chosen_first(offer, [(name, action_text(name)) for name in chosen if name]),
        "chosen": chosen,
        "more": offer.more,
        "text": text,
    }
    return render(request, "kit/_filter_values.html", context)


def event_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with all others of its operation, and where it leads."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    events = whole(event, user=request.user)
    params = [json.dumps(one.params, indent=2, ensure_ascii=False) for one in events if one.params]
    context = {
        "event": event,
        "action": action_text(event.action),
        "events": [(one, phase_badge(one)) for one in events],
        "params": params[-1] if params else "",
        "resource_url": resource_url(events[-1]) or resource_url(event),
        "job": job_of(event, user=request.user),
    }
    return render(request, "audit/event.html", context)


def _found(request: HttpRequest) -> tuple[EventFilter, QuerySet[Event]]:
    """The filter and what it leaves. An unusable one shows its error and no events, rather than all of them."""
    events = Event.objects.visible_to(request.user).order_by("-at", "-pk")
    chosen = EventFilter(request.GET, queryset=events, request=request)
    if not chosen.is_valid():
        return chosen, events.none()
    beginnings = Event.Phase.STARTED in chosen.form.cleaned_data["phase"]
    return chosen, chosen.qs if beginnings else collapsed(chosen.qs)
