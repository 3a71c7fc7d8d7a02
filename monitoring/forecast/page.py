"""What if: the servers of a host that dies or is emptied, or new ones of a flavor, and where the others would take
them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Cluster
from monitoring.forecast.fitting import Needs, Room, place
from opsys.kit.declare import register
from opsys.kit.declare.resource import Column
from opsys.kit.lists.cells import Badge, Link
from opsys.kit.lists.scope import Scope
from opsys.kit.reports.doors import add_report
from opsys.kit.reports.report import Report, ReportForm

HOSTS, SERVERS, FLAVORS = "compute.hypervisor", "compute.server", "compute.flavor"
MOST = 1000


class WhatIfForm(ReportForm):
    host = forms.CharField(
        label=gettext_lazy("This host is gone"), required=False, help_text=gettext_lazy("The name of a host.")
    )
    flavor = forms.CharField(label=gettext_lazy("New servers of this flavor"), required=False)
    count = forms.IntegerField(label=gettext_lazy("How many"), required=False, min_value=1, max_value=MOST)


@dataclass(frozen=True)
class Placed:
    """A server, there or new (`pk` None), and the host that would take it ("": none)."""

    cluster: Cluster
    name: str
    cloud_id: str
    project: str
    flavor: str
    to: str

    remedy = None

    def __str__(self) -> str:
        return self.name or self.cloud_id

    @property
    def link(self) -> Link:
        url = register.get(SERVERS).url("item", self.cluster.name, self.cloud_id) if self.cloud_id else ""
        return Link(str(self), url)

    @property
    def fits(self) -> Badge:
        return Badge("fits", _("fits"), "green") if self.to else Badge("nowhere", _("fits nowhere"), "red")

    @property
    def words(self) -> str:
        return f"{self.name} {self.cloud_id} {self.project} {self.flavor} {self.to}".lower()


def find(scope: Scope, *, user, wanted: Mapping[str, Any]) -> Sequence[Placed]:
    """What fits nowhere first. Without a host and a flavor nothing is asked."""
    found: list[Placed] = []
    for cluster in scope.clusters if wanted["host"] or wanted["flavor"] else ():
        rooms = list(_rooms(cluster, without=wanted["host"]))
        found += _of_host(cluster, wanted["host"], rooms) if wanted["host"] else []
        found += _new(cluster, wanted["flavor"], wanted["count"] or 1, rooms) if wanted["flavor"] else []
    return sorted(found, key=lambda one: (bool(one.to), one.cluster.name, str(one)))


def _rooms(cluster: Cluster, without: str) -> Iterator[Room]:
    rows = register.get(HOSTS).model.objects.filter(cluster=cluster, gone_at=None, status="enabled", state="up")
    for row in rows.exclude(host=without) if without else rows:
        free = [
            getattr(row, f"{kind}_total") - getattr(row, f"{kind}_used") if getattr(row, f"{kind}_total") else None
            for kind in ("vcpus", "memory", "disk")
        ]
        yield Room(row.host, row.availability_zone, *free)


def _of_host(cluster: Cluster, host: str, rooms: list[Room]) -> list[Placed]:
    rows = register.get(SERVERS).model.objects.filter(cluster=cluster, gone_at=None, host=host)
    servers = list(rows.order_by("name", "pk")[:MOST])
    wanted = []
    for server in servers:
        size = server.flavor_size
        disk = 0 if server.from_volume else size.get("disk", 0)
        wanted.append((Needs(size.get("vcpus", 0), size.get("ram", 0), disk), server.availability_zone))
    return [
        Placed(cluster, server.name, server.cloud_id, server.project_id, server.flavor, to)
        for server, to in zip(servers, place(wanted, rooms), strict=True)
    ]


def _new(cluster: Cluster, name: str, count: int, rooms: list[Room]) -> list[Placed]:
    flavor = register.get(FLAVORS).model.objects.filter(cluster=cluster, gone_at=None, name=name).first()
    if flavor is None:
        return []
    needs = Needs(flavor.vcpus, flavor.ram, flavor.disk + flavor.ephemeral)
    return [
        Placed(cluster, _("new server %(number)d") % {"number": number}, "", "", name, to)
        for number, to in enumerate(place([(needs, "")] * count, rooms), 1)
    ]


WHAT_IF = add_report(
    Report(
        app="monitoring",
        slug="what-if",
        label=gettext_lazy("What if"),
        icon="zoom-scan",
        intro=gettext_lazy(
            "Which servers are on a host, whose they are, and whether the other hosts of the cluster can carry them; "
            "or whether so many new servers fit. By what Placement says is free on hosts that are enabled and up, and "
            "by availability zone; traits, affinity and passed-through devices are not looked at."
        ),
        nothing=gettext_lazy("Name a host or a flavor. Where both are named, the new servers come on top."),
        columns=(
            Column("fits", gettext_lazy("Outcome"), kind="badge", priority=1),
            Column("name", gettext_lazy("Server"), value="link", kind="link", priority=1),
            Column("to", gettext_lazy("Goes to"), priority=1),
            Column("flavor", gettext_lazy("Flavor"), priority=2),
            Column("project", gettext_lazy("Project"), kind="code", priority=2),
            Column("cluster", gettext_lazy("Cluster"), kind="cluster", priority=2),
        ),
        types=(HOSTS,),
        find=find,
        form=WhatIfForm,
    )
)
