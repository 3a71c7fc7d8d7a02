"""What was seen of a session. The bytes lie in a file; here is what opens it and what proves it whole."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.encrypted import EncryptedTextField
from terminal.models.policies import where_owners_may_play


class RecordingQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RecordingQuerySet":
        """Those of clusters one administers, and one's own where the cluster's policy lets people play theirs."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        clusters = [pk for pk, held in access.held_by(user).items() if access.ADMINISTER in held]
        own = Q(session__user=user) & where_owners_may_play()
        return self.filter(Q(session__cluster__in=clusters) | own)


class Recording(models.Model):
    """`chunks` and `head` are as of the last look of the process that writes: the file may hold more, never less."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETE = "complete", _("complete")
        CRASHED = "crashed", _("crashed")
        FAILED = "failed", _("failed")
        DELETED = "deleted", _("deleted")

    session = models.OneToOneField(
        "terminal.Session", models.CASCADE, related_name="recording", verbose_name=_("session")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    path = models.CharField(max_length=200, help_text="Below TERMINAL_RECORDINGS.")
    key = EncryptedTextField(help_text="The key of this one file.")
    chunks = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, help_text="The hash of the last chunk known.")
    bytes = models.BigIntegerField(_("size"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    keep_until = models.DateTimeField(_("kept until"), null=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.session)
