"""What a cluster allows: where shells may go, how long they may last, what is kept of them."""

import ipaddress

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terminal import encodings


def check_networks(text: str) -> None:
    for line in text.split():
        try:
            ipaddress.ip_network(line)
        except ValueError:
            raise ValidationError(_("“%(line)s” is not a network such as 10.0.0.0/8.") % {"line": line}) from None


def check_ports(text: str) -> None:
    try:
        ranges = port_ranges(text)
    except ValueError:
        ranges = []
    if not ranges or any(not 1 <= port <= 65535 for low, high in ranges for port in (low, high)):
        raise ValidationError(_("Give ports and ranges such as 22, 2200-2299."))


def port_ranges(text: str) -> list[tuple[int, int]]:
    """`22, 2200-2299` → [(22, 22), (2200, 2299)]; ValueError when it is something else."""
    ranges = []
    for part in text.replace(",", " ").split():
        low, _dash, high = part.partition("-")
        ranges.append((int(low), int(high or low)))
    return ranges


class Policy(models.Model):
    """One row per cluster; the row without a cluster is for all clusters that have none, and for hosts of none."""

    cluster = models.OneToOneField(
        "clusters.Cluster",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="terminal_policy",
        verbose_name=gettext_lazy("cluster"),
        help_text=gettext_lazy("Empty: for every cluster that has no policy of its own."),
    )
    enabled = models.BooleanField(gettext_lazy("shells are allowed"), default=True)
    allowed_networks = models.TextField(
        gettext_lazy("allowed networks"),
        blank=True,
        validators=[check_networks],
        help_text=gettext_lazy(
            "One a line, such as 10.0.0.0/8. Empty: everywhere but loopback, link-local and the platform's own "
            "addresses. Those are reached only where a network that lies wholly within them is named here."
        ),
    )
    allowed_ports = models.CharField(
        gettext_lazy("allowed ports"),
        max_length=200,
        default="22",
        validators=[check_ports],
        help_text=gettext_lazy("The first is the one used when nobody says otherwise. For example: 22, 2200-2299"),
    )
    consoles = models.BooleanField(
        gettext_lazy("consoles are allowed"),
        default=True,
        help_text=gettext_lazy("The screen (VNC) and the serial line of servers, by way of the cloud's proxy."),
    )
    console_proxies = models.TextField(
        gettext_lazy("networks of console proxies"),
        blank=True,
        validators=[check_networks],
        help_text=gettext_lazy(
            "One a line. Only needed for a proxy on loopback, link-local or one of the platform's own addresses that "
            "is not where the cluster's API is."
        ),
    )
    wall_screens = models.PositiveIntegerField(
        gettext_lazy("small screens on walls at a time"),
        default=0,
        help_text=gettext_lazy("Screens of several servers side by side, refreshed slowly. 0: none."),
    )
    jump = models.ForeignKey(
        "terminal.Host",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("jump host"),
        limit_choices_to=Q(jump=None),
        help_text=gettext_lazy("Servers of the cluster are reached by way of it. Saved hosts name their own."),
    )
    idle_minutes = models.PositiveIntegerField(
        gettext_lazy("minutes without a keystroke"), default=30, validators=[MinValueValidator(1)]
    )
    longest_minutes = models.PositiveIntegerField(
        gettext_lazy("longest duration in minutes"), default=12 * 60, validators=[MinValueValidator(1)]
    )
    per_user = models.PositiveIntegerField(gettext_lazy("sessions of one user at a time"), default=20)
    per_host = models.PositiveIntegerField(gettext_lazy("sessions on one host at a time"), default=20)
    record = models.BooleanField(gettext_lazy("record sessions"), default=True)
    record_screens = models.BooleanField(
        gettext_lazy("record screens"),
        default=False,
        help_text=gettext_lazy("Consoles (VNC) too. Then there is no console that cannot be recorded."),
    )
    retention_days = models.PositiveIntegerField(
        gettext_lazy("days recordings are kept"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    send_lang = models.BooleanField(
        gettext_lazy("send LANG=C.UTF-8"),
        default=True,
        help_text=gettext_lazy("So that hosts without a locale take letters of every language. Hosts may ignore it."),
    )
    encoding = models.CharField(
        gettext_lazy("encoding"),
        max_length=12,
        default=encodings.UTF_8,
        choices=encodings.CHOICES,
        help_text=gettext_lazy("How servers write. Saved hosts may have their own; each terminal can be switched."),
    )
    owners_may_play = models.BooleanField(
        gettext_lazy("people may play their own recordings"),
        default=True,
        help_text=gettext_lazy("Whoever administers the cluster may in any case."),
    )

    class Meta:
        ordering = ["cluster__name"]
        verbose_name = gettext_lazy("terminal policy")
        verbose_name_plural = gettext_lazy("terminal policies")

    def __str__(self) -> str:
        return str(self.cluster) if self.cluster_id else _("every other cluster")

    @property
    def networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        return [ipaddress.ip_network(line) for line in self.allowed_networks.split()]

    @property
    def proxy_networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        return [ipaddress.ip_network(line) for line in self.console_proxies.split()]

    def allows_port(self, port: int) -> bool:
        return any(low <= port <= high for low, high in port_ranges(self.allowed_ports))

    @property
    def default_port(self) -> int:
        return port_ranges(self.allowed_ports)[0][0]


def default_policy() -> Policy:
    """The stored one for all clusters without their own, or one with the defaults that was not stored yet."""
    return Policy.objects.filter(cluster=None).first() or Policy()


def where_owners_may_play() -> Q:
    """Of recordings: those of clusters whose policy lets people play their own."""
    own = Policy.objects.filter(cluster=OuterRef("session__cluster"))
    allowed = Q(Exists(own.filter(owners_may_play=True)))
    return allowed | ~Q(Exists(own)) if default_policy().owners_may_play else allowed
