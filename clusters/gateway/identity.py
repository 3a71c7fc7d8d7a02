"""Logging in: from a stored credential to Keystone's options, under the names that keystoneauth and `OS_…` share."""

from typing import Any

from keystoneauth1.access import AccessInfo
from keystoneauth1.identity import BaseIdentityPlugin, generic, v3
from keystoneauth1.session import Session

from clusters.models import Cluster, Credential

DEFAULT_DOMAIN_ID = "default"
"""Keystone takes no name without a domain. Where none was given, `openstack` names this id, and so do we."""

Kind = Credential.Kind


def auth_options(credential: Credential, project: str = "") -> dict[str, Any]:
    """Without the address. They hold the secret: neither log nor keep them. `project`, an id, takes the place of the
    credential's own scope; an application credential has no other than its own."""
    if credential.kind == Kind.TOKEN:
        return {"token": credential.secret, **_scope(credential, project)}
    if credential.kind == Kind.PASSWORD:
        return {**_user(credential), "password": credential.secret, **_scope(credential, project)}
    secret = {"application_credential_secret": credential.secret}
    if credential.application_credential_name:
        return {"application_credential_name": credential.application_credential_name, **secret, **_user(credential)}
    return {"application_credential_id": credential.username, **secret}


class _SharedAccess(BaseIdentityPlugin):
    """For a plugin that threads share. keystoneauth looks twice at the access it has; in between another thread, whose
    token was refused, may have thrown it away."""

    def get_access(self, session: Session, **_options: Any) -> AccessInfo:
        with self._lock:
            access = self.auth_ref
            if access is None or access.will_expire_soon(self.MIN_TOKEN_LIFE_SECONDS):
                access = self.auth_ref = self.get_auth_ref(session)
            return access


class _Password(_SharedAccess, generic.Password):
    pass


class _Token(_SharedAccess, generic.Token):
    pass


class _ApplicationCredential(_SharedAccess, v3.ApplicationCredential):
    pass


def auth_plugin(cluster: Cluster, credential: Credential, project: str = "") -> BaseIdentityPlugin:
    options = auth_options(credential, project)
    if credential.kind == Kind.APPLICATION_CREDENTIAL:
        # There is no plugin for these that finds the version by itself, and no other version that has them.
        address = cluster.auth_url.rstrip("/")
        return _ApplicationCredential(auth_url=address if address.endswith("/v3") else f"{address}/v3", **options)
    plugin = _Token if credential.kind == Kind.TOKEN else _Password
    return plugin(auth_url=cluster.auth_url, **options)


def user_domain_of(credential: Credential) -> str:
    """What `openstack --user-domain` takes."""
    return credential.user_domain_id or credential.user_domain or DEFAULT_DOMAIN_ID


def _user(credential: Credential) -> dict[str, str]:
    if credential.user_id:
        return {"user_id": credential.user_id}
    return {
        "username": credential.username,
        **_domain("user_domain", credential.user_domain_id, credential.user_domain),
    }


def _scope(credential: Credential, project: str) -> dict[str, str]:
    if project or credential.project_id:
        return {"project_id": project or credential.project_id}
    if credential.project_name:
        domain = _domain("project_domain", credential.project_domain_id, credential.project_domain)
        return {"project_name": credential.project_name, **domain}
    if credential.system_scope:
        return {"system_scope": "all"}
    if credential.domain_id or credential.domain_name:
        return _domain("domain", credential.domain_id, credential.domain_name)
    return {}


def _domain(prefix: str, cloud_id: str, name: str) -> dict[str, str]:
    return {f"{prefix}_name": name} if name and not cloud_id else {f"{prefix}_id": cloud_id or DEFAULT_DOMAIN_ID}
