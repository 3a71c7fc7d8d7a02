from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from audit.acting import Actor, sign
from audit.admin import Signing
from clusters import health, not_allowed
from clusters.credentials import IDENTITY_FIELDS
from clusters.forms import ClusterForm, RotateForm
from clusters.gateway.errors import retell
from clusters.models import (
    Closure,
    Cluster,
    ClusterGroup,
    Environment,
    NotificationBroker,
    Protection,
    SyncState,
)
from clusters.notifications import broker as brokers
from clusters.notifications import status
from clusters.notifications.errors import BrokerError, sentence
from clusters.notifications.forms import NotificationBrokerForm
from clusters.pasting import PasteForm

COMMON = {"kind", "username", "user_domain", "project_name", "project_domain"}
BY_ID = tuple(name for name in IDENTITY_FIELDS if name not in COMMON)


@admin.register(Cluster)
class ClusterAdmin(Signing):
    form = ClusterForm
    list_display = ("name", "environment", "group", "enabled", "auth_url", "region", "state")
    list_filter = ("environment", "group", "enabled")
    list_select_related = ("group",)
    search_fields = ("name", "description", "auth_url")
    fieldsets = (
        (None, {"fields": ("name", "description", "group", "environment", "enabled")}),
        (_("Endpoint"), {"fields": ("auth_url", "region", "interface", "verify_tls", "ca_certificate")}),
        (
            _("Credentials"),
            {
                "fields": (
                    "kind",
                    "username",
                    "user_domain",
                    "project_name",
                    "project_domain",
                    "secret",
                    "test",
                    "again",
                )
            },
        ),
        (_("IDs instead of names"), {"fields": BY_ID, "classes": ("collapse",)}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("sync_states")

    @admin.display(description=_("state"))
    def state(self, cluster: Cluster):
        states = [state for state in cluster.sync_states.all() if state.error]
        errors = {
            retell(state.error_code, cluster.name, state.error)
            for state in states
            if state.error_code not in not_allowed.FACTS
        }
        seen = [state.synced_at for state in cluster.sync_states.all() if state.synced_at]
        if errors:
            return " ".join(sorted(errors))
        return f"✓ {max(seen):%Y-%m-%d %H:%M:%S}" if seen else "–"

    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            credential = form.credential()
            credential.cluster = obj
            sign(credential, Actor.of_request(request))
            credential.save()

    def get_urls(self):
        own = self.admin_site.admin_view
        return [
            path("<int:pk>/test/", own(self.test), name="clusters_cluster_test"),
            path("<int:pk>/read/", own(self.read_now), name="clusters_cluster_read"),
            path("<int:pk>/rotate/", own(self.rotate), name="clusters_cluster_rotate"),
            path("paste/", own(self.paste), name="clusters_cluster_paste"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        cluster = self.get_object(request, object_id)
        more = {}
        if cluster is not None:
            services = cluster.capabilities.get("services", {})
            known = {name: facts for name, facts in sorted(services.items()) if facts.get("code") != "no_service"}
            states = [(state, not_allowed.told(cluster, state)) for state in cluster.sync_states.order_by("resource")]
            broker = status.of_cluster(cluster)
            heard = {"broker": broker, "told": status.told(broker)} if broker else {}
            more = {"known": {"services": known}, "states": states, "notifications": heard}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def read_now(self, request, pk: int):
        """All its types become due at once. Only by POST."""
        cluster = self.get_object(request, str(pk))
        if cluster is None or not self.has_change_permission(request, cluster):
            raise Http404("no such cluster")
        if request.method == "POST":
            cluster.sync_states.update(full_at=None, retry_at=None, failures=0)
            messages.success(request, _("It is read now; what was read appears here within a minute or so."))
        return redirect(reverse("admin:clusters_cluster_change", args=[pk]))

    @method_decorator(sensitive_post_parameters("secret"))
    def rotate(self, request, pk: int):
        """A new secret for its credential, stored only once the cloud takes it."""
        cluster = self.get_object(request, str(pk))
        if cluster is None or not hasattr(cluster, "credential") or not self.has_change_permission(request, cluster):
            raise Http404("no such cluster")
        form = RotateForm(cluster, request.POST or None)
        if request.method == "POST" and form.is_valid():
            sign(form.credential, Actor.of_request(request))
            form.credential.save()
            messages.success(request, _("The new secret works and is used from now on. Revoke the old one."))
            return redirect(reverse("admin:clusters_cluster_change", args=[pk]))
        title = _("Rotate the credential of %(name)s") % {"name": cluster.name}
        return self._credential_page(request, form, title, _("Test and store"))

    @method_decorator(sensitive_post_parameters("text", "secret"))
    def paste(self, request):
        """Add one by pasting a clouds.yaml or openrc."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            for changed in (form.cluster, form.credential):
                sign(changed, Actor.of_request(request))
            try:
                form.register()
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("Cluster %(name)s was added.") % {"name": form.cluster.name})
                return redirect(reverse("admin:clusters_cluster_change", args=[form.cluster.pk]))
        return self._credential_page(request, form, _("Add from clouds.yaml or openrc"), _("Test and add"))

    def _credential_page(self, request, form, title: str, submit: str):
        """A form whose credential is tried before anything is stored."""
        context = {**self.admin_site.each_context(request), "form": form, "title": title, "opts": self.opts}
        return render(request, "admin/clusters/cluster/credential.html", {**context, "submit": submit})

    def test(self, request, pk: int):
        """Examine a stored cluster, say what was found, and return to its page. Only by POST: it calls a cloud."""
        cluster = self.get_object(request, str(pk))
        if cluster is None or not self.has_change_permission(request, cluster):
            raise Http404("no such cluster")
        if request.method == "POST":
            self._say(request, health.examine_and_keep(cluster))
        return redirect(reverse("admin:clusters_cluster_change", args=[pk]))

    def _say(self, request, report: health.Report) -> None:
        if not report.ok:
            messages.error(request, report.error)
            return
        services = ", ".join(
            f"{name} {details['max'] or details['version']} ({details['milliseconds']} ms)"
            for name, details in report.services.items()
            if "error" not in details
        )
        messages.success(request, _("The connection works: %(services)s.") % {"services": services})
        for warning in report.warnings:
            messages.warning(request, warning)


@admin.register(ClusterGroup)
class ClusterGroupAdmin(Signing):
    list_display = ("name", "description")
    search_fields = ("name",)


@admin.register(Closure)
class ClosureAdmin(Signing):
    """Locking clusters for maintenance, and freezing changes. Deleting one, or giving it an end, opens them again."""

    list_display = ("reason", "kind", "where", "begins_at", "ends_at", "created_by")
    list_filter = ("kind", "environment", "cluster")
    list_select_related = ("cluster", "cluster_group", "created_by")
    fields = ("kind", "reason", "cluster", "cluster_group", "environment", "begins_at", "ends_at")
    autocomplete_fields = ("cluster", "cluster_group")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "environment":
            return forms.ChoiceField(label=_("environment"), required=False, choices=[("", "–"), *Environment.choices])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("where"))
    def where(self, closure: Closure) -> str:
        return str(
            closure.cluster
            or closure.cluster_group
            or dict(Environment.choices).get(closure.environment)
            or _("every cluster")
        )

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Protection)
class ProtectionAdmin(Signing):
    """They are set on a resource's page."""

    list_display = ("name", "resource", "cluster", "reason", "created_by", "created_at")
    list_filter = ("resource", "cluster")
    list_select_related = ("cluster", "created_by")
    search_fields = ("name", "cloud_id", "reason")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(NotificationBroker)
class NotificationBrokerAdmin(Signing):
    """Where the notifications of a cluster are heard. Deleting one ends that."""

    form = NotificationBrokerForm
    list_display = ("cluster", "address", "state")
    list_select_related = ("cluster",)
    autocomplete_fields = ("cluster",)
    actions = ["test"]

    def get_queryset(self, request):
        # Also when no key opens the password the page must open, and take a new one.
        return super().get_queryset(request).defer("secret")

    def get_changeform_initial_data(self, request):
        return {name: request.GET[name] for name in ("cluster",) if request.GET.get(name, "").isdigit()}

    @admin.display(description=_("state"))
    def state(self, broker: NotificationBroker) -> str:
        return status.told(broker)

    @admin.action(description=_("Test"), permissions=["change"])
    def test(self, request, queryset):
        for broker in queryset:
            try:
                missing = brokers.try_out(broker)
            except BrokerError as error:
                messages.error(request, sentence(error.code, error.detail, broker.cluster.name))
                continue
            told = _("%(cluster)s: the connection works.") % {"cluster": broker.cluster}
            if missing:
                absent = _("Not there yet: %(names)s.") % {"names": ", ".join(missing)}
                told = f"{told} {absent}"
            messages.success(request, told)


@admin.register(SyncState)
class SyncStateAdmin(admin.ModelAdmin):
    """For looking, and for choosing how often one type of one cluster is read completely."""

    list_display = ("cluster", "resource", "synced_at", "full_at", "full_every", "seconds", "failures", "error")
    fields = list_display
    readonly_fields = [name for name in list_display if name != "full_every"]
    list_filter = ("cluster", "resource")
    list_select_related = ("cluster",)

    def save_model(self, request, obj, form, change):
        """Only the choice: a pass may have written the rest since the page was opened."""
        obj.save(update_fields=["full_every"])

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
