"""Single sign-on with OpenID Connect, where `OIDC_ISSUER` names a provider (`requirements/oidc.txt`)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

APPS = ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
PROVIDER = "oidc"


def configure(env: Env) -> dict[str, Any]:
    """The settings; without an issuer those that say that there is no provider."""
    issuer = env.str("OIDC_ISSUER", default="").rstrip("/")
    if issuer and not issuer.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise ImproperlyConfigured("OIDC_ISSUER is not an https:// address: what the provider says could be forged.")
    client, secret = env.str("OIDC_CLIENT_ID", default=""), env.str("OIDC_CLIENT_SECRET", default="")
    if issuer and not (client and secret):
        raise ImproperlyConfigured("OIDC_ISSUER is set. OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong to it.")
    name = env.str("OIDC_NAME", default="OpenID Connect")
    app = {
        "provider_id": PROVIDER,
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer},
    }
    scopes = env.list("OIDC_SCOPES", default=["openid", "profile", "email"])
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": client,
        "OIDC_NAME": name,
        "OIDC_USERNAME_CLAIM": env.str("OIDC_USERNAME_CLAIM", default="preferred_username"),
        "OIDC_GROUPS_CLAIM": env.str("OIDC_GROUPS_CLAIM", default="groups"),
        # THEIRS=OURS, comma separated. Groups that stand here are filled by the provider alone.
        "OIDC_GROUPS": env.dict("OIDC_GROUPS", default={}),
        "OIDC_PLATFORM_ADMINS": env.str("OIDC_PLATFORM_ADMINS", default=""),
        "OIDC_CREATE_USERS": env.bool("OIDC_CREATE_USERS", default=True),
        "OIDC_LINK_BY_NAME": env.bool("OIDC_LINK_BY_NAME", default=False),
        "SOCIALACCOUNT_ADAPTER": "accounts.single_sign_on.adapter.SingleSignOnAdapter",
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        # A link, no form: the page's policy lets forms go to this host alone, also by redirect.
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
        "SOCIALACCOUNT_PROVIDERS": {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "SCOPE": scopes,
                "APPS": [app] if issuer else [],
            }
        },
    }
