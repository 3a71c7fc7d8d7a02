"""From what a ticket is for to a logged-in SSH connection."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import paramiko
from django.db.models import Q
from django.utils.translation import gettext as _

from clusters import inventory
from clusters.models import Cluster
from terminal import events
from terminal.encodings import UTF_8
from terminal.errors import Refused, SshError
from terminal.models import DefaultUser, Host, Policy, Session, SshCredential
from terminal.rules import addresses, permissions
from terminal.rules.policies import policy_for
from terminal.setup import instances
from terminal.setup.prompts import Asker
from terminal.ssh import authentication, host_keys, notice, transport
from terminal.ssh.authentication import Login
from terminal.ssh.channel import SshChannel
from terminal.ssh.host_keys import Identity, Shown
from terminal.ssh.legacy import LegacyTransport, old_in_use
from terminal.ssh.sftp import SftpClient
from terminal.websocket import codes

LANG = "C.UTF-8"
"""As every SSH client sends its own: a shell without a locale drops typed letters beyond ASCII."""


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


@dataclass
class Connection:
    """`transports`: the target's first, then the jump host's."""

    transports: list[paramiko.Transport]
    title: str
    address: str
    port: int
    route: str
    login_name: str
    credential_name: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def notice(self) -> str:
        """The jump host's, then the target's."""
        return "".join(notice.of(one) for one in reversed(self.transports))

    @property
    def weak(self) -> tuple[str, ...]:
        """Of all hops, what is not safe any more."""
        return tuple(sorted(set().union(*(old_in_use(one) for one in self.transports))))

    @property
    def transport(self) -> paramiko.Transport:
        return self.transports[0]

    def open_channel(self, columns: int, rows: int) -> SshChannel:
        """A shell. Raises `SshError`."""
        return SshChannel.open(self.transport, columns, rows, self.title, self.environment)

    def keep_alive(self) -> bool:
        """False: nobody is there any more. Waits until the host answers."""
        try:
            self.transport.global_request("keepalive@openssh.com", wait=True)
        except (paramiko.SSHException, OSError, EOFError):
            return False
        return True

    def open_sftp(self) -> SftpClient:
        """Another channel of the same connection. Raises `SshError`."""
        try:
            client = SftpClient.from_transport(self.transport)
        except (paramiko.SSHException, OSError, EOFError):
            client = None
        if client is None:
            raise SshError(_("%(host)s does not offer file transfer (SFTP).") % {"host": self.title})
        return client

    def close(self) -> None:
        for one in self.transports:
            one.close()


def destination(target: dict[str, Any], user) -> Destination:
    """What the ticket is for, as things are now. Raises `Refused`."""
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


def connect(target: Destination, session: Session, asker: Asker) -> Connection:
    """All the way. Raises `TerminalError`; then nothing is left open."""
    asker.progress("resolving")
    address, identity = _where(target)
    with ExitStack() as undo:
        transports = []
        if target.jump is not None:
            transports.append(_through(target.jump, session, asker))
            undo.callback(transports[0].close)
        asker.progress("connecting")
        way = transport.open_hop(transports[0], address, target.port) if transports else None
        main = _secured(way or transport.open_socket(address, target.port), address, identity, target, session, asker)
        undo.callback(main.close)
        transports.insert(0, main)
        asker.progress("authenticating")
        login = Login(target.name, target.cluster, session.user, target.username, target.credential)
        proof = authentication.authenticate(main, login, asker)
        undo.pop_all()
    return Connection(
        transports,
        target.name,
        address,
        target.port,
        identity.route,
        proof.username,
        proof.credential_name,
        environment={"LANG": LANG} if target.policy.send_lang and target.encoding == UTF_8 else {},
    )


def _where(target: Destination) -> tuple[str, Identity]:
    """The address that was judged, and whose key is expected there."""
    route = f"{target.jump.address}:{target.jump.port}" if target.jump else ""
    if target.host is not None:
        address = str(addresses.allowed(target.address, target.policy))
        return address, Identity(target.cluster, route, target.address, target.port, target.name)
    if target.cluster is None:
        raise TypeError("A server is one of a cluster.")
    instance = instances.find(target.cluster, target.cloud_id)
    target.name = instance.name
    target.username = target.username or _default_user(target.cluster, instance.image_id)
    address = _of_instance(instance, target)
    return address, Identity(target.cluster, route, target.cloud_id, target.port, target.name)


def _of_instance(instance: instances.Instance, target: Destination) -> str:
    if target.address and target.address not in instance.addresses:
        raise SshError(
            _("%(address)s is not, or no longer, an address of %(name)s.")
            % {"address": target.address, "name": instance.name},
            cause="instance",
        )
    reasons = []
    for text in [target.address] if target.address else instance.addresses:
        if text in instance.shared:
            reasons.append(
                _("Another server of the cloud has the address %(address)s too: nobody can say which one answers.")
                % {"address": text}
            )
            continue
        address = addresses.canonical(text)
        if reason := addresses.why_not(address, target.policy):
            reasons.append(reason)
            continue
        return str(address)
    raise Refused(reasons[0], cause="address")


def _default_user(cluster: Cluster, image_id: str) -> str:
    image = _image_name(cluster, image_id)
    rows = DefaultUser.objects.filter(Q(cluster=cluster) | Q(cluster=None)).order_by("-cluster", "pk")
    return next((row.username for row in rows if fnmatchcase(image.lower(), row.image.lower())), "")


def _image_name(cluster: Cluster, image_id: str) -> str:
    try:
        images = inventory.model_named("compute.image").objects
    except KeyError:
        return ""
    return images.filter(cluster=cluster, cloud_id=image_id).values_list("name", flat=True).first() or ""


def _through(jump: Host, session: Session, asker: Asker) -> paramiko.Transport:
    """Logged in on the jump host, which is judged like any other host: by its own policy, and by its own key."""
    policy = policy_for(jump.cluster)
    address = str(addresses.allowed(jump.address, policy))
    addresses.check_port(jump.port, policy)
    identity = Identity(jump.cluster, "", jump.address, jump.port, jump.name)
    hop = Destination(jump.cluster, jump.name, jump.port, host=jump, policy=policy)
    main = _secured(transport.open_socket(address, jump.port), address, identity, hop, session, asker)
    with ExitStack() as undo:
        undo.callback(main.close)
        login = Login(jump.name, jump.cluster, session.user, jump.username, jump.credential)
        authentication.authenticate(main, login, asker)
        undo.pop_all()
    return main


def _secured(
    way, address: str, identity: Identity, target: Destination, session: Session, asker: Asker
) -> transport.Transport:
    def printed() -> frozenset[str]:
        if target.cluster is None or not target.cloud_id:
            return frozenset()
        return instances.fingerprints(target.cluster, target.cloud_id)

    def accept(shown: Shown) -> bool:
        answer = asker.ask(
            "host-key",
            host=identity.title,
            address=address,
            port=identity.port,
            key_type=shown.key_type,
            fingerprint=shown.fingerprint,
            verified=shown.verified,
            others=shown.others,
        )
        accepted = answer.get("accept") is True
        events.note(
            "terminal.host_key.accept",
            session,
            phase="done" if accepted else "refused",
            params={
                "host": identity.title,
                "port": identity.port,
                "route": identity.route,
                "fingerprint": shown.fingerprint,
                "type": shown.key_type,
                "verified": shown.verified,
            },
        )
        return accepted

    def check(key: paramiko.PKey) -> None:
        try:
            host_keys.check(identity, key, printed=printed, accept=accept, user=session.user)
        except SshError as error:
            params = {"host": identity.title, "fingerprint": host_keys.fingerprint(key)}
            events.note("terminal.host_key.refuse", session, phase="refused", reason=str(error), params=params)
            raise

    old = target.host is not None and target.host.legacy
    return transport.secure(way, identity, check, LegacyTransport if old else None)
