"""The three roles and what each of them bundles.

A grant gives a role on clusters, and nothing else. In particular the role `admin` is not the platform admin: Django
admin knows no clusters, only models, so whoever could change one cluster there could change all of them. Django
admin is therefore for superusers alone (`User.save` keeps `is_staff` equal to `is_superuser`).

The permissions are those of `clusters.access`, spelled out here because the models need this module before the
models of `clusters` are loaded. A test compares the two.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    VIEWER = "viewer", _("viewer")
    OPERATOR = "operator", _("operator")
    ADMIN = "admin", _("administrator")


_VIEWER = frozenset({"view_cluster"})
_OPERATOR = _VIEWER | {"operate_cluster", "provision_cluster", "console_cluster"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: _OPERATOR | {"administer_cluster"},
}
