"""guardian's object permissions on clusters, with direct foreign keys: the generic tables compare ids as text."""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class ClusterUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey("clusters.Cluster", models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        app_label = "clusters"


class ClusterGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey("clusters.Cluster", models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        app_label = "clusters"
