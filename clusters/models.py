"""The registry of clouds: what they are called, where they answer, who we are there."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ClusterGroup(models.Model):
    name = models.SlugField(_("name"), max_length=63, unique=True, allow_unicode=True)
    description = models.CharField(_("description"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("cluster group")
        verbose_name_plural = _("cluster groups")

    def __str__(self) -> str:
        return self.name


class Environment(models.TextChoices):
    PRODUCTION = "production", _("production")
    STAGING = "staging", _("staging")
    TESTING = "testing", _("testing")
    DEVELOPMENT = "development", _("development")
    UNSET = "unset", _("not set")


# The colour people learn to fear: it marks a cluster's name wherever it stands.
ENVIRONMENT_COLOURS = {
    Environment.PRODUCTION: "red",
    Environment.STAGING: "orange",
    Environment.TESTING: "azure",
    Environment.DEVELOPMENT: "green",
}


TAKEN = frozenset({"columns", "count", "do", "export", "freshness", "menu", "new", "protect", "values", "view"})
"""What stands in the addresses of lists where a resource's address has its cluster."""


def not_taken(name: str) -> None:
    if name in TAKEN:
        raise ValidationError(_("“%(name)s” is a word of the console's own addresses."), params={"name": name})


class Cluster(models.Model):
    """One region of one cloud."""

    name = models.SlugField(
        _("name"),
        max_length=63,
        unique=True,
        allow_unicode=True,
        validators=[not_taken],
        help_text=_("Short; used in addresses and commands."),
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    group = models.ForeignKey(
        ClusterGroup, models.SET_NULL, null=True, blank=True, related_name="clusters", verbose_name=_("group")
    )
    environment = models.CharField(
        _("environment"), max_length=20, choices=Environment.choices, default=Environment.UNSET
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("A disabled cluster is neither read nor changed.")
    )

    auth_url = models.CharField(
        _("identity address"),
        max_length=500,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("For example https://cloud.example.com:5000/v3"),
    )
    region = models.CharField(_("region"), max_length=255, blank=True, help_text=_("Empty: the only region there is."))
    interface = models.CharField(
        _("interface"),
        max_length=10,
        choices=[(name, name) for name in ("public", "internal", "admin")],
        default="public",
    )
    verify_tls = models.BooleanField(_("verify the certificate"), default=True)
    ca_certificate = models.TextField(
        _("CA certificate"),
        blank=True,
        help_text=_("PEM text, when the cloud's certificate is signed by your own CA."),
    )

    capabilities = models.JSONField(default=dict, blank=True, editable=False)
    guards = models.JSONField(default=dict, blank=True, editable=False, help_text="Written by clusters.guards.")
    checked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        permissions = [
            ("operate_cluster", _("Can operate resources of the cluster")),
            ("provision_cluster", _("Can create, resize and delete resources of the cluster")),
            ("console_cluster", _("Can open shells and consoles on the cluster")),
            ("administer_cluster", _("Can administer hosts, quotas and states of the cluster")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def colour(self) -> str:
        return ENVIRONMENT_COLOURS.get(self.environment, "secondary")


class SyncState(models.Model):
    """How far the inventory of one resource type of one cluster has come. Written by clusters/sync.py only, but for
    `full_every`, which platform admins choose."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="sync_states", verbose_name=_("cluster"))
    resource = models.CharField(_("type"), max_length=60)
    full_at = models.DateTimeField(_("complete pass"), null=True)
    full_every = models.PositiveIntegerField(
        _("seconds between complete passes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(86400)],
        help_text=_("Empty: as often as for every cluster."),
    )
    # When the last successful pass of any kind began.
    synced_at = models.DateTimeField(_("last pass"), null=True)
    changed_at = models.DateTimeField(null=True, help_text="When a pass last changed a row.")
    changes_since = models.DateTimeField(null=True, help_text="Where the next delta begins, by the cloud's clock.")
    eager_until = models.DateTimeField(null=True, help_text="Somebody acted: look often until then.")
    looked_at = models.DateTimeField(null=True, help_text="When somebody last had this type of this cluster open.")
    running_until = models.DateTimeField(null=True, help_text="A pass holds this lease.")
    lease = models.CharField(max_length=16, blank=True, help_text="Token of its holder.")
    position = models.JSONField(null=True, help_text="How far a complete pass has come that is under way.")
    page_rows = models.PositiveIntegerField(null=True, help_text="Rows a page, by how long the last ones took.")
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    retry_at = models.DateTimeField(_("asked again at"), null=True, help_text="The cloud said when, or refused us.")
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True)
    seconds = models.FloatField(_("seconds"), null=True)
    full_took = models.FloatField(null=True, help_text="Seconds the last complete pass took.")
    full_pages = models.PositiveIntegerField(null=True, help_text="Requests the last complete pass took.")
    index_at = models.DateTimeField(null=True, help_text="When the last pass over the ids began.")
    index_took = models.FloatField(null=True, help_text="Seconds that took.")
    index_pages = models.PositiveIntegerField(null=True, help_text="Requests that took.")
    refused_at = models.DateTimeField(null=True, help_text="When this cloud did not understand what changed.")
    delta_at = models.DateTimeField(null=True, help_text="When the last delta began.")
    delta_took = models.FloatField(null=True, help_text="Seconds a delta usually takes.")
    # They only grow: who keeps them over time tells latency and error rate of any while by their differences.
    requests = models.PositiveBigIntegerField(default=0, help_text="Requests of readings that were answered.")
    request_ms = models.PositiveBigIntegerField(default=0, help_text="Milliseconds these waited for an answer.")
    request_errors = models.PositiveBigIntegerField(default=0, help_text="Readings that failed.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cluster", "resource"], name="one_state_per_type")]
        verbose_name = _("sync state")
        verbose_name_plural = _("sync states")

    def __str__(self) -> str:
        return f"{self.resource} of {self.cluster_id}"


# Models of this app that live in files of their own.
from clusters.credentials import Credential  # noqa: E402,F401
from clusters.guards.models import Closure, Protection  # noqa: E402,F401
from clusters.links import ResourceLink  # noqa: E402,F401
from clusters.locks import ResourceLock  # noqa: E402,F401
from clusters.login_refusals import LoginRefusal  # noqa: E402,F401
from clusters.notifications.models import NotificationBroker  # noqa: E402,F401
from clusters.object_permissions import ClusterGroupPermission, ClusterUserPermission  # noqa: E402,F401
from clusters.rights_version import RightsVersion  # noqa: E402,F401
