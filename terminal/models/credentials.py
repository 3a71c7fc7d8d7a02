"""Who we are on a host. Secrets go in and never come out again, but to the host."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.encrypted import EncryptedTextField


class SshCredentialQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SshCredentialQuerySet":
        """One's own, and those shared with clusters where one may open shells. A platform admin: all but other
        people's own."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self.filter(Q(owner=user) | Q(owner=None))
        clusters = [pk for pk, held in access.held_by(user).items() if access.CONSOLE in held]
        return self.filter(
            Q(owner=user) | Q(owner=None, cluster__in=clusters) | Q(owner=None, cluster_group__clusters__in=clusters)
        ).distinct()

    def usable_on(self, cluster) -> "SshCredentialQuerySet":
        """Those that are for this cluster, or for any. `cluster` may be None: a host of no cluster."""
        anywhere = Q(cluster=None, cluster_group=None)
        if cluster is None:
            return self.filter(anywhere)
        here = Q(cluster=cluster)
        if cluster.group_id:
            here |= Q(cluster_group_id=cluster.group_id)
        return self.filter(anywhere | here)


class SshCredential(models.Model):
    """A user name and what proves it: a person's own, or shared with everybody who may open shells on a cluster or
    on the clusters of a group."""

    class Kind(models.TextChoices):
        PASSWORD = "password", _("password")
        KEY = "key", _("private key")

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.KEY)
    username = models.CharField(
        _("user name"),
        max_length=100,
        blank=True,
        help_text=_("Empty: the one of the host or of its image, or asked for."),
    )
    secret = EncryptedTextField(_("secret"), help_text=_("The password, or the private key as OpenSSH writes it."))
    passphrase = EncryptedTextField(_("passphrase"), blank=True, default="")
    fingerprint = models.CharField(_("fingerprint"), max_length=100, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Empty: shared."),
    )
    cluster = models.ForeignKey(
        "clusters.Cluster", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("cluster")
    )
    cluster_group = models.ForeignKey(
        "clusters.ClusterGroup",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster group"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SshCredentialQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("SSH credential")
        verbose_name_plural = _("SSH credentials")

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<SshCredential {self.pk}>"


class DefaultUser(models.Model):
    """Which user name an image's servers have, so that nobody has to remember it."""

    cluster = models.ForeignKey(
        "clusters.Cluster",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster"),
        help_text=_("Empty: on every cluster."),
    )
    image = models.CharField(_("image"), max_length=255, help_text=_("A name or a pattern such as ubuntu*."))
    username = models.CharField(_("user name"), max_length=100)

    class Meta:
        ordering = ["image"]
        verbose_name = _("default user of an image")
        verbose_name_plural = _("default users of images")

    def __str__(self) -> str:
        return f"{self.image}: {self.username}"
