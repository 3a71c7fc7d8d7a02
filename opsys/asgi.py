"""The ASGI entry: HTTP, and sockets for pages of our own origin. Each socket says itself whom it lets in."""

import gc
import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsys.settings.production")

http = get_asgi_application()

# Consumers import models, which exist from here on.
from opsys.kit.streaming import daphne  # noqa: E402
from opsys.kit.streaming.deferred_body import DeferredBody  # noqa: E402
from opsys.kit.streaming.request_threads import RequestThreads  # noqa: E402
from opsys.live import routes as live  # noqa: E402
from opsys.live.origins import SameOriginOnly  # noqa: E402
from terminal import routes as terminal  # noqa: E402

daphne.install()
sockets = URLRouter([*live.urlpatterns, *terminal.urlpatterns, re_path("", live.nowhere)])
application = ProtocolTypeRouter(
    {
        "http": RequestThreads(DeferredBody(http)),
        "websocket": SameOriginOnly(AllowedHostsOriginValidator(AuthMiddlewareStack(sockets))),
    }
)

# What was loaded stays: looking through all of it for garbage, again and again, is what makes a key or a page late.
gc.collect()
gc.freeze()
