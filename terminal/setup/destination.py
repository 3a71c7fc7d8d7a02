"""What a ticket is for, as things are now."""

from dataclasses import dataclass, field
from typing import Any

from clusters import inventory
from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import Refused, SshError
from terminal.models import Host, Policy, Session, SshCredential
from terminal.rules import addresses, permissions
from terminal.rules.policies import policy_for
from terminal.websocket import codes


@dataclass
class Destination:
    """A ticket's target, read again from the database."""

    cluster: Cluster | None
    name: str
    port: int
    kind: str = Session.Kind.SSH
    cloud_id: str = ""
    host: Host | None = None
    jump: Host | None = None
    address: str = ""
    username: str = ""
    credential: SshCredential | None = None
    policy: Policy = field(default_factory=Policy)
    watched: Session | None = None

    @property
    def encoding(self) -> str:
        """In which it writes, as far as somebody said."""
        return (self.host.encoding if self.host is not None else "") or self.policy.encoding


def destination(target: dict[str, Any], user) -> Destination:
    """Of a ticket's target. Raises `Refused`."""
    cluster = Cluster.objects.filter(pk=target["cluster"]).first()
    if target["cluster"] is not None and cluster is None:
        raise Refused(_("The cluster no longer exists."))
    kind, watched = target.get("kind", Session.Kind.SSH), _watched(target)
    server = _server(target, cluster, user) if target["host"] is None else None
    if watched:
        reason = permissions.may_supervise(user, watched)
    else:
        reason = permissions.may_open(user, cluster, kind, server=server)
    if reason:
        raise Refused(reason)
    policy = policy_for(cluster)
    credential = None
    if target["credential"] is not None:
        usable = SshCredential.objects.visible_to(user).usable_on(cluster)
        credential = usable.filter(pk=target["credential"]).first()
    if target["host"] is not None:
        host = Host.objects.select_related("credential", "jump__cluster").filter(pk=target["host"]).first()
        if host is None or not host.enabled or host.cluster_id != target["cluster"]:
            raise Refused(_("This host no longer exists, or is disabled."))
        found = Destination(cluster, host.name, host.port, host=host, jump=host.jump, address=host.address)
        found.username = target["username"] or host.username
        found.credential = credential or host.credential
    else:
        if server is None:
            raise SshError(_("This server no longer exists."), cause="instance")
        found = Destination(cluster, server.name or server.cloud_id, policy.default_port, cloud_id=server.cloud_id)
        found.policy, found.kind, found.watched = policy, kind, watched
        if found.kind != Session.Kind.SSH:
            found.port = 0  # the proxy's, which the cloud names
            return found
        found.port = target["port"] or policy.default_port
        found.jump, found.address = policy.jump, target["address"]
        found.username, found.credential = target["username"], credential
    found.policy = policy
    if found.jump is not None and not found.jump.enabled:
        raise Refused(_("Jump host %(name)s is disabled.") % {"name": found.jump.name})
    addresses.check_port(found.port, policy)
    return found


def _server(target: dict[str, Any], cluster: Cluster | None, user) -> Any:
    rows = inventory.model_named("compute.server").objects.visible_to(user).present()
    return rows.filter(cluster=cluster, cloud_id=target["cloud_id"]).select_related("cluster").first()


def _watched(target: dict[str, Any]) -> Session | None:
    """The session whose screen is to be looked at. Raises `Refused` when it is over."""
    if "watched" not in target:
        return None
    found = Session.objects.live().filter(pk=target["watched"]).first()
    if found is None:
        raise Refused(_("This session has ended."), code=codes.GONE, cause="gone")
    return found
