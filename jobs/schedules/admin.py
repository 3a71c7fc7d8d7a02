"""Schedules in Django admin: everybody's, for platform admins."""

from django.contrib import admin

from audit.admin import Signing
from jobs.schedules.forms import ScheduleForm
from jobs.schedules.models import Schedule, ScheduleRun


class Runs(admin.TabularInline):
    model = ScheduleRun
    fields = readonly_fields = ("due_at", "started_at", "state", "job", "note")
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("job")

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Schedule)
class ScheduleAdmin(Signing):
    form = ScheduleForm
    list_display = ("name", "enabled", "owner_name", "kind", "cron", "time_zone", "next_due_at")
    list_filter = ("enabled", "kind")
    search_fields = ("name", "owner_name", "query")
    readonly_fields = ("next_due_at",)
    inlines = (Runs,)

    def get_changeform_initial_data(self, request):
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}
