"""A text column that is encrypted at rest.

The idea and the setting's name are django-fernet-fields': `FERNET_KEYS`, newest first; the first one encrypts,
all of them decrypt. docs/decisions.md says why the package itself, and its successors, are not used.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.signals import setting_changed
from django.db import models
from django.db.models.expressions import BaseExpression
from django.dispatch import receiver
from django.utils.translation import gettext as _


class KeyMissing(InvalidToken):
    """A stored secret that none of FERNET_KEYS opens. `str()` is a sentence for people."""

    def __str__(self) -> str:
        return _(
            "A stored secret cannot be read with the keys of FERNET_KEYS. Put the key back that encrypted it, or "
            "enter the secret again. Nothing was changed."
        )


def opened(purpose: str, token: str) -> str:
    """The text that was encrypted for this purpose; raises KeyMissing."""
    try:
        return cipher(purpose).decrypt(token.encode()).decode()
    except InvalidToken:
        raise KeyMissing from None


@lru_cache(maxsize=64)
def cipher(purpose: str) -> MultiFernet:
    """One key per column or other purpose, so that a ciphertext moved to another column does not decrypt there."""
    if not settings.FERNET_KEYS:
        raise ImproperlyConfigured("FERNET_KEYS is empty: nothing can be encrypted or decrypted.")
    keys = []
    for secret in settings.FERNET_KEYS:
        derived = HKDF(hashes.SHA256(), 32, salt=b"opsys", info=purpose.encode()).derive(secret.encode())
        keys.append(Fernet(base64.urlsafe_b64encode(derived)))
    return MultiFernet(keys)


@receiver(setting_changed)
def _forget_ciphers(*, setting: str, **_: object) -> None:
    if setting == "FERNET_KEYS":
        cipher.cache_clear()


class EncryptedTextField(models.TextField):
    """Python sees text, the database a Fernet token.

    It cannot be searched, ordered or computed with; only `isnull` look-ups work. A token that none of the
    keys opens raises `KeyMissing`: a wrong key must be loud. `dumpdata` writes "".
    """

    def __init__(self, *args, **kwargs):
        for option in ("unique", "db_index", "primary_key"):
            if kwargs.get(option):
                raise ImproperlyConfigured(f"EncryptedTextField cannot be {option}: ciphertexts never repeat.")
        super().__init__(*args, **kwargs)

    @property
    def _purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value):
        if isinstance(value, BaseExpression) or hasattr(value, "resolve_expression"):
            raise FieldError(f"{self.name} is encrypted: it cannot be set from an expression.")
        return super().get_prep_value(value)

    def get_db_prep_save(self, value, connection):
        # bulk_update hands over Value(...) inside CASE; the expression's own field encrypts each value.
        if isinstance(value, models.Case):
            return value
        if hasattr(value, "resolve_expression"):
            raise FieldError(f"{self.name} is encrypted: it cannot be set from an expression.")
        return super().get_db_prep_save(value, connection)

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else cipher(self._purpose).encrypt(value.encode()).decode()

    def from_db_value(self, value, expression, connection):
        return None if value is None else opened(self._purpose, value)

    def value_to_string(self, obj):
        return ""

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: it cannot be filtered with “{lookup_name}”.")
