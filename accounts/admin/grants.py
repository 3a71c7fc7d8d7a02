"""Grants are added and deleted, not rewritten: the audit then reads like what was decided."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Grant
from accounts.own_roles import role_choices
from audit.admin import Signing
from clusters.inventory import model_named


class GrantForm(forms.ModelForm):
    """Roles are the built-in ones and those of one's own; projects are typed one a line, by id or name."""

    role = forms.ChoiceField(label=_("role"), choices=role_choices)
    projects = forms.CharField(
        label=_("only these projects"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 34}),
        help_text=_("One a line, by name or ID; empty: the whole cluster."),
    )

    class Meta:
        model = Grant
        fields = ["role", "cluster", "cluster_group", "everywhere", "projects", "expires_at"]

    def clean_projects(self) -> list[str] | None:
        typed = [line.strip() for line in self.cleaned_data["projects"].splitlines() if line.strip()]
        cluster = self.cleaned_data.get("cluster")
        if not typed or cluster is None:
            return typed or None
        known = model_named("identity.project").objects.filter(cluster=cluster).present()
        found = []
        for text in dict.fromkeys(typed):
            alike = known.filter(Q(cloud_id=text) | Q(name=text)).values_list("cloud_id", "name")
            # A database may take names for equal that differ in case.
            ids = [cloud_id for cloud_id, name in alike if text in (cloud_id, name)]
            if len(ids) != 1:
                sentence = (
                    _("No project “%(name)s” is known on this cluster.")
                    if not ids
                    else _("Several projects are called “%(name)s”: give the ID.")
                )
                raise forms.ValidationError(sentence % {"name": text})
            found += ids
        return found


class GrantInline(admin.TabularInline):
    model = Grant
    form = GrantForm
    extra = 0
    fields = ["role", "cluster", "cluster_group", "everywhere", "projects", "expires_at", "created_by", "created_at"]
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
    form = GrantForm
    list_display = ["principal", "role_name", "scope", "in_projects", "expires_at", "created_by", "created_at"]
    list_filter = ["role", "expires_at", "everywhere", "cluster", "cluster_group"]
    list_select_related = ["user", "group", "cluster", "cluster_group", "created_by"]
    search_fields = ["user__username", "group__name"]
    autocomplete_fields = ["user", "group"]
    fields = ["user", "group", "role", "cluster", "cluster_group", "everywhere", "projects", "expires_at"]

    @admin.display(description=_("role"), ordering="role")
    def role_name(self, grant: Grant) -> str:
        return grant.get_role_display()

    @admin.display(description=_("only these projects"), empty_value="–")
    def in_projects(self, grant: Grant) -> str | None:
        return ", ".join(grant.projects) if grant.projects else None

    def has_change_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.created_by = request.user
        super().save_model(request, obj, form, change)
