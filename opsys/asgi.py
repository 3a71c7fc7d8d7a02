"""The ASGI entry: HTTP today, sockets when the terminal and the live pages plug in their routes."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsys.settings.production")

application = ProtocolTypeRouter({"http": get_asgi_application()})
