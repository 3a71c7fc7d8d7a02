"""Django admin of the terminal: hosts, credentials, host keys, policies, alerts and default users to keep; sessions
and recordings to look at."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin import Signing
from terminal.errors import SshError
from terminal.models import (
    AlertRule,
    DefaultUser,
    Host,
    HostKey,
    Policy,
    Recording,
    Session,
    Snippet,
    SshCredential,
)
from terminal.pages.forms import SecretArea
from terminal.ssh import keys


class LookOnly(admin.ModelAdmin):
    """What happened: nobody adds, changes or deletes it here."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class SecretForm(forms.ModelForm):
    """The stored secret is not put into the page; an empty field keeps it."""

    new_secret = forms.CharField(
        label=gettext_lazy("Password or private key"),
        required=False,
        strip=False,
        widget=SecretArea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("It is stored encrypted and never shown. Leave this empty to keep it."),
    )
    new_passphrase = forms.CharField(
        label=gettext_lazy("Passphrase of the key"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = SshCredential
        fields = ("name", "kind", "username", "owner", "cluster", "cluster_group")

    def clean(self):
        cleaned = super().clean()
        secret = cleaned.get("new_secret") or ""
        if not secret and (not self.instance.pk or "kind" in self.changed_data):
            self.add_error("new_secret", _("For another kind of credential give a new secret."))
        elif secret and cleaned.get("kind") == SshCredential.Kind.KEY:
            try:
                self.instance.fingerprint = keys.load(secret, cleaned.get("new_passphrase") or "").fingerprint
            except SshError as reason:
                self.add_error("new_secret", str(reason))
        if cleaned.get("owner") and cleaned.get("cluster_group"):
            self.add_error("cluster_group", _("A person's own credential is for one cluster or for all."))
        return cleaned

    def save(self, commit=True):
        if self.cleaned_data.get("new_secret"):
            self.instance.secret = self.cleaned_data["new_secret"]
            self.instance.passphrase = self.cleaned_data.get("new_passphrase") or ""
        return super().save(commit)


@admin.register(SshCredential)
class SshCredentialAdmin(Signing):
    form = SecretForm
    fields = (
        "name",
        "kind",
        "username",
        "new_secret",
        "new_passphrase",
        "fingerprint",
        "owner",
        "cluster",
        "cluster_group",
    )
    readonly_fields = ("fingerprint",)
    list_display = ("name", "kind", "username", "owner", "cluster", "cluster_group", "fingerprint")
    list_filter = ("kind", "cluster")
    search_fields = ("name", "username", "fingerprint")
    list_select_related = ("owner", "cluster", "cluster_group")

    def get_queryset(self, request):
        """Other people's own credentials are theirs to change, not a platform admin's."""
        return SshCredential.objects.visible_to(request.user)


@admin.register(Host)
class HostAdmin(Signing):
    list_display = ("name", "address", "port", "cluster", "username", "credential", "jump", "enabled")
    list_filter = ("enabled", "cluster")
    search_fields = ("name", "address", "description")
    list_select_related = ("cluster", "credential", "jump")


@admin.register(HostKey)
class HostKeyAdmin(Signing):
    """Keys come from connections and are removed here or in the console; nobody writes one in by hand."""

    list_display = (
        "title",
        "host",
        "port",
        "route",
        "key_type",
        "fingerprint",
        "verified",
        "accepted_by",
        "accepted_at",
    )
    list_filter = ("verified", "key_type", "cluster")
    search_fields = ("title", "host", "fingerprint")
    list_select_related = ("accepted_by",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Policy)
class PolicyAdmin(Signing):
    list_display = (
        *("__str__", "enabled", "allowed_networks", "allowed_ports", "record", "record_screens"),
        *("retention_days", "idle_minutes", "longest_minutes"),
    )
    list_select_related = ("cluster",)


@admin.register(AlertRule)
class AlertRuleAdmin(Signing):
    list_display = ("name", "pattern", "cluster", "enabled")
    list_filter = ("enabled", "cluster")
    search_fields = ("name", "pattern")


@admin.register(DefaultUser)
class DefaultUserAdmin(Signing):
    list_display = ("image", "username", "cluster")
    search_fields = ("image", "username")


@admin.register(Snippet)
class SnippetAdmin(Signing):
    list_display = ("name", "owner", "cluster")
    list_filter = ("cluster",)
    search_fields = ("name", "text")

    def get_queryset(self, request):
        return Snippet.objects.visible_to(request.user)


@admin.register(Session)
class SessionAdmin(LookOnly):
    list_display = (
        *("started_at", "username", "login_name", "target_name", "address", "port", "cluster_name"),
        *("state", "ended_at", "close_reason"),
    )
    list_filter = ("state", "cluster_name")
    search_fields = ("username", "target_name", "address", "cloud_id")
    fields = (
        *("username", "client", "target_name", "cluster_name", "cloud_id", "address", "port", "route", "login_name"),
        *("credential_name", "state", "started_at", "opened_at", "input_at", "ended_at", "bytes_in", "bytes_out"),
        *("close_code", "close_reason"),
    )


@admin.register(Recording)
class RecordingAdmin(LookOnly):
    """Played in the console, where each look is noted."""

    list_display = ("started_at", "session", "state", "seconds", "bytes", "keep_until")
    list_filter = ("state",)
    search_fields = ("session__username", "session__target_name")
    list_select_related = ("session",)
    fields = ("session", "state", "started_at", "ended_at", "seconds", "bytes", "chunks", "keep_until")
