"""Roles beside the built-in three: sets of our permissions under a name of one's own."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import PERMISSIONS, Role

CHOOSABLE = [
    ("operate_cluster", _("operate: start, stop, reboot, attach, snapshot")),
    ("provision_cluster", _("provision: create, change, delete")),
    ("console_cluster", _("console: shells, screens, console log")),
    ("administer_cluster", _("administer: hosts, quotas, state, migration")),
]
VIEW = "view_cluster"


class OwnRole(models.Model):
    """To see is part of each: nobody acts on what they may not see."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True, help_text=_("As commands name it."))
    name = models.CharField(_("name"), max_length=60)
    permissions = models.JSONField(_("permissions"), default=list)
    second_factor = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Users with this role can do nothing until they have set one up."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("custom role")
        verbose_name_plural = _("custom roles")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug in Role.values or self.slug == "platform-admin":
            raise ValidationError({"slug": _("A built-in role has this name.")})

    @property
    def all_permissions(self) -> frozenset[str]:
        return frozenset({VIEW, *(name for name in self.permissions if name in dict(CHOOSABLE))})


def permissions_by_role() -> dict[str, frozenset[str]]:
    """All roles there are: their short names, and what each bundles. One query."""
    return {**PERMISSIONS, **{role.slug: role.all_permissions for role in OwnRole.objects.all()}}


def role_choices() -> list[tuple[str, str]]:
    return [*Role.choices, *OwnRole.objects.values_list("slug", "name")]


def role_name(slug: str) -> str:
    built_in = dict(Role.choices).get(slug)
    return str(built_in or OwnRole.objects.filter(slug=slug).values_list("name", flat=True).first() or slug)
