"""Failed logins, and who is locked out by them: unlocking is forgetting them."""

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.acting import Actor
from audit.noting import note

for _model in (AccessAttempt, AccessLog, AccessFailureLog):  # the logs are empty: the audit has them
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
AccessAttempt._meta.verbose_name = _("failed login")
AccessAttempt._meta.verbose_name_plural = _("failed logins and lock-outs")


def unlock(actor: Actor, rows) -> int:
    """Forget these failures; the names may log in from these addresses again."""
    count = 0
    for row in rows:
        note(
            actor,
            "auth.unlock",
            name=row.username or "",
            params={"address": row.ip_address or ""},
        )
        row.delete()
        count += 1
    return count


@admin.register(AccessAttempt)
class LockoutAdmin(AccessAttemptAdmin):
    list_display = ["username", "ip_address", "failures", "locked", "attempt_time"]
    list_filter = ["attempt_time"]
    search_fields = ["username", "ip_address"]
    fields = readonly_fields = ["username", "ip_address", "failures", "locked", "attempt_time", "user_agent"]
    fieldsets = None
    actions = ["unlock"]
    date_hierarchy = None

    @admin.display(description=_("failures"), ordering="failures_since_start")
    def failures(self, row: AccessAttempt) -> int:
        return row.failures_since_start

    @admin.display(description=_("locked"), boolean=True)
    def locked(self, row: AccessAttempt) -> bool:
        return row.failures_since_start >= settings.AXES_FAILURE_LIMIT

    @admin.action(description=_("Unlock"))
    def unlock(self, request, queryset):
        count = unlock(Actor.of_request(request), queryset)
        messages.success(request, ngettext("%(count)d unlocked.", "%(count)d unlocked.", count) % {"count": count})

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
