"""The admin door: every registered type as a read-only page whose actions go through `perform()` too."""

from functools import partial

from django.contrib import admin, messages
from django.utils.translation import gettext as _

from opsys.kit.act.perform import perform
from opsys.kit.approvals import admin as _approvals  # noqa: F401 - it registers its page
from opsys.kit.approvals.asking import ask_instead
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Status
from opsys.kit.declare.resource import Resource

LEVELS = {Status.DONE: messages.SUCCESS, Status.REFUSED: messages.WARNING, Status.FAILED: messages.ERROR}


class InventoryAdmin(admin.ModelAdmin):
    """Read-only: the cloud is the truth, and only actions change it."""

    list_filter = ("cluster", "status")
    list_select_related = ("cluster",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "cloud_id")
    resource: Resource

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).present()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_superuser

    def get_actions(self, request):
        return {
            action.name: (partial(_run, resource=self.resource, action=action), action.name, action.label)
            for action in self.resource.on_items
            # What asks something first is done in the console.
            if not action.form and not action.shows
        }


def _run(model_admin, request, queryset, *, resource: Resource, action: Action) -> None:
    pks = list(queryset.values_list("pk", flat=True)[:200])
    asker = {"user": request.user, "via": "admin", "client": request.META.get("REMOTE_ADDR", "")}
    outcomes = ask_instead(resource, action, pks, **asker) or perform(resource, action, pks, **asker)
    for outcome in outcomes:
        text = f"{action.label} {outcome.name} ({outcome.cluster}): {outcome.reason or _(outcome.status.value)}"
        messages.add_message(request, LEVELS[outcome.status], text)


for _resource in register.resources():
    shown = tuple(
        name
        for name in ("name", "cluster", "status", "project_id", "synced_at")
        if name in {f.name for f in _resource.model._meta.fields}
    )
    admin.site.register(
        _resource.model, type("Inventory", (InventoryAdmin,), {"resource": _resource, "list_display": shown})
    )
