"""guardian's object permissions on clusters, with direct foreign keys: the generic tables compare ids as text."""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class _Conditional(models.Model):
    """`terms` as in `clusters.access.Terms`; `until`, when the last of them runs out."""

    terms = models.JSONField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ClusterUserPermission(_Conditional, UserObjectPermissionBase):
    content_object = models.ForeignKey("clusters.Cluster", models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        app_label = "clusters"

    def __str__(self) -> str:
        return f"{self.permission.codename} {self.content_object}"


class ClusterGroupPermission(_Conditional, GroupObjectPermissionBase):
    content_object = models.ForeignKey("clusters.Cluster", models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "clusters"

    def __str__(self) -> str:
        return f"{self.permission.codename} {self.content_object}"
