"""When the credential we are logged in with stops working."""

from datetime import datetime
from typing import cast

from keystoneauth1.identity import BaseIdentityPlugin

from clusters.gateway.call import Call
from clusters.gateway.listing import moment, one


def credential_end(call: Call, *, token: bool = False) -> datetime | None:
    """None for what has no such day. `token`: the credential is a token, which cannot be renewed."""
    conn = call.conn
    access = cast(BaseIdentityPlugin, conn.session.auth).get_access(conn.session)
    if token:
        return access.expires
    user = f"/users/{access.user_id}"
    if application_credential := getattr(access, "application_credential_id", None):
        found = one(
            conn.identity, f"{user}/application_credentials/{application_credential}", "application_credential"
        )
        return moment(found.get("expires_at"))
    return moment(one(conn.identity, user, "user").get("password_expires_at"))
