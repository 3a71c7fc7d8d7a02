"""What fires, what was over lately, what is silenced."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.acting import Actor, sign
from clusters import access
from monitoring.alerts.acknowledging import acknowledge
from monitoring.alerts.forms import SilenceForm
from monitoring.alerts.kinds import KINDS, kind_label
from monitoring.alerts.models import Alert, AlertRule, Delivery, Silence
from monitoring.alerts.models.severity import Severity
from monitoring.alerts.rights import why_not, why_not_silence
from monitoring.alerts.scoped import alerts_in
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.paging import page_of
from opsys.kit.lists.scope import scope_of

POLL_SECONDS = 10
COLOURS = {Severity.CRITICAL: "red", Severity.WARNING: "orange", Severity.INFO: "azure"}


@require_GET
def list_page(request: ConsoleRequest) -> HttpResponse:
    """`?state=` firing (as if nothing is said) or resolved; `?severity=` may repeat; `?cluster=`, `?group=`."""
    scope = request.console_scope = scope_of(request)
    state = Alert.State.RESOLVED if request.GET.get("state") == Alert.State.RESOLVED else Alert.State.FIRING
    alerts = alerts_in(scope, user=request.user).filter(state=state)
    wanted = [one for one in request.GET.getlist("severity") if one in Severity.values]
    if wanted:
        alerts = alerts.filter(severity__in=wanted)
    page = page_of(alerts.order_by("-began_at", "-pk"), request)
    context = {
        "rows": _shown(page.rows, user=request.user),
        "page": page,
        "count": page.count,
        "state": state,
        "severities": [(value, label, value in wanted) for value, label in Severity.choices],
        "wanted": wanted,
        "region_url": request.get_full_path(),
        "poll_seconds": POLL_SECONDS,
        "has_rules": AlertRule.objects.filter(enabled=True).exists(),
    }
    template = "_list_region.html" if request.htmx.target == "region" else "list.html"
    return render(request, f"monitoring/alerts/{template}", context)


@require_GET
def alert_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert, and what was said about it."""
    alert = _alert(request, pk)
    (row,) = _shown([alert], user=request.user)
    context = {
        "row": row,
        "alert": alert,
        "unit": KINDS[alert.rule.kind].unit if alert.rule.kind in KINDS else "",
        "deliveries": _deliveries(alert) if request.user.is_superuser else None,
    }
    return render(request, "monitoring/alerts/item.html", context)


@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    alert = _alert(request, pk)
    if reason := why_not(request.user, alert, access.held_by(request.user)):
        messages.error(request, reason)
    elif acknowledge(alert, actor=Actor.of_request(request), note=request.POST.get("note", "")):
        messages.success(request, _("You acknowledged it. Nobody else is notified."))
    else:
        messages.info(request, _("It was acknowledged already, or it is over."))
    return redirect("monitoring:alert", pk)


@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """What is watched, for everybody to see; platform admins change it in the administration."""
    rules = AlertRule.objects.select_related("cluster", "group", "channel", "escalate_to")
    if not request.user.is_superuser:
        held = list(access.held_by(request.user))
        rules = rules.filter(Q(cluster=None) | Q(cluster__in=held))
    rows = [(rule, kind_label(rule.kind), KINDS.get(rule.kind), COLOURS[Severity(rule.severity)]) for rule in rules]
    return render(request, "monitoring/alerts/rules.html", {"rows": rows})


@require_GET
def silences_page(request: HttpRequest) -> HttpResponse:
    now, held = timezone.now(), access.held_by(request.user)
    rows = Silence.objects.visible_to(request.user).filter(ends_at__gt=now).select_related("cluster", "rule")
    shown = [(one, kind_label(one.rule.kind) if one.rule else "", _may_end(request.user, one, held)) for one in rows]
    return render(request, "monitoring/alerts/silences.html", {"rows": shown})


@require_http_methods(["GET", "POST"])
def new_silence(request: HttpRequest) -> HttpResponse:
    """`?alert=` fills in what covers that one alone."""
    form = SilenceForm(request.POST or None, user=request.user, initial=_of_alert(request))
    if request.method == "POST" and form.is_valid():
        sign(form.instance, Actor.of_request(request))
        form.save()
        messages.success(request, _("Silenced. It stays on the page, but nobody is notified."))
        return redirect("monitoring:alert-silences")
    return render(request, "monitoring/alerts/silence.html", {"form": form})


@require_POST
def end_silence(request: HttpRequest, pk: int) -> HttpResponse:
    silence = get_object_or_404(Silence.objects.visible_to(request.user).select_related("cluster"), pk=pk)
    if reason := why_not_silence(request.user, silence.cluster, access.held_by(request.user)):
        messages.error(request, reason)
    else:
        sign(silence, Actor.of_request(request))
        silence.ends_at = timezone.now()
        silence.save()
        messages.success(request, _("The silence has ended."))
    return redirect("monitoring:alert-silences")


def _alert(request: HttpRequest, pk: int) -> Alert:
    rows = Alert.objects.visible_to(request.user).shown().select_related("cluster", "rule")
    return get_object_or_404(rows, pk=pk)


def _of_alert(request: HttpRequest) -> dict[str, Any]:
    number = request.GET.get("alert", "")
    if not number.isdecimal():
        return {}
    alert = Alert.objects.visible_to(request.user).select_related("cluster").filter(pk=number).first()
    if alert is None:
        return {}
    cluster = alert.cluster.name if alert.cluster else None
    return {"cluster": cluster, "rule": alert.rule_id, "resource": alert.resource, "cloud_id": alert.cloud_id}


def _may_end(user, silence: Silence, held: access.Held) -> bool:
    return not why_not_silence(user, silence.cluster, held)


def _shown(alerts: list[Alert], *, user) -> list[dict[str, Any]]:
    """Each with what the page says of it; as many queries for many as for one."""
    now, held = timezone.now(), access.held_by(user)
    silences = list(Silence.objects.in_force(now))
    rules = {rule.pk: rule for rule in AlertRule.objects.filter(pk__in={alert.rule_id for alert in alerts})}
    clusters = {cluster.pk: cluster for cluster in access.visible_clusters(user)} if alerts else {}
    shown = []
    for alert in alerts:
        alert.rule, alert.cluster = rules[alert.rule_id], clusters.get(alert.cluster_id)
        silence = next((one for one in silences if one.covers(alert)), None)
        shown.append(
            {
                "alert": alert,
                "label": alert.rule.name or kind_label(alert.rule.kind),
                "colour": COLOURS[Severity(alert.severity)],
                "silence": silence if alert.state == Alert.State.FIRING else None,
                "may_act": not why_not(user, alert, held),
            }
        )
    return shown


def _deliveries(alert: Alert) -> list[Delivery]:
    lately = Delivery.objects.filter(rule=alert.rule_id, cluster=alert.cluster_id, created_at__gte=alert.began_at)
    rows = lately.select_related("channel").order_by("-pk")[:100]
    return [row for row in rows if any(one["id"] == alert.pk for one in row.alerts)]
