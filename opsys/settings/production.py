"""Settings for a real deployment. It refuses to start on a missing, short or default secret."""

from django.core.exceptions import ImproperlyConfigured

from opsys.settings.base import *  # noqa: F403
from opsys.settings.base import env

SECRET_KEY = env.str("SECRET_KEY", default="")
FERNET_KEYS = env.list("FERNET_KEYS", default=[])
AUDIT_KEYS = env.list("AUDIT_KEYS", default=[])


def _refuse_weak(name: str, secrets: list[str]) -> None:
    for secret in secrets or [""]:
        if not secret:
            problem = "is not set"
        elif "change-me" in secret or "insecure" in secret:
            problem = "still has its example value"
        elif len(secret) < 32:
            problem = "is shorter than 32 characters"
        else:
            continue
        raise ImproperlyConfigured(
            f"{name} {problem}. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))', "
            f"then set {name} in the environment, in .env, or in a file named by {name}_FILE."
        )


_refuse_weak("SECRET_KEY", [SECRET_KEY])
_refuse_weak("FERNET_KEYS", FERNET_KEYS)
_refuse_weak("AUDIT_KEYS", AUDIT_KEYS)
if not env.list("ALLOWED_HOSTS", default=[]):
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the host names people use, e.g. ops.example.com")

DEBUG = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
# Whether other hosts of the domain, and browsers' own lists, follow is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
