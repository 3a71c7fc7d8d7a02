"""Who the platform is in a cluster."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.encrypted import EncryptedTextField


class Credential(models.Model):
    """Kept apart from `Cluster` so that no list ever loads a secret. Ids and names have columns of their own, as
    Keystone tells them apart; where both are given the id counts. What was not given stays empty."""

    class Kind(models.TextChoices):
        PASSWORD = "password", _("password")
        APPLICATION_CREDENTIAL = "application_credential", _("application credential")
        TOKEN = "token", _("token")

    cluster = models.OneToOneField("clusters.Cluster", models.CASCADE, related_name="credential")
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, default=Kind.PASSWORD)
    username = models.CharField(
        _("user name or application credential ID"),
        max_length=255,
        blank=True,
        help_text=_("For an application credential without a name: its ID."),
    )
    user_id = models.CharField(_("user ID"), max_length=255, blank=True)
    user_domain = models.CharField(_("user domain"), max_length=255, blank=True)
    user_domain_id = models.CharField(_("user domain ID"), max_length=255, blank=True)
    application_credential_name = models.CharField(
        _("application credential name"),
        max_length=255,
        blank=True,
        help_text=_("Instead of its ID; the user then has to be named too."),
    )
    project_name = models.CharField(_("project"), max_length=255, blank=True)
    project_id = models.CharField(_("project ID"), max_length=255, blank=True)
    project_domain = models.CharField(_("project domain"), max_length=255, blank=True)
    project_domain_id = models.CharField(_("project domain ID"), max_length=255, blank=True)
    domain_name = models.CharField(
        _("domain scope"), max_length=255, blank=True, help_text=_("Instead of a project: a whole domain.")
    )
    domain_id = models.CharField(_("domain scope, ID"), max_length=255, blank=True)
    system_scope = models.BooleanField(
        _("system scope"), default=False, help_text=_("Instead of a project: the whole cloud.")
    )
    secret = EncryptedTextField(_("secret"))
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.application_credential_name or self.username or self.user_id}".strip()

    def __repr__(self) -> str:
        return f"<Credential {self.pk} of cluster {self.cluster_id}>"

    def save(self, *args, **options) -> None:
        """What was refused with the old one is tried at once with the new one."""
        super().save(*args, **options)
        self.cluster.sync_states.update(retry_at=None, failed_at=None)

    def clean(self) -> None:
        named = bool(self.username or self.user_id)
        if self.kind == self.Kind.PASSWORD and not named:
            raise ValidationError({"username": _("A password needs the name or the ID of its user.")})
        if self.kind == self.Kind.APPLICATION_CREDENTIAL and not named:
            raise ValidationError({"username": _("Give the application credential's ID, or its name and its user.")})
        scopes = (self.project_name or self.project_id, self.domain_name or self.domain_id, self.system_scope)
        if sum(bool(scope) for scope in scopes) > 1:
            raise ValidationError(_("Give one scope: a project, a domain or the whole system."))


IDENTITY_FIELDS = (
    "kind",
    "username",
    "user_id",
    "user_domain",
    "user_domain_id",
    "application_credential_name",
    "project_name",
    "project_id",
    "project_domain",
    "project_domain_id",
    "domain_name",
    "domain_id",
    "system_scope",
)
"""Everything of a credential but its secret."""
