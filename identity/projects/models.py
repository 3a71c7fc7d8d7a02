from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Project(InventoryItem):
    """A Keystone project. `domain` is the domain's name where we may read it, else its id."""

    domain_id = models.CharField(_("domain"), max_length=64, blank=True)
    domain = models.CharField(_("domain"), max_length=64, blank=True)
    parent_id = models.CharField(_("parent"), max_length=64, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    tags = models.JSONField(_("tags"), default=list)

    @classmethod
    def of_projects(cls, projects: frozenset[str]) -> models.Q:
        return models.Q(cloud_id__in=projects)

    def in_projects(self, projects: frozenset[str]) -> bool:
        return self.cloud_id in projects

    class Meta(InventoryItem.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = list_indexes("project", "name", "domain")
