"""Machines that no cloud knows, and jump hosts."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.addresses import canonical
from terminal import encodings


class HostQuerySet(models.QuerySet):
    def visible_to(self, user) -> "HostQuerySet":
        """Those of clusters one may see; those of no cluster only for a platform admin."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        return self.filter(cluster__in=list(access.held_by(user)))


class Host(models.Model):
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=200, blank=True)
    cluster = models.ForeignKey(
        "clusters.Cluster",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="terminal_hosts",
        verbose_name=_("cluster"),
        help_text=_("Whoever may open shells on this cluster may on this host. Empty: platform admins only."),
    )
    address = models.CharField(_("address"), max_length=255, help_text=_("A name or an IP address."))
    port = models.PositiveIntegerField(
        _("port"), default=22, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    username = models.CharField(_("user name"), max_length=100, blank=True)
    credential = models.ForeignKey(
        "terminal.SshCredential",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("credential"),
        limit_choices_to=Q(owner=None),
        help_text=_("Only shared ones. Empty: everybody gives their own."),
    )
    jump = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("jump host"),
        limit_choices_to=Q(jump=None),
    )
    encoding = models.CharField(
        _("encoding"),
        max_length=12,
        blank=True,
        choices=encodings.CHOICES,
        help_text=_("How the host writes. Empty: as the policy says."),
    )
    legacy = models.BooleanField(
        _("old algorithms are allowed"),
        default=False,
        help_text=_(
            "SHA-1 and CBC, for hosts and switches that offer nothing else. Who sits in between may read and change "
            "what passes."
        ),
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HostQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [models.UniqueConstraint(fields=["name", "cluster"], name="one_terminal_host_of_a_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        # In one spelling: its key is known by it.
        self.address = canonical(self.address.strip())
        if self.jump is not None and (self.jump.pk == self.pk or self.jump.jump_id):
            raise ValidationError({"jump": _("A jump host is reached directly and is another host.")})
