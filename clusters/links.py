"""What resources refer to, where that is more than one id in a column: volumes of a server, groups of a port."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models, transaction

from clusters.coerce import is_id

EXTRACTORS: dict[type[models.Model], Mapping[str, Callable[[Any], list[str]]]] = {}
"""Model → name of the relation → the ids an item refers to by it."""


class ResourceLink(models.Model):
    """One resource refers to another of the same cluster. Written with the row of the one that refers, and left when
    that is gone: readers join it with rows that are present."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, related_name="+", db_index=False)
    source_type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=255)
    relation = models.CharField(max_length=40)
    target_id = models.CharField(max_length=255)

    class Meta:
        app_label = "clusters"
        indexes = [
            models.Index(fields=["cluster", "target_id", "source_type", "relation"], name="links_by_target"),
            models.Index(fields=["cluster", "source_type", "source_id"], name="links_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_type} {self.source_id} {self.relation} {self.target_id}"


def write_links(model: type[models.Model], cluster: models.Model, items: Iterable[Any]) -> None:
    """Make the links of these items of one cluster what the items say now."""
    extractors = EXTRACTORS.get(model)
    items = list(items)
    if not extractors or not items:
        return
    source_type = model._meta.label_lower
    wanted = {
        (item.cloud_id, relation, target)
        for item in items
        for relation, ids_of in extractors.items()
        for target in ids_of(item)
        if is_id(target)
    }
    rows = ResourceLink.objects.filter(
        cluster=cluster, source_type=source_type, source_id__in=[item.cloud_id for item in items]
    )
    present = {(row.source_id, row.relation, row.target_id): row.pk for row in rows}
    obsolete = [pk for link, pk in present.items() if link not in wanted]
    if not obsolete and wanted <= present.keys():
        return
    with transaction.atomic():
        ResourceLink.objects.filter(pk__in=obsolete).delete()
        ResourceLink.objects.bulk_create(
            [
                ResourceLink(
                    cluster=cluster, source_type=source_type, source_id=source, relation=relation, target_id=target
                )
                for source, relation, target in sorted(wanted - present.keys())
            ],
            batch_size=500,
        )
