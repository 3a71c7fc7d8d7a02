"""The Merkle tree over all events: its leaves, its size, and what was signed of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Leaf(models.Model):
    """One event's place in the tree. It stays when the event is purged, so that the tree can be built again."""

    position = models.BigIntegerField(primary_key=True)  # from 0, without gaps
    event_number = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_number}"


class TreeState(models.Model):
    """One row: how far the tree has grown. Its lock makes those who add to the tree take turns."""

    size = models.BigIntegerField(default=0)
    subtrees = models.JSONField(default=list)  # hexadecimal, largest first (`audit.proof.merkle.Tree`)
    # No event up to this number is missing in the tree; where to look for new ones.
    complete_to = models.BigIntegerField(default=0)
    # Events up to this number were written before there was a proof and bear no authentication code.
    unauthenticated_to = models.BigIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)  # of the last verification, at most 100

    def __str__(self) -> str:
        return f"{self.size} events"


class Checkpoint(models.Model):
    """Size and root of the tree at one moment, signed."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    size = models.BigIntegerField(_("events"), db_index=True)
    note = models.TextField(_("signed note"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.size} at {self.at:%Y-%m-%d %H:%M:%S}"
