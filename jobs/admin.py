from django.contrib import admin

from jobs.models import Job, JobItem
from jobs.schedules import admin as _schedules  # noqa: F401 - registers its page


class Items(admin.TabularInline):
    model = JobItem
    fields = readonly_fields = ("position", "cluster_name", "name", "state", "reason", "attempts", "request_id")
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """For looking: a job is what happened."""

    list_display = ("id", "title", "state", "username", "via", "created_at", "finished_at", "holder")
    list_filter = ("state", "kind", "via")
    search_fields = ("title", "username")
    inlines = (Items,)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
