"""The report of what is open to the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from networking.exposure.evaluation import Level, Opening, Way, badness, is_open_at, openings
from networking.exposure.reading import Owner, Situation, situations
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column
from opsys.kit.lists.cells import Badge, Link
from opsys.kit.lists.scope import Scope
from opsys.kit.reports.doors import add_report
from opsys.kit.reports.report import Remedy, Report, ReportForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LEVEL_TEXTS: "dict[Level, tuple[StrPromise, str]]" = {
    Level.CRITICAL: (_("critical"), "red"),
    Level.HIGH: (_("high"), "orange"),
    Level.MEDIUM: (_("medium"), "yellow"),
    Level.LOW: (_("low"), "secondary"),
}
WAY_TEXTS: "dict[Way, StrPromise]" = {
    Way.ANYWHERE: _("The rule names no source, or everybody."),
    Way.WIDE_PREFIX: _("The source is a large part of the internet."),
    Way.REMOTE_GROUP: _("A port of the remote group is allowed to send from this prefix."),
    Way.ADDRESS_GROUP: _("The address group holds this prefix."),
    Way.NO_FILTER: _("Port security is off: nothing is filtered."),
}


class ExposureForm(ReportForm):
    level = forms.MultipleChoiceField(
        label=_("Level"),
        choices=[(level.value, text) for level, (text, _colour) in LEVEL_TEXTS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, required=False, help_text=_("For TCP or UDP.")
    )
    project = forms.CharField(label=_("Project"), required=False, help_text=_("Name or ID."))


@dataclass(frozen=True)
class Exposure:
    """One opening with the names of what it is about."""

    cluster: Cluster
    opening: Opening
    owner: Owner
    rule_row: int | None
    server: tuple[str, str]
    project: str
    group: str

    def __str__(self) -> str:
        return f"{self.server_name} {self.protocol} {self.ports}".rstrip()

    @property
    def level(self) -> Badge:
        text, colour = LEVEL_TEXTS[self.opening.level]
        return Badge(self.opening.level.value, str(text), colour)

    @property
    def server_name(self) -> str:
        return self.server[0] or self.owner.port_name or self.owner.device_id

    @property
    def server_link(self) -> Link:
        if self.server[0]:
            return Link(
                self.server_name, register.get("compute.server").url("item", *self._place(self.owner.device_id))
            )
        return Link(self.server_name, register.get("networking.port").url("item", *self._place(self.opening.port)))

    @property
    def status(self) -> str:
        return self.server[1]

    @property
    def addresses(self) -> list[str]:
        return list(self.opening.addresses)

    @property
    def protocol(self) -> str:
        rule = self.opening.rule
        return (rule.protocol or "any") if rule else "any"

    @property
    def ports(self) -> str:
        rule = self.opening.rule
        if rule is None or rule.first is None:
            return ""
        return str(rule.first) if rule.last in (None, rule.first) else f"{rule.first}-{rule.last}"

    @property
    def source(self) -> str:
        return self.opening.source

    @property
    def why(self) -> str:
        return str(WAY_TEXTS[self.opening.way])

    @property
    def group_link(self) -> Link | None:
        rule = self.opening.rule
        if rule is None:
            return None
        groups = register.get("networking.securitygroup")
        return Link(self.group or rule.group, groups.url("item", *self._place(rule.group)))

    @property
    def rule_id(self) -> str:
        return self.opening.rule.id if self.opening.rule else ""

    @property
    def remedy(self) -> Remedy | None:
        if self.rule_row is None:
            return Remedy("networking.port", "set-security", self.owner.row)
        return Remedy("networking.securitygrouprule", "restrict", self.rule_row)

    @property
    def words(self) -> str:
        said = (
            self.server_name,
            self.project,
            self.group,
            self.cluster.name,
            self.protocol,
            self.source,
            self.rule_id,
        )
        return " ".join([*said, *self.addresses, self.owner.device_id]).lower()

    def _place(self, cloud_id: str) -> tuple[str, str]:
        return self.cluster.name, cloud_id


def find(scope: Scope, *, user, wanted: Mapping[str, Any]) -> Sequence[Exposure]:
    clusters = {cluster.pk: cluster for cluster in scope.clusters}
    found = [
        (clusters[cluster_id], situation, opening)
        for cluster_id, situation in situations(scope, user=user).items()
        for opening in openings(situation.ports, situation.rules, situation.groups)
        if _wanted(opening, wanted)
    ]
    names = _Names(found, scope, user)
    rows = [names.given_to(*one) for one in found]
    if project := wanted.get("project"):
        rows = [row for row in rows if project in (row.project, row.owner.project_id)]
    return sorted(rows, key=lambda row: (*badness(row.opening), row.cluster.name, row.server_name, row.rule_id))


def _wanted(opening: Opening, wanted: Mapping[str, Any]) -> bool:
    if wanted.get("level") and opening.level not in wanted["level"]:
        return False
    return not wanted.get("port") or is_open_at(opening, wanted["port"])


class _Names:
    """Names for the ids in openings, with one query a type."""

    def __init__(self, found: Sequence[tuple[Cluster, Situation, Opening]], scope: Scope, user):
        owners = [situation.owners[opening.port] for _cluster, situation, opening in found]
        groups = {opening.rule.group for _cluster, _situation, opening in found if opening.rule}
        self.servers = self._of("compute.server", {owner.device_id for owner in owners}, scope, user)
        self.projects = self._of("identity.project", {owner.project_id for owner in owners}, scope, user)
        self.groups = self._of("networking.securitygroup", groups, scope, user)

    def _of(self, type_name: str, ids: set[str], scope: Scope, user) -> dict[tuple[int, str], tuple[str, str]]:
        model = register.get(type_name).model
        rows = scope.rows(model).present()
        places = rows.values_list("cluster_id", "cloud_id", "name", "status")
        # Of many ids not each is told: a database takes only so many of them at once.
        few = places.filter(cloud_id__in=ids) if len(ids) <= 5000 else places
        return {(cluster, cloud_id): (name or cloud_id, status) for cluster, cloud_id, name, status in few}

    def given_to(self, cluster: Cluster, situation: Situation, opening: Opening) -> Exposure:
        owner, rule = situation.owners[opening.port], opening.rule
        return Exposure(
            cluster=cluster,
            opening=opening,
            owner=owner,
            rule_row=situation.rule_rows[rule.id] if rule else None,
            server=self.servers.get((cluster.pk, owner.device_id), ("", "")),
            project=self.projects.get((cluster.pk, owner.project_id), (owner.project_id, ""))[0],
            group=self.groups.get((cluster.pk, rule.group), ("", ""))[0] if rule else "",
        )


EXPOSURE = add_report(
    Report(
        app="networking",
        slug="exposure",
        label=_("Exposure"),
        icon="world",
        intro=_(
            "What everybody on the internet may speak to: rules open to the world, joined with the servers that have "
            "a floating IP, an address on an external network, or a routed IPv6 address. The worst comes first."
        ),
        nothing=_("Nothing is open to the world"),
        columns=(
            Column("level", _("Level"), kind="badge", priority=1),
            Column("server", _("Server"), value="server_link", kind="link", priority=1),
            Column("status", _("Status"), priority=3),
            Column("addresses", _("Public addresses"), kind="lines", priority=1),
            Column("protocol", _("Protocol"), priority=1),
            Column("ports", _("Ports"), priority=1),
            Column("source", _("Open to"), kind="code", priority=2),
            Column("why", _("Why"), kind="reason", priority=3),
            Column("group", _("Security group"), value="group_link", kind="link", priority=2),
            Column("project", _("Project"), priority=3),
            Column("cluster", _("Cluster"), kind="cluster", priority=2),
        ),
        types=(
            *("networking.securitygrouprule", "networking.port", "networking.floatingip", "networking.network"),
            *("networking.router", "networking.securitygroup", "compute.server"),
        ),
        find=find,
        form=ExposureForm,
    )
)
