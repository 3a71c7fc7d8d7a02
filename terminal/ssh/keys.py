"""Private keys, as people paste them."""

import io

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from clusters.sentences import gettext as _
from terminal.errors import SshError

_CLASSES: list[tuple[type, type[paramiko.PKey]]] = [
    (ed25519.Ed25519PrivateKey, paramiko.Ed25519Key),
    (ec.EllipticCurvePrivateKey, paramiko.ECDSAKey),
    (rsa.RSAPrivateKey, paramiko.RSAKey),
]


def load(text: str, passphrase: str = "") -> paramiko.PKey:
    """An ed25519, ECDSA or RSA key in OpenSSH's or PEM form. Raises `SshError` (authentication), which says what is
    wrong with it and nothing of what is in it."""
    data = text.strip().encode() + b"\n"
    password = passphrase.encode() or None
    loader = serialization.load_ssh_private_key if b"OPENSSH" in data else serialization.load_pem_private_key
    try:
        key = loader(data, password)
    except TypeError:
        raise _unusable(
            _("The private key needs its passphrase.") if password is None else _("The private key has no passphrase.")
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable(
            _("The passphrase is wrong, or this is not a private key.")
            if password
            else _("This is not a private key.")
        ) from None
    for kind, ours in _CLASSES:
        if isinstance(key, kind):
            plain = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
            )
            return ours.from_private_key(io.StringIO(plain.decode()))
    raise _unusable(_("This kind of private key is not supported. Use ed25519, ECDSA or RSA."))


def _unusable(sentence: str) -> SshError:
    return SshError(sentence, cause="authentication")
