"""All API tokens, of everybody: whose, what for, how far they reach, when they were used."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken
from accounts.tokens.making import cluster_names, revoke
from audit.acting import Actor


@admin.register(ApiToken)
class TokenAdmin(admin.ModelAdmin):
    list_display = [
        "name",
        "user",
        "scope",
        "clusters",
        "token_key",
        "created",
        "expiry",
        "last_used_at",
        "last_used_from",
    ]
    list_filter = ["scope", "user__is_superuser", "expiry", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "token_key"]
    fields = [*list_display]
    readonly_fields = ["clusters"]

    @admin.display(description=_("only these clusters"), empty_value="–")
    def clusters(self, row: ApiToken) -> str:
        if row.cluster_ids is None:
            return str(_("all"))
        return ", ".join(cluster_names([row]).values())

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_model(self, request, obj):
        revoke(obj, actor=Actor.of_request(request))

    def delete_queryset(self, request, queryset):
        for row in queryset.select_related("user"):
            revoke(row, actor=Actor.of_request(request))

    def log_deletions(self, request, queryset):
        """Django's own log would keep the digest; the audit keeps whose token it was."""
