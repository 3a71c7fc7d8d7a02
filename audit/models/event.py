"""What happened, for ever: rows are added and never changed."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.proof import keys
from audit.proof.facts import FACTS, as_bytes, facts_of
from audit.redaction import redact
from clusters.sentences import as_data, retold

PURGE = "audit.event.purge"


class AppendOnly(Exception):
    """Somebody tried to change or delete what happened."""


class EventQuerySet(models.QuerySet):
    """Reads and adds. `purge` is the one way out, for `clear-logs`."""

    def visible_to(self, user) -> "EventQuerySet":
        """Their own events and those on the clusters they may see; everything for a platform admin."""
        from clusters import access  # noqa: PLC0415 - needs the models, this module is one of them

        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        return self.filter(Q(user=user) | Q(cluster__in=list(access.held_by(user))))

    def update(self, *args, **kwargs):
        raise AppendOnly("Audit events cannot be changed.")

    bulk_update = update

    def bulk_create(self, *args, **kwargs):
        raise AppendOnly("Audit events are saved one by one, so that each of them loses its secrets.")

    def delete(self):
        raise AppendOnly("Audit events cannot be deleted; old ones are purged by clear-logs.")

    def purgeable(self, before) -> "EventQuerySet":
        """What is older than this; without the events that say what was purged, which the proof needs for ever."""
        return self.filter(at__lt=before).exclude(action=PURGE)

    def purge(self, before, batch: int = 1000) -> int:
        """Delete the oldest events before this moment, at most `batch` of them; how many there were."""
        pks = list(self.purgeable(before).order_by("at").values_list("pk", flat=True)[:batch])
        if not pks:
            return 0
        return models.QuerySet(self.model, using=self.db).filter(pk__in=pks)._raw_delete(self.db)


class Event(models.Model):
    """One thing that happened. `operation` ties together what was started and what came of it.

    Names stand beside the foreign keys: they remain when the user or the cluster is gone.
    """

    class Via(models.TextChoices):
        UI = "ui", _("console")
        API = "api", _("API")
        CLI = "cli", _("command line")
        ADMIN = "admin", _("administration")
        SCHEDULE = "schedule", _("schedule")
        SYSTEM = "system", _("system")

    class Phase(models.TextChoices):
        STARTED = "started", _("started")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        NOTED = "noted", _("noted")

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    operation = models.UUIDField(_("operation"), default=uuid.uuid4, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("user"),
    )
    # The keys as they were when it happened: the foreign keys become NULL when the user or the cluster goes.
    user_number = models.BigIntegerField(null=True, editable=False)
    cluster_number = models.BigIntegerField(null=True, editable=False)
    username = models.CharField(_("user name"), max_length=150, blank=True)
    via = models.CharField(_("via"), max_length=10, choices=Via.choices)
    client = models.CharField(_("client"), max_length=100, blank=True)
    action = models.CharField(_("action"), max_length=100)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.NOTED)
    resource = models.CharField(_("type"), max_length=60, blank=True)
    cluster = models.ForeignKey(
        "clusters.Cluster",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("cluster"),
    )
    cluster_name = models.CharField(_("cluster name"), max_length=63, blank=True)
    cloud_id = models.CharField(_("ID"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=255, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    said = models.JSONField(null=True, blank=True, editable=False)  # the reason, as `clusters.sentences` has it
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    request_id = models.CharField(_("request ID"), max_length=100, blank=True)
    global_request_id = models.CharField(_("global request ID"), max_length=100, blank=True)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    seconds = models.FloatField(_("seconds"), null=True, blank=True)
    # A nonce and the code over it and all facts (`audit.proof.keys`): who has only the database cannot make one.
    authentication = models.BinaryField(
        max_length=keys.NONCE_BYTES + keys.MAC_BYTES, null=True, unique=True, editable=False
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="event_at"),
            models.Index(fields=["cluster", "-at", "-id"], name="event_of_cluster"),
            models.Index(fields=["user", "-at", "-id"], name="event_of_user"),
            models.Index(fields=["resource", "cloud_id", "-at"], name="event_resource"),
            models.Index(fields=["cloud_id"], name="event_cloud_id"),
            models.Index(fields=["request_id"], name="event_request"),
            models.Index(fields=["global_request_id"], name="event_global_request"),
            models.Index(fields=["action", "cluster", "user"], name="event_action"),
            # One for each field that is searched, in the order of the list: the newest of a common value stand first.
            models.Index(fields=["username", "-at", "-id"], name="event_username"),
            models.Index(fields=["via", "-at", "-id"], name="event_via"),
            models.Index(fields=["client", "-at", "-id"], name="event_client"),
            models.Index(fields=["action", "-at", "-id"], name="event_of_action"),
            models.Index(fields=["phase", "-at", "-id"], name="event_phase"),
            models.Index(fields=["resource", "-at", "-id"], name="event_of_type"),
            models.Index(fields=["cluster_name", "-at", "-id"], name="event_cluster_name"),
            models.Index(fields=["name", "-at", "-id"], name="event_name"),
            models.Index(fields=["error_code", "-at", "-id"], name="event_error_code"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.username or self.via} {self.action} {self.name} {self.phase}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise AppendOnly("Audit events cannot be changed.")
        self.params = redact(self.params)
        self.said, self.reason = as_data(self.reason), "".join(str(self.reason))
        for field in self._meta.concrete_fields:
            if isinstance(field, models.CharField) and field.max_length:
                setattr(self, field.attname, str(getattr(self, field.attname))[: field.max_length])
        self.user_number, self.cluster_number = self.user_id, self.cluster_id
        self.seconds = None if self.seconds is None else float(self.seconds)
        nonce = secrets.token_bytes(keys.NONCE_BYTES)
        self.authentication = nonce + keys.authenticate(nonce, as_bytes(self.facts()))
        super().save(*args, **kwargs)

    def facts(self) -> dict[str, Any]:
        """What is proved of this event, as plain JSON."""
        return facts_of(tuple(getattr(self, name) for name in FACTS))

    @property
    def told(self) -> str:
        """The reason in the language of whoever reads it."""
        return retold(self.said, self.reason)

    def delete(self, *args, **kwargs):
        raise AppendOnly("Audit events cannot be deleted; old ones are purged by clear-logs.")
