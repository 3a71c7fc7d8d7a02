from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.admin.grants import GrantsBelow, UserGrants
from accounts.admin.own_things import OwnThings
from accounts.models import User
from accounts.preferences import languages, time_zones
from audit.acting import Actor, sign


class NewUser(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User


class ChangedUser(UserChangeForm):
    language = forms.ChoiceField(label=_("Language"), choices=languages, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=time_zones)

    class Meta(UserChangeForm.Meta):
        model = User


class NewPassword(AdminPasswordChangeForm):
    """A password that somebody else chose is one to be changed, unless the admin says otherwise."""

    must_change_password = forms.BooleanField(
        label=_("Must be changed at the next login"), required=False, initial=True
    )

    def save(self, commit: bool = True):
        self.user.must_change_password = self.cleaned_data["must_change_password"]
        self.user.auth_token_set.all().delete()
        return super().save(commit)


@admin.register(User)
class UserAdmin(OwnThings, GrantsBelow, DjangoUserAdmin):
    form = ChangedUser
    add_form = NewUser
    change_password_form = NewPassword
    inlines = [UserGrants]
    list_display = ["username", "email", "is_active", "is_superuser", "must_change_password", "last_login"]
    list_filter = ["is_superuser", "is_active", "must_change_password", "must_add_second_factor", "groups"]
    filter_horizontal = ["groups"]
    readonly_fields = ["last_login", "date_joined", "sessions", "second_factors", "tokens"]
    # Neither is_staff, which follows is_superuser, nor model permissions, which decide nothing here.
    fieldsets = [
        (None, {"fields": ["username", "password", "must_change_password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "language", "time_zone"]}),
        (_("Access"), {"fields": ["is_active", "is_superuser", "groups"]}),
        (_("Signing in"), {"fields": ["sessions", "second_factors", "tokens", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2", "must_change_password"]}),
    ]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_object(self, request, object_id, from_field=None):
        user = super().get_object(request, object_id, from_field)
        if user is not None:
            sign(user, Actor.of_request(request))  # the password page saves the user by itself
        return user
