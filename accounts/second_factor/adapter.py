"""What `allauth.mfa` asks of a project: how its secrets are kept, and the names people see."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.encrypted import cipher, opened

PURPOSE = "mfa.authenticator.data"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are encrypted like every other secret, with FERNET_KEYS."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is wrong, or was used already. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return cipher(PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return opened(PURPOSE, encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def get_totp_label(self, user) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def generate_authenticator_name(self, user, type) -> str:
        return _("Passkey")

    def send_notification_mail(self, *args, **kwargs) -> None:
        """The audit tells."""
