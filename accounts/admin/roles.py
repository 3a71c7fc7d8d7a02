"""Roles of one's own."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Grant, OwnRole
from accounts.own_roles import CHOOSABLE
from audit.admin import Signing


class OwnRoleForm(forms.ModelForm):
    permissions = forms.MultipleChoiceField(
        label=_("permissions"),
        choices=CHOOSABLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Every role includes “view”."),
    )

    class Meta:
        model = OwnRole
        fields = ["name", "slug", "permissions", "second_factor"]


@admin.register(OwnRole)
class OwnRoleAdmin(Signing):
    form = OwnRoleForm
    list_display = ["name", "slug", "held", "second_factor"]
    prepopulated_fields = {"slug": ["name"]}

    @admin.display(description=_("grants"))
    def held(self, role: OwnRole) -> int:
        return Grant.objects.filter(role=role.slug).count()

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request, obj=None):
        """Not while somebody holds it: their rights would be gone without a word."""
        if obj is not None and Grant.objects.filter(role=obj.slug).exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # it would not ask about each
        return actions
