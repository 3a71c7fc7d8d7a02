"""Which pages may open a socket here. Browsers send cookies along from any page, so a socket asks where it is from."""

from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import is_same_domain


class SameOriginOnly:
    """As Django's CSRF check: the origin's scheme, host and port are those of this request, or the origin is trusted
    by `CSRF_TRUSTED_ORIGINS`. Another port of the same host is another site, although cookies do not know that."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        headers = dict(scope.get("headers", []))
        origin = headers.get(b"origin", b"").decode("latin1")
        host = headers.get(b"host", b"").decode("latin1")
        own = f"{_scheme(scope, headers)}://{host}".lower()
        if _host_of(origin) and (origin.lower() == own or _is_trusted(origin)):
            return await self.application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)


def _scheme(scope, headers: dict[bytes, bytes]) -> str:
    """How the page was fetched: the proxy says, where it is trusted to."""
    if scope.get("scheme") == "wss":
        return "https"
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        given = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower().encode(), b"").decode("latin1")
        if given.split(",")[0].strip() == value:
            return "https"
    return "http"


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_trusted(origin: str) -> bool:
    scheme, _separator, host = origin.lower().partition("://")
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        its_scheme, _separator, its_host = trusted.lower().partition("://")
        if scheme == its_scheme and is_same_domain(host, its_host.removeprefix("*")):
            return True
    return False
