"""What ends or changes a person's rights moves `clusters.rights_version`, so that open sockets notice."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save

from accounts.models import User
from clusters import rights_version


def _moved(sender, **kwargs) -> None:
    rights_version.bump()


def _user_saved(sender, created=False, update_fields=None, **kwargs) -> None:
    if not created and (update_fields is None or set(update_fields) - {"last_login", "language", "time_zone"}):
        rights_version.bump()


def _membership(sender, action, **kwargs) -> None:
    if action.startswith("post_"):
        rights_version.bump()


def connect() -> None:
    user_logged_out.connect(_moved)
    post_delete.connect(_moved, sender=UserSession)
    post_delete.connect(_moved, sender=User)
    post_save.connect(_user_saved, sender=User)
    m2m_changed.connect(_membership, sender=User.groups.through)
