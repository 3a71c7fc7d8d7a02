"""Django admin without what it has twice, and with one way in."""

from importlib import import_module

import allauth.account.admin  # these register the pages that are taken away here
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin

from accounts.login import admin_login, admin_password_change

# Mail addresses confirm nothing here; second factors and sessions stand on their user's page.
for _model in (EmailAddress, EmailConfirmation, Authenticator, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)

# The provider stands in the settings, with its secret; nobody writes another into the database.
if apps.is_installed("allauth.socialaccount"):
    import_module("allauth.socialaccount.admin")
    for _model in apps.get_app_config("socialaccount").get_models():
        if admin.site.is_registered(_model):
            admin.site.unregister(_model)

admin.site.login = admin_login  # type: ignore[method-assign]
admin.site.password_change = admin_password_change  # type: ignore[method-assign]
