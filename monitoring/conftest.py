import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from tests.services import free_port


@pytest.fixture
def mailbox(settings):
    """A real SMTP server; what it took."""
    taken: list = []

    class Keeper(MessageHandler):
        def handle_message(self, message):
            taken.append(message)

    server = Controller(Keeper(), hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    yield taken
    server.stop()
