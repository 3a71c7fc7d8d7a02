"""Encryption, and whether the host is the one it should be."""

import paramiko

from terminal import events
from terminal.errors import SshError
from terminal.models import Session
from terminal.setup import instances
from terminal.setup.destination import Destination
from terminal.setup.prompts import Asker
from terminal.ssh import host_keys, transport
from terminal.ssh.host_keys import Identity, Shown
from terminal.ssh.legacy import LegacyTransport


def secured(
    way, address: str, identity: Identity, target: Destination, session: Session, asker: Asker
) -> transport.Transport:
    """The encrypted connection, once the host's key is the known one or was accepted; both are noted. Raises
    `SshError`."""

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
