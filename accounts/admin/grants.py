"""Grants are added and deleted, not rewritten: the audit then reads like what was decided."""

from django.contrib import admin

from accounts.models import Grant
from audit.admin import Signing


class GrantInline(admin.TabularInline):
    model = Grant
    extra = 0
    fields = ["role", "cluster", "cluster_group", "everywhere", "created_by", "created_at"]
    readonly_fields = ["created_by", "created_at"]

    def has_change_permission(self, request, obj=None):
        return False


class UserGrants(GrantInline):
    fk_name = "user"


class GroupGrants(GrantInline):
    fk_name = "group"


class GrantsBelow(Signing):
    """A page with grants below: they are granted by whoever saves it."""

    def save_formset(self, request, form, formset, change):
        if formset.model is Grant:
            for inline in formset.forms:
                if inline.instance._state.adding:
                    inline.instance.created_by = request.user
        super().save_formset(request, form, formset, change)


@admin.register(Grant)
class GrantAdmin(Signing):
    list_display = ["principal", "role", "scope", "created_by", "created_at"]
    list_filter = ["role", "everywhere", "cluster", "cluster_group"]
    list_select_related = ["user", "group", "cluster", "cluster_group", "created_by"]
    search_fields = ["user__username", "group__name"]
    autocomplete_fields = ["user", "group"]
    fields = ["user", "group", "role", "cluster", "cluster_group", "everywhere"]

    def has_change_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.created_by = request.user
        super().save_model(request, obj, form, change)
