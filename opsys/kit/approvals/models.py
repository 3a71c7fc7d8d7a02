"""For which actions a second person is asked, and what people asked."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.encrypted import EncryptedTextField
from clusters.models import Cluster, ClusterGroup

RISKY = "*"
"""Instead of one action: whatever cannot be undone."""


class ApprovalRule(models.Model):
    """An action that takes two, on one cluster, those of a group, those of an environment, or everywhere."""

    action = models.CharField(_("action"), max_length=120)
    cluster = models.ForeignKey(Cluster, models.CASCADE, null=True, blank=True, verbose_name=_("cluster"))
    cluster_group = models.ForeignKey(
        ClusterGroup, models.CASCADE, null=True, blank=True, verbose_name=_("cluster group")
    )
    environment = models.CharField(_("environment"), max_length=20, blank=True)

    class Meta:
        ordering = ["action", "pk"]
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")

    def __str__(self) -> str:
        return str(_("Everything that cannot be undone")) if self.action == RISKY else self.action

    def clean(self) -> None:
        if sum(map(bool, (self.cluster_id, self.cluster_group_id, self.environment))) > 1:
            raise ValidationError(_("One cluster, one group or one environment; none of them means every cluster."))

    def covers(self, cluster: Any) -> bool:
        if self.cluster_id:
            return self.cluster_id == cluster.pk
        if self.cluster_group_id:
            return self.cluster_group_id == cluster.group_id
        return not self.environment or self.environment == cluster.environment


class ApprovalQuerySet(models.QuerySet):
    def waiting(self) -> "ApprovalQuerySet":
        return self.filter(state=Approval.State.WAITING, expires_at__gt=timezone.now())

    def known_to(self, user) -> "ApprovalQuerySet":
        """One's own, those one decided, and all for a platform admin. Who may decide one that waits is told by
        `deciding.open_to`."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        return self.filter(models.Q(user=user) | models.Q(decided_by=user))


class Approval(models.Model):
    """What somebody wants to do and a second person has to approve. `seen` stands for the rows it is about as they
    were then; where they are others meanwhile, nothing runs."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CHANGED = "changed", _("changed meanwhile")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by"))
    resource = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    # Where something new is to be made: the cluster, perhaps a project of it, and `pks` are the requests' digests.
    cluster = models.ForeignKey(Cluster, models.CASCADE, null=True, related_name="+")
    project = models.JSONField(null=True)
    pks = models.JSONField()
    seen = models.CharField(max_length=64, blank=True)
    items = models.JSONField()  # the same rows as people know them: name, cluster and the cloud's id
    inputs = EncryptedTextField(default="{}", help_text=_("What people typed, as JSON. A password may be among it."))
    why = models.CharField(_("reason"), max_length=500, blank=True)
    via = models.CharField(max_length=20)
    client = models.CharField(max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    result = models.JSONField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "expires_at"], name="approval_waiting")]

    def __str__(self) -> str:
        return f"{self.resource}.{self.action} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("approval", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING and self.expires_at > timezone.now()

    @property
    def state_text(self) -> str:
        if self.state == self.State.WAITING and not self.is_waiting:
            return str(_("expired"))
        return str(self.get_state_display())

    @property
    def runs_until(self):
        """An approval is for what is done now; a job's late second try needs a new one."""
        return self.decided_at + timedelta(hours=settings.APPROVAL_HOURS) if self.decided_at else self.expires_at
