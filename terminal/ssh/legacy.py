"""Old hosts and switches, which offer nothing that is safe any more: what paramiko has left out (SHA-1) and what we
leave out (CBC), for hosts of which somebody who administers them said so. What is safe is still preferred."""

from hashlib import sha1
from typing import Any

import paramiko
from cryptography.hazmat.primitives import hashes
from paramiko.kex_group14 import KexGroup14SHA256
from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType

from terminal.ssh.transport import CIPHERS, MACS, Transport

SSH_RSA, GROUP_14 = "ssh-rsa", "diffie-hellman-group14-sha1"
OLD_CIPHERS, OLD_MACS = ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"), ("hmac-sha1",)
OLD = frozenset({SSH_RSA, GROUP_14, *OLD_CIPHERS, *OLD_MACS})


class RsaKeySha1(paramiko.RSAKey):
    HASHES = {**paramiko.RSAKey.HASHES, SSH_RSA: hashes.SHA1}


class KexGroup14Sha1(KexGroup14SHA256):
    name = GROUP_14
    hash_algo = sha1

    def __init__(self, transport: "LegacyTransport") -> None:
        super().__init__(transport)
        transport.old_exchange = self.name


class LegacyTransport(Transport):
    allowed_ciphers, allowed_macs = (*CIPHERS, *OLD_CIPHERS), (*MACS, *OLD_MACS)
    old_exchange = ""
    _key_info = {**paramiko.Transport._key_info, SSH_RSA: RsaKeySha1}
    _kex_info = {**paramiko.Transport._kex_info, GROUP_14: KexGroup14Sha1}
    _preferred_keys = (*paramiko.Transport._preferred_keys, SSH_RSA)
    _preferred_kex = (*paramiko.Transport._preferred_kex, GROUP_14)

    def auth_publickey(self, username: str, key: paramiko.PKey, event: Any = None) -> list[str]:
        """RSA keys sign as hosts take it now, and where that is refused as they took it before there was a choice.
        What a host says that it takes is not waited for, and of old ones not always true."""
        if not isinstance(key, paramiko.RSAKey):
            return super().auth_publickey(username, key, event)
        key = RsaKeySha1(key=key.key)
        try:
            return super().auth_publickey(username, key, event)
        except AuthenticationException as error:
            if isinstance(error, BadAuthenticationType) or not self.is_active():
                raise
        self.server_extensions.clear()
        self._preferred_pubkeys = (SSH_RSA,)
        return super().auth_publickey(username, key, event)


def old_in_use(transport: paramiko.Transport) -> set[str]:
    """What of this connection is not safe any more."""
    used = {transport.host_key_type, transport.local_cipher, transport.remote_cipher}
    if "gcm" not in transport.local_cipher:  # which needs no other authentication
        used |= {transport.local_mac, transport.remote_mac}
    return (used | {getattr(transport, "old_exchange", "")}) & OLD
