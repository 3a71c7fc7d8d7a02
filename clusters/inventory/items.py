"""The model of a row of the inventory, and who sees which."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.inventory.partial import PARTIAL_SINCE
from clusters.inventory.search import SearchField
from clusters.models import Cluster


def seen_with(model: type["InventoryItem"], held: access.Held) -> models.Q:
    """The rows of a type that may be seen with these rights."""
    projects = {pk: held.projects(pk, access.VIEW) for pk in held.in_projects if pk not in held}
    return in_clusters(model, [*held, *projects], projects)


def in_clusters(
    model: type["InventoryItem"], cluster_ids: Sequence[int], projects: Mapping[int, frozenset[str]]
) -> models.Q:
    """Rows of these clusters; where projects are given for one, only what lies in them or is there for all."""
    condition = models.Q(cluster_id__in=[pk for pk in cluster_ids if pk not in projects])
    for pk in cluster_ids:
        if pk in projects:
            condition |= models.Q(cluster_id=pk) & model.of_projects(projects[pk])
    return condition


class InventoryQuerySet(models.QuerySet):
    def visible_to(self, user) -> "InventoryQuerySet":
        """What this user may see. The only way in for every door."""
        if access.is_platform_admin(user):
            return self
        return self.filter(seen_with(self.model, access.held_by(user)))

    def present(self) -> "InventoryQuerySet":
        return self.filter(gone_at=None)


class InventoryItem(models.Model):
    """A resource of a cloud as it was last seen. `data` holds what people do not filter or sort by."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+", verbose_name=_("cluster"), db_index=False)
    cloud_id = models.CharField(_("ID"), max_length=255)
    name = models.CharField(_("name"), max_length=255, blank=True)
    project_id = models.CharField(_("project"), max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), null=True)
    updated_at = models.DateTimeField(_("updated"), null=True)
    synced_at = models.DateTimeField(_("seen"))
    gone_at = models.DateTimeField(_("gone"), null=True)
    digest = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    search_text = SearchField()

    for_all_projects: models.Q | None = None
    """Which rows of a type everybody in the cloud uses, whose ever they are: public flavors, shared networks."""

    references: Mapping[str, Mapping[str, str]] = {}
    """Names of what the row refers to: type → id → name. Filled for the rows of a page."""

    objects = InventoryQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["cluster", "cloud_id"], name="unique_%(class)s_in_cluster")]

    def __str__(self) -> str:
        return self.name or self.cloud_id

    @classmethod
    def of_projects(cls, projects: frozenset[str]) -> models.Q:
        """What may be seen by whoever sees these projects only. What lies in no project is not theirs."""
        own = models.Q(project_id__in=projects - {""})
        return own if cls.for_all_projects is None else own | cls.for_all_projects

    def in_projects(self, projects: frozenset[str]) -> bool:
        """Whether it lies in one of these, and may be acted on by who acts there."""
        return bool(self.project_id) and self.project_id in projects

    def search_words(self) -> list[str]:
        """What people find it by: first its name and its id, then what else it bears (addresses, say)."""
        return [self.name, self.cloud_id]

    @property
    def partial(self) -> bool:
        """Whether the cloud last sent only a part of it."""
        return PARTIAL_SINCE in self.data

    @property
    def partial_since(self) -> datetime | None:
        """When it was last sent whole: so old is what else is known of it. None: always whole, or never."""
        moment = self.data.get(PARTIAL_SINCE)
        return parse_datetime(moment) if isinstance(moment, str) else None

    @property
    def transitional(self) -> bool:
        """Whether the cloud is working on it, so that it is worth looking again soon."""
        return False
