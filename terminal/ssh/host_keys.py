"""Whether the key a host shows is the one it had. Nothing is ever accepted without somebody having said so."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import paramiko
from django.db import IntegrityError, transaction
from django.utils import timezone

from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import SshError
from terminal.models import HostKey


@dataclass(frozen=True)
class Identity:
    """Whose key it is: one way to one port of one host. The same machine by another way is another identity, so a
    jump host cannot pass its own key off as the target's."""

    cluster: Cluster | None
    route: str
    host: str
    port: int
    title: str

    @property
    def rows(self):
        return HostKey.objects.filter(realm=self.realm, route=self.route, host=self.host, port=self.port)

    @property
    def realm(self) -> str:
        return str(self.cluster.pk) if self.cluster else ""


@dataclass(frozen=True)
class Shown:
    """A key nobody said anything about yet."""

    key_type: str
    fingerprint: str
    verified: bool
    others: list[str]


def fingerprint(key: paramiko.PKey) -> str:
    """As OpenSSH writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def known_types(identity: Identity) -> list[str]:
    """The key types the host was seen with: it is asked for these first."""
    return list(identity.rows.order_by("pk").values_list("key_type", flat=True))


def check(
    identity: Identity,
    key: paramiko.PKey,
    *,
    printed: Callable[[], frozenset[str]],
    accept: Callable[[Shown], bool],
    user,
) -> bool:
    """Let a known key pass, ask about an unknown one, refuse a changed one (`SshError`, host_key).

    `printed` gets the fingerprints from the server's console, if it has one. True when the key was accepted just now.
    """
    rows = {row.key_type: row for row in identity.rows}
    known = rows.get(key.get_name())
    if known is not None and known.key == key.get_base64():
        HostKey.objects.filter(pk=known.pk).update(seen_at=timezone.now())
        return False
    mark = fingerprint(key)
    if rows:
        # Also when only the type is new: who sits in between would simply offer another one.
        raise SshError(_changed(identity, key, mark, rows), cause="host_key")
    on_console = printed()
    if on_console and mark not in on_console:
        sentence = _(
            "The server printed other key fingerprints on its console than %(fingerprint)s, which is offered here. "
            "Somebody may be in between; nothing was sent."
        )
        raise SshError(sentence % {"fingerprint": mark}, cause="host_key")
    others = HostKey.objects.filter(realm=identity.realm, fingerprint=mark).values_list("title", flat=True)
    shown = Shown(key.get_name(), mark, mark in on_console, sorted(set(others))[:5])
    if not accept(shown):
        raise SshError(_("The host key was not accepted."), cause="host_key")
    try:
        with transaction.atomic():
            _remember(identity, key, shown, user)
    except IntegrityError:
        # Somebody else accepted one at the same moment; whether it is this one is looked at afresh.
        return check(identity, key, printed=printed, accept=accept, user=user)
    return True


def _remember(identity: Identity, key: paramiko.PKey, shown: Shown, user) -> None:
    HostKey.objects.create(
        realm=identity.realm,
        cluster=identity.cluster,
        route=identity.route,
        host=identity.host,
        port=identity.port,
        key_type=shown.key_type,
        key=key.get_base64(),
        fingerprint=shown.fingerprint,
        title=identity.title,
        verified=shown.verified,
        accepted_by=user,
    )


def _changed(identity: Identity, key: paramiko.PKey, mark: str, rows: dict[str, HostKey]) -> str:
    expected = rows.get(key.get_name()) or next(iter(rows.values()))
    sentence = _(
        "The key of %(host)s changed. Known is %(known)s (%(known_type)s), offered was %(fingerprint)s (%(type)s). "
        "Nothing was sent. If the host was reinstalled, let a platform admin remove the known key."
    )
    return sentence % {
        "host": identity.title,
        "known": expected.fingerprint,
        "known_type": expected.key_type,
        "fingerprint": mark,
        "type": key.get_name(),
    }
