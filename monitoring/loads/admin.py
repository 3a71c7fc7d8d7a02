from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.admin import Signing
from compute.servers.models import Server
from monitoring.loads.models import PrometheusSource
from monitoring.loads.prometheus import loads_from
from monitoring.outgoing import OutgoingError, check_address
from monitoring.write_only import given_or_kept, write_only

TRIED = 200


class PrometheusSourceForm(forms.ModelForm):
    token = write_only(gettext_lazy("token"))
    no_token = forms.BooleanField(label=gettext_lazy("remove the token"), required=False)
    label = forms.RegexField(
        r"^[a-zA-Z_][a-zA-Z0-9_]*$",
        label=gettext_lazy("label"),
        required=False,
        help_text=PrometheusSource._meta.get_field("label").help_text,
    )

    class Meta:
        model = PrometheusSource
        fields = ("cluster", "url", "token", "no_token", "exporter", "label", "names")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = self.instance.token if self.instance.pk else ""
        self.initial["token"] = ""

    def clean_url(self) -> str:
        try:
            check_address(self.cleaned_data["url"].strip())
        except OutgoingError as error:
            raise ValidationError(str(error), code="address") from None
        return self.cleaned_data["url"].strip()

    def clean(self) -> dict:
        cleaned = super().clean()
        cleaned["token"] = given_or_kept(cleaned, "token", self.kept)
        return cleaned


@admin.register(PrometheusSource)
class PrometheusSourceAdmin(Signing):
    form = PrometheusSourceForm
    list_display = ("cluster", "url", "exporter", "error")
    list_select_related = ("cluster",)
    readonly_fields = ("error",)
    actions = ["test"]

    @admin.action(description=gettext_lazy("Test"))
    def test(self, request, queryset):
        for source in queryset.select_related("cluster"):
            servers = Server.objects.filter(cluster=source.cluster, gone_at=None).order_by("-created_at")[:TRIED]
            try:
                found = len(loads_from(source, list(servers)))
            except OutgoingError as error:
                self.message_user(request, f"{source.cluster}: {error}", messages.ERROR)
                continue
            told = ngettext(
                "%(cluster)s: figures of %(count)s server were found.",
                "%(cluster)s: figures of %(count)s servers were found.",
                found,
            ) % {"cluster": source.cluster, "count": found}
            if not found and servers:
                told = _("%(cluster)s: it answers, but none of its series has a label that names a server.") % {
                    "cluster": source.cluster
                }
            self.message_user(request, told, messages.SUCCESS if found else messages.WARNING)
