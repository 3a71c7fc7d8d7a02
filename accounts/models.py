"""People, and what each of them was granted."""

from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.own_roles import OwnRole, permissions_by_role, role_name  # noqa: F401 - one of this app's models


class User(AbstractUser):
    """A person or a script. A superuser is a platform admin; everybody else holds what their grants say."""

    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("Until then only the page for changing the password opens."),
    )
    must_add_second_factor = models.BooleanField(
        _("must set up a second factor"),
        default=False,
        editable=False,
        help_text=_("A role of theirs requires one; worked out by accounts.second_factor.requirement."),
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=63, blank=True)

    def save(self, *args, update_fields=None, **kwargs) -> None:
        # Django admin asks for is_staff and then only for model permissions, which know no clusters.
        self.is_staff = self.is_superuser
        if update_fields is not None and "is_superuser" in update_fields:
            update_fields = {*update_fields, "is_staff"}
        super().save(*args, update_fields=update_fields, **kwargs)


_PRINCIPAL = {"user__isnull": True, "group__isnull": True}
_SCOPE = {"cluster__isnull": True, "cluster_group__isnull": True, "everywhere": False}


def _exactly_one(nothing: dict[str, bool]) -> models.Q:
    """Exactly one of these is set; `nothing` maps each look-up to its value when it is not."""
    return models.Q(*(models.Q(**{**nothing, name: not unset}) for name, unset in nothing.items()), _connector="OR")


def with_its_grants(collector, field, grants, using) -> None:
    """Deletes the grants before what they are about. Django's CASCADE does it in any order when a key may be NULL,
    and on MariaDB it first sets the key to NULL, which no grant survives."""
    collector.collect(grants, source=field.remote_field.model, source_attr=field.name, nullable=False)


class Grant(models.Model):
    """A role for a user or a group: on one cluster, on those of a cluster group, or on every cluster there is and
    will be. Several grants add up. What they come to is written by `accounts.grants` whenever something changes.
    """

    user = models.ForeignKey(
        User, with_its_grants, null=True, blank=True, related_name="grants", verbose_name=_("user")
    )
    group = models.ForeignKey(
        Group, with_its_grants, null=True, blank=True, related_name="grants", verbose_name=_("group")
    )
    role = models.CharField(_("role"), max_length=40)
    cluster = models.ForeignKey(
        "clusters.Cluster",
        with_its_grants,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("cluster"),
    )
    cluster_group = models.ForeignKey(
        "clusters.ClusterGroup",
        with_its_grants,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("cluster group"),
    )
    everywhere = models.BooleanField(
        _("every cluster"), default=False, help_text=_("Also the clusters that will be added later.")
    )
    projects = models.JSONField(
        _("only these projects"),
        null=True,
        blank=True,
        help_text=_("IDs of projects of the one cluster; empty: the whole cluster."),
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    created_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("granted by"),
    )
    created_at = models.DateTimeField(_("granted at"), auto_now_add=True)
    # MariaDB has no partial unique index. NULL never equals NULL, so this makes only the grants everywhere unique.
    everywhere_key = models.GeneratedField(
        expression=models.Case(models.When(everywhere=True, then=models.Value(1)), default=None),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["user__username", "group__name", "role", "pk"]
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one(_PRINCIPAL),
                name="grant_to_one_principal",
                violation_error_message=_("A grant is for one user or for one group."),
            ),
            models.CheckConstraint(
                condition=_exactly_one(_SCOPE),
                name="grant_on_one_scope",
                violation_error_message=_("A grant is on one cluster, on one cluster group, or on every cluster."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[principal, "role", scope],
                    name=f"one_grant_{principal}_{scope}",
                    violation_error_message=_("This was granted already."),
                )
                for principal in ("user", "group")
                for scope in ("cluster", "cluster_group", "everywhere_key")
            ),
        ]

    def __str__(self) -> str:
        return _("%(who)s: %(role)s on %(scope)s") % {
            "who": self.principal,
            "role": self.get_role_display(),
            "scope": self.scope,
        }

    def save(self, *args, **kwargs) -> None:
        with transaction.atomic():  # a grant and what it gives are written together or not at all
            super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.role and self.role not in permissions_by_role():
            raise ValidationError({"role": _("There is no such role.")})
        if self.projects and not self.cluster_id:
            raise ValidationError({"projects": _("Projects are those of one cluster: choose it.")})
        if self.projects == []:
            self.projects = None

    def get_role_display(self) -> str:
        return role_name(self.role)

    def validate_constraints(self, exclude=None) -> None:
        # No form shows the generated column, and a constraint with a field that is not shown is not validated.
        super().validate_constraints(exclude={*(exclude or ())} - {"everywhere_key"})

    @property
    def principal(self) -> "User | Group":
        return self.user or self.group

    @property
    def scope(self) -> str:
        if self.everywhere:
            return _("every cluster")
        if self.cluster_group_id:
            return _("group %(name)s") % {"name": self.cluster_group}
        return str(self.cluster)


from accounts.tokens.models import ApiToken  # noqa: E402,F401
