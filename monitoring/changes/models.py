from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.models import Cluster


class ChangeQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ChangeQuerySet":
        if access.is_platform_admin(user):
            return self
        return self.filter(cluster_id__in=list(access.held_by(user)))


class Change(models.Model):
    """`columns` are those that differ: name → [before, after]. It happened after `since`, when the row was looked at
    before, and was seen at `at`. `operation` is the one of ours it came of, as the audit calls it; None: from outside.
    `key` is the same for what two readings saw of one change."""

    class Kind(models.TextChoices):
        APPEARED = "appeared", _("appeared")
        CHANGED = "changed", _("changed")
        VANISHED = "vanished", _("vanished")

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+", verbose_name=_("cluster"), db_index=False)
    resource = models.CharField(_("type"), max_length=60)
    cloud_id = models.CharField(_("ID"), max_length=255)
    name = models.CharField(_("name"), max_length=255, blank=True)
    project_id = models.CharField(_("project"), max_length=64, blank=True)
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    columns = models.JSONField(_("columns"), default=dict)
    since = models.DateTimeField(_("after"), null=True)
    at = models.DateTimeField(_("seen"))
    key = models.CharField(max_length=32, unique=True, editable=False)
    operation = models.UUIDField(null=True)
    action = models.CharField(_("action"), max_length=100, blank=True)
    username = models.CharField(_("user name"), max_length=150, blank=True)
    via = models.CharField(_("via"), max_length=10, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_at"),
            models.Index(fields=["cluster", "-at"], name="change_cluster"),
            models.Index(fields=["cluster", "cloud_id", "-at"], name="change_resource"),
            models.Index(fields=["project_id", "-at"], name="change_project"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.name or self.cloud_id} {self.kind}"
