from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.admin import Signing
from monitoring.mailing.models import MailedReport
from monitoring.mailing.sending import NotSent, plan, send
from opsys.kit.reports.doors import report_named, reports


class MailedReportForm(forms.ModelForm):
    report = forms.ChoiceField(label=gettext_lazy("report"))

    class Meta:
        model = MailedReport
        fields = ("report", "query", "owner", "recipients", "every", "format", "language", "enabled")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["report"].choices = [(report.name, report.label) for report in reports()]

    def clean_query(self) -> str:
        return self.cleaned_data["query"].strip().lstrip("?")

    def clean_owner(self) -> Any:
        if not self.cleaned_data["owner"].is_active:
            raise ValidationError(_("This account is disabled."), code="disabled")
        return self.cleaned_data["owner"]


@admin.register(MailedReport)
class MailedReportAdmin(Signing):
    form = MailedReportForm
    list_display = ("label", "every", "recipients", "owner", "enabled", "due_at", "sent_at", "error")
    list_filter = ("every", "enabled")
    list_select_related = ("owner",)
    readonly_fields = ("due_at", "sent_at", "error")
    search_fields = ("report", "recipients", "query")
    actions = ["send_now"]

    @admin.display(description=gettext_lazy("report"), ordering="report")
    def label(self, mailed: MailedReport) -> str:
        report = report_named(mailed.report)
        return str(report.label) if report else mailed.report

    def save_model(self, request, obj, form, change):
        plan(obj)
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Send now"))
    def send_now(self, request, queryset):
        sent = 0
        for mailed in queryset.select_related("owner"):
            try:
                send(mailed, timezone.now())
            except NotSent as error:
                self.message_user(request, f"{self.label(mailed)}: {error}", messages.ERROR)
            else:
                sent += 1
        if sent:
            told = ngettext("%(count)s report was sent.", "%(count)s reports were sent.", sent) % {"count": sent}
            self.message_user(request, told, messages.SUCCESS)
