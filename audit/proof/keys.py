"""The keys of the proof, derived from AUDIT_KEYS: the newest authenticates and signs, all of them verify.

Not from FERNET_KEYS: those are changed and thrown away, and what was proved must stay provable.
"""

import hmac
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver

NONCE_BYTES = 16
MAC_BYTES = 32


@lru_cache(maxsize=8)
def _derived(purpose: str) -> tuple[bytes, ...]:
    if not settings.AUDIT_KEYS:
        raise ImproperlyConfigured("AUDIT_KEYS is empty: events cannot be authenticated.")
    return tuple(
        HKDF(hashes.SHA256(), 32, salt=b"opsys", info=purpose.encode()).derive(secret.encode())
        for secret in settings.AUDIT_KEYS
    )


@receiver(setting_changed)
def _forget_keys(*, setting: str, **_: object) -> None:
    if setting == "AUDIT_KEYS":
        _derived.cache_clear()


def authenticate(nonce: bytes, facts: bytes) -> bytes:
    """HMAC-SHA256 over what an event says, with the newest key."""
    return hmac.digest(_derived("audit.event.mac")[0], nonce + facts, sha256)


def is_authentic(nonce: bytes, facts: bytes, mac: bytes) -> bool:
    return any(
        hmac.compare_digest(hmac.digest(key, nonce + facts, sha256), mac) for key in _derived("audit.event.mac")
    )


def _signing_keys() -> list[Ed25519PrivateKey]:
    return [Ed25519PrivateKey.from_private_bytes(key) for key in _derived("audit.checkpoint.signature")]


def sign(text: bytes) -> tuple[bytes, bytes]:
    """The Ed25519 signature of the newest key, and the public key that verifies it (raw, 32 bytes)."""
    key = _signing_keys()[0]
    return key.sign(text), _raw(key.public_key())


def is_signed(text: bytes, signature: bytes) -> bool:
    """Whether one of our keys signed this."""
    for key in _signing_keys():
        try:
            key.public_key().verify(signature, text)
        except InvalidSignature:
            continue
        return True
    return False


def public_keys() -> list[str]:
    """Of each key the public part as base64, newest first: what an auditor needs."""
    return [b64encode(_raw(key.public_key())).decode() for key in _signing_keys()]


def is_signed_by(public_key: str, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(public_key)).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
