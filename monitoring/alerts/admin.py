"""Channels, rules, silences and what was sent. Addresses and secrets of channels are written here and never shown."""

from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin import Signing
from monitoring.alerts.channels import NotDelivered
from monitoring.alerts.channels.http import check_address
from monitoring.alerts.channels.trying import send_test
from monitoring.alerts.forms import RuleForm
from monitoring.alerts.kinds import kind_label
from monitoring.alerts.models import AlertRule, Channel, Delivery, Silence
from monitoring.mail import validate_addresses
from monitoring.write_only import given_or_kept, write_only


class ChannelForm(forms.ModelForm):
    endpoint = forms.CharField(
        label=gettext_lazy("address"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 80}),
        help_text=gettext_lazy(
            "Mail: one or more addresses. Alertmanager: its own, such as https://alerts.example.com:9093. Otherwise "
            "the address that the chat or program gave for messages. Stored encrypted and never shown again. Leave "
            "empty to keep the present one."
        ),
    )
    secret = write_only(gettext_lazy("secret"))
    no_secret = forms.BooleanField(label=gettext_lazy("remove the secret"), required=False)

    class Meta:
        model = Channel
        fields = (
            *("name", "enabled", "kind", "endpoint", "secret", "no_secret", "owner", "takes_all", "least", "language"),
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = (self.instance.endpoint, self.instance.secret) if self.instance.pk else ("", "")
        self.initial["endpoint"] = self.initial["secret"] = ""

    def clean(self) -> dict:
        cleaned = super().clean()
        endpoint = cleaned.get("endpoint", "").strip()
        if not endpoint and not self.kept[0]:
            self.add_error("endpoint", _("A new channel needs an address."))
        elif "kind" in cleaned and (endpoint or "kind" in self.changed_data):
            self._check(cleaned["kind"], endpoint or self.kept[0])
        cleaned["endpoint"] = endpoint or self.kept[0]
        cleaned["secret"] = given_or_kept(cleaned, "secret", self.kept[1])
        return cleaned

    def _check(self, kind: str, endpoint: str) -> None:
        try:
            if kind == Channel.Kind.MAIL:
                validate_addresses(endpoint)
            else:
                check_address(endpoint)
        except ValidationError as error:
            self.add_error("endpoint", error)
        except NotDelivered as error:
            self.add_error("endpoint", str(error))

    def save(self, commit: bool = True) -> Channel:
        endpoint = self.cleaned_data["endpoint"]
        mail = self.instance.kind == Channel.Kind.MAIL
        self.instance.place = (endpoint if mail else urlsplit(endpoint).hostname or "")[:255]
        return super().save(commit)


@admin.register(Channel)
class ChannelAdmin(Signing):
    form = ChannelForm
    list_display = ("name", "kind", "place", "enabled", "owner", "takes_all", "least", "language")
    list_filter = ("kind", "enabled")
    list_select_related = ("owner",)
    search_fields = ("name", "place")

    def get_urls(self):
        test = self.admin_site.admin_view(self.test)
        return [path("<int:pk>/test/", test, name="monitoring_channel_test"), *super().get_urls()]

    def test(self, request, pk: int):
        """Send a test message by a stored channel, say what came of it, and return to its page. Only by POST."""
        channel = self.get_object(request, str(pk))
        if channel is None or not self.has_change_permission(request, channel):
            raise Http404("no such channel")
        if request.method == "POST":
            try:
                send_test(channel)
            except NotDelivered as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("The test message was accepted by %(where)s.") % {"where": channel.place})
        return redirect(reverse("admin:monitoring_channel_change", args=[pk]))


@admin.register(AlertRule)
class AlertRuleAdmin(Signing):
    form = RuleForm
    list_display = ("kind_text", "name", "enabled", "severity", "threshold", "cluster", "group", "channel")
    list_filter = ("kind", "enabled", "severity")
    list_select_related = ("cluster", "group", "channel")
    search_fields = ("name", "kind")

    @admin.display(description=gettext_lazy("what"), ordering="kind")
    def kind_text(self, rule: AlertRule) -> str:
        return kind_label(rule.kind)


@admin.register(Silence)
class SilenceAdmin(Signing):
    list_display = ("reason", "cluster", "rule", "text", "starts_at", "ends_at", "created_by")
    list_select_related = ("cluster", "rule")
    search_fields = ("reason", "text")
    fields = ("cluster", "rule", "resource", "cloud_id", "text", "starts_at", "ends_at", "reason")

    def save_model(self, request, obj, form, change):
        obj.created_by = obj.created_by or request.user.get_username()
        super().save_model(request, obj, form, change)


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    """What was sent, or could not be: to read."""

    list_display = ("created_at", "channel", "rule", "cluster", "state", "attempts", "error", "sent_at")
    list_filter = ("state", "channel")
    list_select_related = ("channel", "rule", "cluster")
    fields = ("number", *list_display, "next_at")
    readonly_fields = fields

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
