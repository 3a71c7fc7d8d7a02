from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import list_indexes, relation_indexes
from networking.items import NetworkingItem


class RbacPolicy(NetworkingItem):
    """A Neutron RBAC policy: lets a project, or with "*" every one, use an object of another. Its name says what it
    allows."""

    object_type = models.CharField(_("type"), max_length=64, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    access = models.CharField(_("access"), max_length=64, blank=True)
    target_project = models.CharField(_("for project"), max_length=255, blank=True)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("RBAC policy")
        verbose_name_plural = _("RBAC policies")
        indexes = [
            *list_indexes("rbacpolicy", "name", "project_id"),
            *relation_indexes("rbacpolicy", "target_project"),
        ]

    def shares(self, kind: str) -> list[str]:
        """The object's id, if it is of this type."""
        return [self.object_id] if self.object_type == kind and self.object_id else []

    @property
    def for_everybody(self) -> bool:
        return self.target_project == "*"
