from monitoring import mail
from monitoring.alerts.channels.errors import NotDelivered
from monitoring.alerts.wording import Message


def send(message: Message, endpoint: str, *, number: str) -> None:
    """Raises `NotDelivered`."""
    try:
        mail.send(message.title, message.text, endpoint, number=number)
    except mail.MailError as error:
        raise NotDelivered(str(error)) from None
