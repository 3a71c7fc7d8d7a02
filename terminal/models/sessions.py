"""Shells and consoles: those that run and those that did."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.sentences import retold


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SessionQuerySet":
        """One's own, and those on clusters one administers; a platform admin sees all."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        clusters = [pk for pk, held in access.held_by(user).items() if access.ADMINISTER in held]
        return self.filter(Q(user=user) | Q(cluster__in=clusters))

    def live(self) -> "SessionQuerySet":
        return self.filter(ended_at=None)


class Session(models.Model):
    """Names stand beside the foreign keys: they remain when the user, the cluster or the host is gone."""

    class Kind(models.TextChoices):
        SSH = "ssh", "SSH"
        VNC = "vnc", _("console (VNC)")
        SERIAL = "serial", _("console (serial)")
        WATCH = "watch", _("console (VNC), only looking")
        WALL = "wall", _("small screen on a wall")

    class State(models.TextChoices):
        CONNECTING = "connecting", _("connecting")
        OPEN = "open", _("open")
        DETACHED = "detached", _("connection lost")
        ENDED = "ended", _("ended")
        CRASHED = "crashed", _("crashed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SSH)
    username = models.CharField(_("user name"), max_length=150)
    login = models.CharField(max_length=64, help_text="Digest of the login session's key.")
    client = models.CharField(_("client"), max_length=100, blank=True)
    watched = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="The session that is looked at by this one."
    )
    cluster = models.ForeignKey(
        "clusters.Cluster", models.SET_NULL, null=True, related_name="+", verbose_name=_("cluster")
    )
    cluster_name = models.CharField(_("cluster name"), max_length=63, blank=True)
    cloud_id = models.CharField(_("server"), max_length=255, blank=True)
    host = models.ForeignKey("terminal.Host", models.SET_NULL, null=True, related_name="+", verbose_name=_("host"))
    target_name = models.CharField(_("target"), max_length=255)
    address = models.CharField(_("address"), max_length=64, blank=True)
    port = models.PositiveIntegerField(_("port"))
    route = models.CharField(_("by way of"), max_length=120, blank=True)
    login_name = models.CharField(_("user on the host"), max_length=100, blank=True)
    credential_name = models.CharField(_("credential"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.CONNECTING)
    process = models.CharField(max_length=120, help_text="The web process that holds it.")
    heartbeat_at = models.DateTimeField(null=True)
    resume_digest = models.CharField(max_length=64, blank=True)
    columns = models.PositiveIntegerField(default=80)
    rows = models.PositiveIntegerField(default=24)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    opened_at = models.DateTimeField(_("shell opened"), null=True)
    input_at = models.DateTimeField(_("last keystroke"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    bytes_in = models.BigIntegerField(_("bytes typed"), default=0)
    bytes_out = models.BigIntegerField(_("bytes shown"), default=0)
    watchers = models.PositiveIntegerField(_("people watching"), default=0)
    close_code = models.PositiveIntegerField(_("close code"), null=True)
    close_cause = models.CharField(max_length=40, blank=True)
    close_reason = models.TextField(_("reason"), blank=True)
    close_said = models.JSONField(null=True, editable=False)  # the reason, as `clusters.sentences` has it
    terminate_at = models.DateTimeField(null=True)
    terminate_by = models.CharField(max_length=150, blank=True)
    terminate_reason = models.CharField(max_length=200, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("terminal session")
        verbose_name_plural = _("terminal sessions")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["ended_at", "heartbeat_at"], name="terminal_session_live"),
            models.Index(fields=["-started_at"], name="terminal_session_newest"),
        ]

    def __str__(self) -> str:
        where = f"{self.login_name}@{self.target_name}" if self.login_name else self.target_name
        return f"{self.username} → {where}"

    @property
    def close_told(self) -> str:
        """Why it ended, in the language of whoever reads it."""
        return retold(self.close_said, self.close_reason)

    @property
    def is_screen(self) -> bool:
        """Its bytes are a picture (RFB), not text."""
        return self.kind in SCREENS


SCREENS = frozenset({Session.Kind.VNC, Session.Kind.WATCH, Session.Kind.WALL})
LOOKING = frozenset({Session.Kind.WATCH, Session.Kind.WALL})
"""Screens on which nothing can be done."""
