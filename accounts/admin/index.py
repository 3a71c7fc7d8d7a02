"""The first page of the administration: by what people come for, not by which package a table belongs to; and on top
what needs somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ApiToken, Grant, User
from clusters import not_allowed
from clusters.guards.reasons import closed_clusters
from clusters.login_refusals import LoginRefusal
from clusters.models import Cluster, SyncState
from jobs.models import ScheduleRun

SOON = timedelta(days=7)

TASKS = (
    (
        gettext_lazy("Clouds"),
        ("clusters.cluster", "clusters.clustergroup", "clusters.syncstate", "clusters.notificationbroker"),
    ),
    (gettext_lazy("Guard rails"), ("clusters.closure", "clusters.protection", "kit.approvalrule")),
    (gettext_lazy("People"), ("accounts.user", "auth.group", "accounts.apitoken", "axes.accessattempt")),
    (gettext_lazy("Rights"), ("accounts.grant", "accounts.ownrole")),
    (
        gettext_lazy("Terminal"),
        (
            "terminal.policy",
            "terminal.host",
            "terminal.hostkey",
            "terminal.sshcredential",
            "terminal.defaultuser",
            "terminal.snippet",
            "terminal.alertrule",
            "terminal.session",
            "terminal.recording",
        ),
    ),
    (gettext_lazy("Work"), ("jobs.job", "jobs.schedule")),
    (
        gettext_lazy("Monitoring"),
        (
            "monitoring.alertrule",
            "monitoring.channel",
            "monitoring.silence",
            "monitoring.delivery",
            "monitoring.mailedreport",
            "monitoring.prometheussource",
            "monitoring.price",
        ),
    ),
    (gettext_lazy("Proof"), ("audit.event", "audit.checkpoint", "audit.destination")),
)
"""What people come for, and the tables of it. Tables of no task stand last: the inventory, and what is new."""


@dataclass(frozen=True)
class Attention:
    """One line on top: how many of what, and where it is dealt with."""

    text: str
    url: str
    urgent: bool = True


def by_task(original: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    """`AdminSite.get_app_list`, grouped anew. The page of one app stays what it was."""

    def get_app_list(request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = original(request, app_label)
        if app_label:
            return apps
        tables = {
            f"{app['app_label']}.{model['object_name'].lower()}": model for app in apps for model in app["models"]
        }
        groups = []
        for label, names in TASKS:
            found = [tables.pop(name) for name in names if name in tables]
            if found:
                groups.append(_group(str(label), f"task-{len(groups)}", found))
        for app in apps:
            found = [model for model in app["models"] if model in tables.values()]
            if found:
                groups.append(_group(f"{app['name']}", app["app_label"], found))
        return groups

    return get_app_list


def _group(name: str, label: str, models: list[dict[str, Any]]) -> dict[str, Any]:
    url = reverse("admin:index")
    return {"name": name, "app_label": label, "app_url": url, "has_module_perms": True, "models": models}


def attention() -> list[Attention]:
    """What needs somebody, in the order of how bad that is. A fixed number of queries."""
    now = timezone.now()
    unread = SyncState.objects.exclude(error="").exclude(error_code__in=not_allowed.FACTS).values("cluster").distinct()
    failed = ScheduleRun.objects.filter(due_at__gte=now - timedelta(days=1), job__state="failed")
    lacking = User.objects.filter(must_add_second_factor=True, is_active=True)
    ending = Grant.objects.filter(expires_at__gt=now, expires_at__lte=now + SOON)
    tokens = ApiToken.objects.filter(expiry__gt=now + timedelta(days=1), expiry__lte=now + SOON)
    clouds, users = reverse("admin:clusters_cluster_changelist"), reverse("admin:accounts_user_changelist")
    urgent = [
        (_("Clusters that cannot be read completely: %(count)d"), unread.count(), clouds),
        (_("Credentials that their cloud refused: %(count)d"), LoginRefusal.objects.count(), clouds),
        (
            _("Names locked out after failed logins: %(count)d"),
            locked_attempts().count(),
            reverse("admin:axes_accessattempt_changelist"),
        ),
        (_("Runs of schedules that failed since yesterday: %(count)d"), failed.count(), reverse("jobs:schedules")),
    ]
    later = [
        (
            _("Accounts that lack a required second factor: %(count)d"),
            lacking.count(),
            f"{users}?must_add_second_factor__exact=1",
        ),
        (_("Grants that end within a week: %(count)d"), ending.count(), reverse("admin:accounts_grant_changelist")),
        (
            _("API tokens that end within a week: %(count)d"),
            tokens.count(),
            reverse("admin:accounts_apitoken_changelist"),
        ),
    ]
    found = [Attention(text % {"count": count}, url) for text, count, url in urgent if count]
    found += [Attention(text % {"count": count}, url, urgent=False) for text, count, url in later if count]
    closed = closed_clusters(Cluster.objects.exclude(guards={}).only("name", "guards"))
    where = reverse("admin:clusters_closure_changelist")
    return [*found, *(Attention(reason, where, urgent=False) for _cluster, reason in closed[:5])]


def locked_attempts():
    """Names and addresses whose door is closed now."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    return AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since)


def with_attention(original):
    def index(request: HttpRequest, extra_context: dict[str, Any] | None = None):
        return original(
            request,
            {**(extra_context or {}), "attention": attention(), "rights_url": reverse("account_rights_matrix")},
        )

    return index


admin.site.get_app_list = by_task(admin.site.get_app_list)  # type: ignore[method-assign]
admin.site.index = with_attention(admin.site.index)  # type: ignore[method-assign]
