"""Figures for Prometheus: what the platform knows of its clusters, read from its own database only."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from clusters import not_allowed
from clusters.models import NotificationBroker, SyncState
from clusters.notifications.status import is_heard
from jobs.models import Job
from monitoring.alerts.models import Alert
from opsys.kit.declare import register

MOST_SERIES = 5000
"""Of one type. States are words of the clouds: one that invents them must not fill Prometheus."""


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """There is no such page without METRICS_TOKEN; with it, for those who bear it."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures:
    def describe(self) -> list:
        return []

    def collect(self) -> Iterator[Metric]:
        yield _resources()
        yield from _readings()
        yield from _notifications()
        yield _jobs()
        yield _alerts()


def _resources() -> GaugeMetricFamily:
    family = GaugeMetricFamily("opsys_resources", "Resources as last seen.", labels=["cluster", "type", "status"])
    for resource in register.resources():
        rows = resource.model.objects.filter(gone_at=None, cluster__enabled=True).order_by()
        counts = rows.values_list("cluster__name", "status").annotate(count=Count("pk")).order_by("-count")
        for cluster, status, count in counts[:MOST_SERIES]:
            family.add_metric([cluster, resource.name, status], count)
    return family


def _readings() -> Iterator[GaugeMetricFamily]:
    labels = ["cluster", "type"]
    failures = GaugeMetricFamily("opsys_sync_failures", "Failed readings in a row.", labels=labels)
    seconds = GaugeMetricFamily("opsys_sync_seconds", "How long the last reading took.", labels=labels)
    last = GaugeMetricFamily("opsys_sync_timestamp_seconds", "When the last good reading began.", labels=labels)
    states = SyncState.objects.filter(cluster__enabled=True)
    fields = ("cluster__name", "resource", "failures", "seconds", "synced_at", "error_code")
    for cluster, resource, failed, took, synced_at, code in states.values_list(*fields):
        failures.add_metric([cluster, resource], 0 if code in not_allowed.FACTS else failed)
        if took is not None:
            seconds.add_metric([cluster, resource], took)
        if synced_at:
            last.add_metric([cluster, resource], synced_at.timestamp())
    yield from (failures, seconds, last)


def _notifications() -> Iterator[Metric]:
    labels = ["cluster"]
    heard = GaugeMetricFamily("opsys_notifications_connected", "Whether they are listened to.", labels=labels)
    came = CounterMetricFamily("opsys_notifications", "Notifications that came.", labels=labels)
    rows = CounterMetricFamily("opsys_notifications_rows", "Rows read because of them.", labels=labels)
    last = GaugeMetricFamily("opsys_notifications_timestamp_seconds", "When the last one came.", labels=labels)
    brokers = NotificationBroker.objects.defer("secret").select_related("cluster").filter(cluster__enabled=True)
    for broker in brokers:
        name = [broker.cluster.name]
        heard.add_metric(name, is_heard(broker))
        came.add_metric(name, broker.heard)
        rows.add_metric(name, broker.rows_read)
        if broker.heard_at:
            last.add_metric(name, broker.heard_at.timestamp())
    yield from (heard, came, rows, last)


def _alerts() -> GaugeMetricFamily:
    family = GaugeMetricFamily("opsys_alerts", "What fires, by rule.", labels=["cluster", "rule", "severity"])
    rows = Alert.objects.filter(state=Alert.State.FIRING).order_by()
    counts = rows.values_list("cluster__name", "rule__kind", "severity").annotate(Count("pk"))
    for cluster, rule, severity, count in counts[:MOST_SERIES]:
        family.add_metric([cluster or "", rule, severity], count)
    return family


def _jobs() -> GaugeMetricFamily:
    family = GaugeMetricFamily("opsys_jobs", "Jobs that are kept, by state.", labels=["state"])
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in Job.State.values:
        family.add_metric([state], counts.get(state, 0))
    return family
