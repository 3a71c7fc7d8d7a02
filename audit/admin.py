"""The audit in Django admin: to read. `Signing` is for the admin pages of everything that is audited."""

import json

from django.contrib import admin
from django.utils.html import format_html

from audit.acting import Actor, sign
from audit.models import Event


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


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
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

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
