"""One machine, no services: what `make run` and `make demo` use. Secrets are made at the first start and
kept in the `var` folder, so that even this set-up never encrypts with a key from the source code."""

from opsys.settings.base import *  # noqa: F403
from opsys.settings.base import VAR, env
from opsys.settings.local_secrets import kept

SECRET_KEY = env.str("SECRET_KEY", default="") or kept(VAR / "secrets" / "secret_key")
FERNET_KEYS = env.list("FERNET_KEYS", default=[]) or [kept(VAR / "secrets" / "fernet_key")]
AUDIT_KEYS = env.list("AUDIT_KEYS", default=[]) or [kept(VAR / "secrets" / "audit_key")]
WHITENOISE_USE_FINDERS = True
