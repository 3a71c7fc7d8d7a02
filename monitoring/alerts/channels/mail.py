from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from monitoring.alerts.channels.errors import NotDelivered
from monitoring.alerts.wording import Message

SECONDS = 15


def send(message: Message, endpoint: str, *, number: str) -> None:
    """To all of the addresses, hidden from one another. The message's id stays the same when it is sent again."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    try:
        mail = EmailMessage(
            subject=message.title,
            body=message.text,
            bcc=endpoint.replace(",", " ").split(),
            headers={"Message-ID": f"<{number}@{domain}>", "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=SECONDS),
        )
        mail.send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        raise NotDelivered(
            _("The mail server did not accept it (%(reason)s).") % {"reason": type(error).__name__}
        ) from None
