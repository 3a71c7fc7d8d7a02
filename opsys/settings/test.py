"""Settings of the test runs: fast hashing, no queue, everything else as in a real deployment."""

import tempfile
from pathlib import Path

from opsys.settings import oidc
from opsys.settings.base import *  # noqa: F403
from opsys.settings.base import BASE_DIR, DATABASES, INSTALLED_APPS

SECRET_KEY = "test-only-0123456789-0123456789-0123456789"  # noqa: S105
FERNET_KEYS = ["test-only-key-0123456789-0123456789-abcdef"]
AUDIT_KEYS = ["test-only-audit-0123456789-0123456789-abcdef"]
VAR = Path(tempfile.gettempdir())
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The doors of single sign-on are there; tests that use them set a provider.
INSTALLED_APPS = [*dict.fromkeys([*INSTALLED_APPS, *oidc.APPS])]
# Nobody takes the messages: tests that want a task done call it.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
WHITENOISE_USE_FINDERS = True
# Looked for when asked: each test client is a server of its own, and would look through all of them first.
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
# Clusters of the tests are production ones; what guards those has tests of its own.
GUARD_REASON_ENVIRONMENTS: list[str] = []
DATABASES["default"].setdefault("TEST", {})
STATICFILES_DIRS = [BASE_DIR / "static"]
