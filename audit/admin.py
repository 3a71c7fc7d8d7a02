"""The audit in Django admin: to read. `Signing` is for the admin pages of everything that is audited."""

import json

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.acting import Actor, sign
from audit.forward import sending
from audit.models import Checkpoint, Destination, Event


class Signing(admin.ModelAdmin):
    """Signs what people save and delete here, so that the audit knows who it was (`audit.acting`)."""

    def save_model(self, request, obj, form, change):
        sign(obj, Actor.of_request(request))
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for inline in formset.forms:
            sign(inline.instance, Actor.of_request(request))
        super().save_formset(request, form, formset, change)

    def delete_model(self, request, obj):
        sign(obj, Actor.of_request(request))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        sign(queryset, Actor.of_request(request))
        super().delete_queryset(request, queryset)


class ReadOnly(admin.ModelAdmin):
    """What happened is read, also by those who may do everything."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnly):
    list_display = ["at", "size"]
    fields = readonly_fields = ["at", "size", "signed"]

    @admin.display(description=Checkpoint._meta.get_field("note").verbose_name)
    def signed(self, checkpoint: Checkpoint) -> str:
        return format_html("<pre>{}</pre>", checkpoint.note)


@admin.register(Destination)
class DestinationAdmin(Signing):
    list_display = ["name", "kind", "address", "content", "enabled", "sent_at", "failing_since"]
    fields = ["name", "kind", "address", "certificate", "content", "enabled", "sent_at", "failing_since", "error"]
    readonly_fields = ["sent_at", "failing_since", "error"]
    actions = ["send_now"]

    @admin.action(description=_("Send new events now"), permissions=["change"])
    def send_now(self, request, queryset):
        Destination.objects.filter(pk__in=queryset, enabled=True).update(retry_at=None)
        for destination in queryset:
            sending.send(destination)
            destination.refresh_from_db()
            if destination.error:
                messages.error(request, f"{destination}: {destination.error}")
            else:
                messages.success(request, _("%(name)s has everything.") % {"name": destination})


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["at", "username", "via", "action", "phase", "cluster_name", "name", "reason"]
    list_filter = ["phase", "via", "at"]
    search_fields = ["username", "action", "name", "cloud_id", "cluster_name"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        *("at", "operation", "username", "via", "client", "action", "phase", "resource", "cluster_name"),
        *("cloud_id", "name", "reason", "error_code", "request_id", "global_request_id", "seconds", "parameters"),
    ]
    readonly_fields = fields

    @admin.display(description=Event._meta.get_field("params").verbose_name)
    def parameters(self, event: Event) -> str:
        return format_html("<pre>{}</pre>", json.dumps(event.params, indent=2, ensure_ascii=False))
