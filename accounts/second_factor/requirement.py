"""Who must have a second factor, and has none yet.

The answer stands in the user's row, because every request, socket and job asks for it; it is worked out anew whenever
something that it depends on changes: a grant, a membership, a superuser, a second factor, the setting.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save

from accounts.models import Grant, User

PLATFORM_ADMIN = "platform-admin"
SUFFICIENT = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def refresh(users=None) -> None:
    """Work it out for these users, or for everybody."""
    everybody = User.objects.all() if users is None else User.objects.filter(pk__in=[user.pk for user in users])
    missing = _lacking(everybody)
    everybody.filter(must_add_second_factor=True).exclude(pk__in=missing).update(must_add_second_factor=False)
    everybody.filter(must_add_second_factor=False, pk__in=missing).update(must_add_second_factor=True)


def _lacking(users) -> list[int]:
    if not (roles := required_roles()):
        return []
    held = Grant.objects.filter(role__in=roles)
    holders = Q(pk__in=held.values("user")) | Q(groups__in=held.filter(group__isnull=False).values("group"))
    if PLATFORM_ADMIN in roles:
        holders |= Q(is_superuser=True)
    protected = Authenticator.objects.filter(type__in=SUFFICIENT).values("user")
    return list(
        users.filter(holders, is_active=True).exclude(pk__in=protected).values_list("pk", flat=True).distinct()
    )


def required_roles() -> set[str]:
    return set(settings.SECOND_FACTOR_REQUIRED_FOR)


def _grant_changed(sender, instance: Grant, **kwargs) -> None:
    refresh([instance.user] if instance.user_id else list(instance.group.user_set.all()))


def _user_saved(sender, instance: User, update_fields=None, raw=False, **kwargs) -> None:
    if not raw and (update_fields is None or {"is_superuser", "is_active"} & set(update_fields)):
        refresh([instance])


def _membership_changed(sender, instance, action, reverse, pk_set, **kwargs) -> None:
    if action.startswith("post_"):
        refresh(list(User.objects.filter(pk__in=pk_set or ())) if reverse else [instance])


def _authenticator_changed(sender, instance: Authenticator, **kwargs) -> None:
    refresh([instance.user])


def _migrated(sender, **kwargs) -> None:
    refresh()


def connect(app) -> None:
    for signal in (post_save, post_delete):
        signal.connect(_grant_changed, sender=Grant)
        signal.connect(_authenticator_changed, sender=Authenticator)
    post_save.connect(_user_saved, sender=User)
    m2m_changed.connect(_membership_changed, sender=User.groups.through)
    post_migrate.connect(_migrated, sender=app)
