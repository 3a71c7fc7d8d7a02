"""Lines people paste often."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters import access


class SnippetQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SnippetQuerySet":
        """One's own, and those shared with everybody or with a cluster where one may open shells."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        shared = Q(owner=None)
        if not access.is_platform_admin(user):
            clusters = [pk for pk, held in access.held_by(user).items() if access.CONSOLE in held]
            shared &= Q(cluster=None) | Q(cluster__in=clusters)
        return self.filter(Q(owner=user) | shared)


class Snippet(models.Model):
    name = models.CharField(_("name"), max_length=100)
    text = models.TextField(_("text"), max_length=10_000)
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
        "clusters.Cluster",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster"),
        help_text=_("Empty: on every cluster."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SnippetQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("snippet")
        verbose_name_plural = _("snippets")

    def __str__(self) -> str:
        return self.name
