"""People of an LDAP directory, where `LDAP_URL` names one (`requirements/ldap.txt`)."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

BACKEND = "accounts.directory.backend.DirectoryBackend"
GROUP_TYPES = {
    "groupOfNames": "GroupOfNamesType",
    "groupOfUniqueNames": "GroupOfUniqueNamesType",
    "posixGroup": "PosixGroupType",
    "activeDirectory": "NestedActiveDirectoryGroupType",
}
SECONDS = 5


def configure(env: Env) -> dict[str, Any]:
    """The settings; without an address those that say that there is no directory."""
    url = env.str("LDAP_URL", default="")
    ours = {
        "LDAP_URL": url,
        # THEIRS=OURS, comma separated. Groups that stand here are filled by the directory alone.
        "LDAP_GROUPS": env.dict("LDAP_GROUPS", default={}),
        "LDAP_PLATFORM_ADMINS": env.str("LDAP_PLATFORM_ADMINS", default=""),
        "LDAP_LINK_BY_NAME": env.bool("LDAP_LINK_BY_NAME", default=False),
    }
    if not url:
        return ours
    start_tls = env.bool("LDAP_START_TLS", default=True) and not url.startswith("ldaps://")
    on_this_machine = url.startswith("ldapi://") or urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
    if not (start_tls or url.startswith("ldaps://") or on_this_machine):
        raise ImproperlyConfigured("LDAP_URL is not encrypted: use ldaps:// or LDAP_START_TLS, passwords pass there.")
    return {**ours, **_of_library(env, url, start_tls)}


def _of_library(env: Env, url: str, start_tls: bool) -> dict[str, Any]:
    try:
        import ldap  # noqa: PLC0415
        from django_auth_ldap import config  # noqa: PLC0415
    except ImportError as error:
        raise ImproperlyConfigured("LDAP_URL is set: install requirements/ldap.txt.") from error
    options = {
        ldap.OPT_REFERRALS: 0,
        ldap.OPT_NETWORK_TIMEOUT: SECONDS,
        ldap.OPT_TIMEOUT: SECONDS,
        ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND,
    }
    if authority := env.str("LDAP_CA_FILE", default=""):
        options[ldap.OPT_X_TLS_CACERTFILE] = authority
    options[ldap.OPT_X_TLS_NEWCTX] = 0  # takes over what stands before it
    users, groups = env.str("LDAP_USER_BASE", default=""), env.str("LDAP_GROUP_BASE", default="")
    kind = env.str("LDAP_GROUP_TYPE", default="groupOfNames")
    if not users or kind not in GROUP_TYPES:
        raise ImproperlyConfigured(
            f"LDAP_URL wants LDAP_USER_BASE, and LDAP_GROUP_TYPE one of: {', '.join(GROUP_TYPES)}."
        )
    found: dict[str, Any] = {
        "AUTH_LDAP_SERVER_URI": url,
        "AUTH_LDAP_START_TLS": start_tls,
        "AUTH_LDAP_CONNECTION_OPTIONS": options,
        "AUTH_LDAP_BIND_DN": env.str("LDAP_BIND_DN", default=""),
        "AUTH_LDAP_BIND_PASSWORD": env.str("LDAP_BIND_PASSWORD", default=""),
        "AUTH_LDAP_USER_SEARCH": config.LDAPSearch(
            users, ldap.SCOPE_SUBTREE, env.str("LDAP_USER_FILTER", default="(uid=%(user)s)")
        ),
        "AUTH_LDAP_USER_ATTR_MAP": {"first_name": "givenName", "last_name": "sn", "email": "mail"},
        # A row that is saved as a whole at each sign-in could undo what an admin changed meanwhile.
        "AUTH_LDAP_ALWAYS_UPDATE_USER": False,
        "AUTH_LDAP_NO_NEW_USERS": not env.bool("LDAP_CREATE_USERS", default=True),
    }
    if groups:
        any_group = "group" if kind == "activeDirectory" else kind
        search = config.LDAPSearch(groups, ldap.SCOPE_SUBTREE, f"(objectClass={any_group})")
        found |= {"AUTH_LDAP_GROUP_SEARCH": search, "AUTH_LDAP_GROUP_TYPE": getattr(config, GROUP_TYPES[kind])()}
    return found
