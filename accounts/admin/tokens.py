"""API tokens: whose, until when, and away with it. Only their owner ever sees one, once."""

import knox.admin  # noqa: F401 - registers the page that is replaced here
from django.contrib import admin
from knox.models import AuthToken

from audit.admin import Signing

admin.site.unregister(AuthToken)


@admin.register(AuthToken)
class TokenAdmin(Signing):
    list_display = ["user", "token_key", "created", "expiry"]
    list_select_related = ["user"]
    search_fields = ["user__username", "token_key"]
    fields = ["user", "token_key", "created", "expiry"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
