"""A provider of OpenID Connect on loopback: oidc-provider-mock (Authlib) with PKCE, user info and published keys, and
with what it lacks on top: signing out tells the clients through the back channel."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import flask
import jwt
import oidc_provider_mock
import requests
import werkzeug.serving

BACKCHANNEL_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Provider:
    url: str
    storage: Any = field(repr=False, default=None)
    client_id: str = ""
    client_secret: str = field(repr=False, default="")

    def register(self, callback: str) -> None:
        wish = {"redirect_uris": [callback], "token_endpoint_auth_method": "client_secret_post"}
        answer = requests.post(f"{self.url}/oauth2/clients", json=wish, timeout=10).json()
        self.client_id, self.client_secret = answer["client_id"], answer["client_secret"]

    def person(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def consent(self, address: str, sub: str) -> str:
        """Somebody signs in at the page at this address; where the browser is sent then."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return urljoin(address, answer.headers["Location"])

    def logout_token(self, **changes: Any) -> str:
        """What the client is sent at signing out, signed with the published key; None leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 120, "jti": uuid.uuid4().hex}
        claims |= {"events": {BACKCHANNEL_LOGOUT: {}}, **changes}
        key = self.storage.jwk
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            key.as_pem(is_private=True),
            algorithm="RS256",
            headers={"kid": key.as_dict()["kid"], "typ": "logout+jwt"},
        )

    def sign_out(self, address: str, **claims: Any) -> requests.Response:
        """The person signs out there: the client hears of it."""
        return requests.post(address, data={"logout_token": self.logout_token(**claims)}, timeout=10)


@contextmanager
def provider_running() -> Iterator[Provider]:
    app = oidc_provider_mock.app(require_client_registration=True)
    held: dict[str, Any] = {}

    @app.before_request
    def keep_storage() -> None:
        held["storage"] = flask.g.oidc_provider_mock_storage

    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        requests.get(f"{url}/jwks", timeout=10).raise_for_status()
        yield Provider(url, held.get("storage"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
