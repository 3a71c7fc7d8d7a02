"""What a terminal can be opened on: a server of a cloud, or a saved host. Pages name one by a key:
`server:CLUSTER/ID` or `host:NUMBER`; `serial:CLUSTER/ID` and `vnc:CLUSTER/ID` are the consoles of a server,
`wall:CLUSTER/ID` its screen among others."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from clusters import access
from clusters.inventory import InventoryItem, text_found
from clusters.models import Cluster
from opsys.kit.declare import register
from terminal.models import Host, Session

SHOWN = 20
RECENT = 8
LOOKED_BACK = 60
KINDS = {
    "server": Session.Kind.SSH,
    "serial": Session.Kind.SERIAL,
    "vnc": Session.Kind.VNC,
    "wall": Session.Kind.WALL,
}


@dataclass(frozen=True)
class Target:
    """Exactly one of `server` and `host` is set."""

    server: Any = None
    host: Host | None = None
    kind: str = Session.Kind.SSH

    @property
    def key(self) -> str:
        if self.host:
            return f"host:{self.host.pk}"
        prefix = "server" if self.kind == Session.Kind.SSH else self.kind
        return f"{prefix}:{self.server.cluster.name}/{self.server.cloud_id}"

    @property
    def name(self) -> str:
        return self.host.name if self.host else self.server.name or self.server.cloud_id

    @property
    def cluster(self) -> Cluster | None:
        return self.host.cluster if self.host else self.server.cluster

    @property
    def addresses(self) -> list[dict[str, str]]:
        """Of a server, as last read; floating ones first, because those are the ones meant to be reached."""
        found = self.server.addresses if self.server else []
        return sorted(
            (entry for entry in found if entry.get("address")), key=lambda entry: entry["type"] != "floating"
        )

    @property
    def detail(self) -> str:
        if self.host:
            return self.host.address if self.host.port == 22 else f"{self.host.address}:{self.host.port}"
        return next((entry["address"] for entry in self.addresses), "")

    def sessions(self, user) -> QuerySet[Session]:
        """This user's own shells here, newest first."""
        own = Session.objects.filter(user=user, kind=self.kind)
        if self.host:
            return own.filter(host=self.host)
        return own.filter(cluster=self.server.cluster, cloud_id=self.server.cloud_id)

    def as_json(self, *, recent: bool = False) -> dict[str, Any]:
        cluster = self.cluster
        return {
            "key": self.key,
            "name": self.name,
            "cluster": cluster.name if cluster else "",
            "detail": self.detail,
            "recent": recent,
        }


def target_of(key: Any, user) -> Target:
    """What `key` names, if this user may see it; else Http404."""
    kind, _colon, rest = str(key).partition(":")
    if kind in KINDS:
        cluster, _slash, cloud_id = rest.partition("/")
        found = _servers(user).filter(cluster__name=cluster, cloud_id=cloud_id).first()
        if found is not None:
            return Target(server=found, kind=KINDS[kind])
    elif kind == "host" and rest.isdecimal():
        host = Host.objects.visible_to(user).select_related("cluster").filter(pk=rest).first()
        if host is not None:
            return Target(host=host)
    raise Http404("no such target")


def search(text: str, user) -> list[Target]:
    """Hosts first, then servers, at most `SHOWN` of each; only where this user may open a shell."""
    clusters = console_clusters(user)
    hosts = Host.objects.visible_to(user).select_related("cluster").filter(enabled=True)
    if not user.is_superuser:
        hosts = hosts.filter(cluster__in=clusters)
    servers = _servers(user).filter(cluster__in=clusters)
    if text:
        hosts = hosts.filter(Q(name__icontains=text) | Q(address__icontains=text) | Q(description__icontains=text))
        servers = servers.filter(text_found(text))
    return [Target(host=host) for host in hosts[:SHOWN]] + [Target(server=row) for row in servers[:SHOWN]]


def recent(user) -> list[Target]:
    """Where this user had shells lately and may have them still, the last one first."""
    seen: dict[str, None] = {}
    for row in Session.objects.filter(user=user, kind=Session.Kind.SSH).select_related("cluster")[:LOOKED_BACK]:
        if row.host_id:
            seen.setdefault(f"host:{row.host_id}")
        elif row.cluster is not None and row.cloud_id:
            seen.setdefault(f"server:{row.cluster.name}/{row.cloud_id}")
    found = []
    for key in list(seen)[:RECENT]:
        try:
            found.append(target_of(key, user))
        except Http404:
            continue  # deleted since, or no longer to be seen
    return found


def console_clusters(user) -> list[int]:
    return [pk for pk, held in access.held_by(user).items() if access.CONSOLE in held]


def _servers(user) -> QuerySet[InventoryItem]:
    rows = register.get("compute.server").model.objects.visible_to(user).present()
    return rows.select_related("cluster").order_by("name", "pk")
