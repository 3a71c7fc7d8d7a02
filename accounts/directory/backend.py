"""Whom a directory brings in, with which groups."""

from django.apps import apps
from django.conf import settings
from django_auth_ldap.backend import LDAPBackend

from accounts.outside_groups import take_over
from audit.acting import SYSTEM


class DirectoryBackend(LDAPBackend):
    """An account with a password of its own belongs to whoever knows that, not to a namesake in the directory, until
    `LDAP_LINK_BY_NAME` says that names are the same people."""

    def get_or_build_user(self, username, ldap_user):
        user, built = super().get_or_build_user(username, ldap_user)
        if not built and not settings.LDAP_LINK_BY_NAME and not _of_directory(user):
            raise ldap_user.AuthenticationFailed("there is an account of this name that is not the directory's")
        return user, built

    def authenticate_ldap_user(self, ldap_user, password):
        user = super().authenticate_ldap_user(ldap_user, password)
        if user is not None and user.is_active and (settings.LDAP_GROUPS or settings.LDAP_PLATFORM_ADMINS):
            take_over(user, set(ldap_user.group_names), settings.LDAP_GROUPS, settings.LDAP_PLATFORM_ADMINS, SYSTEM)
        return user

    def get_user(self, user_id):
        """Sessions ask at each request: a disabled account is nobody."""
        user = super().get_user(user_id)
        return user if user is not None and user.is_active else None


def _of_directory(user) -> bool:
    """It has no password here, and no provider vouches for it."""
    if user.has_usable_password():
        return False
    if not apps.is_installed("allauth.socialaccount"):
        return True
    return not apps.get_model("socialaccount", "SocialAccount").objects.filter(user=user).exists()
