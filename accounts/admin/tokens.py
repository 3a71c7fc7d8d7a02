"""API tokens: whose, until when, and away with it. Only their owner ever sees one, once."""

import knox.admin  # noqa: F401 - registers the page that is replaced here
from django.contrib import admin
from knox.models import AuthToken

from audit.acting import Actor
from audit.models import Event

admin.site.unregister(AuthToken)


@admin.register(AuthToken)
class TokenAdmin(admin.ModelAdmin):
    list_display = ["user", "token_key", "created", "expiry"]
    list_select_related = ["user"]
    search_fields = ["user__username", "token_key"]
    fields = ["user", "token_key", "created", "expiry"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def log_deletions(self, request, queryset):
        """Django's own log would keep the digest; the audit keeps whose token it was."""
        actor = Actor.of_request(request)
        for token in queryset:
            Event.objects.create(
                user=actor.user,
                username=actor.name,
                via=actor.via,
                client=actor.client,
                action="knox.authtoken.delete",
                resource="knox.authtoken",
                name=f"{token.user.get_username()} {token.token_key}",
            )
