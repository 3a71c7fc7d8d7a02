"""Mail to addresses somebody typed in."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _

SECONDS = 15


class MailError(Exception):
    """Why the mail server did not take it, as a sentence."""


def addresses(text: str) -> list[str]:
    """Of one or more, with commas or spaces between them."""
    return text.replace(",", " ").split()


def validate_addresses(text: str) -> None:
    """Raises `ValidationError` for one that is none. No address at all is for the caller to judge."""
    for one in addresses(text):
        validate_email(one)


def send(
    subject: str,
    body: str,
    recipients: str,
    *,
    number: str,
    attachment: tuple[str, bytes, str] | None = None,
    seconds: int = SECONDS,
) -> None:
    """To all of the recipients, hidden from one another. With the same `number` it is the same message when it is sent
    again. `attachment` is a name, the content and its type. Raises `MailError`."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    try:
        mail = EmailMessage(
            subject=subject,
            body=body,
            bcc=addresses(recipients),
            headers={"Message-ID": f"<{number}@{domain}>", "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=seconds),
        )
        if attachment:
            mail.attach(*attachment)
        mail.send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        raise MailError(
            _("The mail server did not accept it (%(reason)s).") % {"reason": type(error).__name__}
        ) from None
