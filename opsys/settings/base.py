"""Settings that hold everywhere. Each value a deployment may want to change is read from the environment
(or a `.env` file, or a file named by `NAME_FILE`), and `.env.example` names all of them."""

import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import SELF
from django.utils.translation import gettext_lazy as _
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

from opsys.settings import directory, logs, oidc, schedule


class _Lines(FileAwareMapping):
    """A file that holds a value usually ends with a line feed, which is no part of a key, a password or an address."""

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key).strip()


BASE_DIR = Path(__file__).resolve().parents[2]
env = FileAwareEnv()
env.ENVIRON = _Lines()
env.read_env(BASE_DIR / ".env")

VAR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
REDIS_URL = env.str("REDIS_URL", default="")

INSTALLED_APPS = [
    "daphne",
    "accounts",
    "audit",
    "clusters",
    "compute",
    "storage",
    "networking",
    "identity",
    "jobs",
    "terminal",
    "monitoring",
    "opsys.kit",
    "guardian",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "opsys.compression.CompressedText",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.OwnTimeZone",
    "accounts.middleware.SessionLimits",
    # Closed by default: a view is public only when it says so.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.Obligations",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "opsys.keys_missing.KeysMissing",
]

ROOT_URLCONF = "opsys.urls"
ASGI_APPLICATION = "opsys.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "opsys.kit.console.context.console",
            ]
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'opsys.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    )
else:
    DATABASES["default"].update(CONN_MAX_AGE=env.int("DATABASE_CONN_MAX_AGE", default=60), CONN_HEALTH_CHECKS=True)
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        charset="utf8mb4", isolation_level="read committed", init_command="SET sql_mode='STRICT_TRANS_TABLES'"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            # The cache is never the truth: without it the platform is slower, not down.
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2},
        }
    }
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# What {% cache %} keeps depends on the release alone, so it stays in the process and ends with it.
CACHES["template_fragments"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"}

# --- background work --------------------------------------------------------------------------------------

if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # A request that hands work over must not wait for a Redis that is down: the reaper sends it again.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 0.2, "socket_timeout": 5, "max_retries": 0}
else:
    QUEUE = VAR / "queue"
    for folder in ("messages", "processed", "control"):
        (QUEUE / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "folder://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE / "messages"),
        "data_folder_out": str(QUEUE / "messages"),
        "processed_folder": str(QUEUE / "processed"),
        "control_folder": str(QUEUE / "control"),
        "polling_interval": 0.2,
    }
    # One worker; each poll would look for commands too.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_IMPORTS = ["opsys.periodic"]
CELERY_BEAT_SCHEDULE = schedule.BEAT
CELERY_BEAT_SCHEDULER = "opsys.beat:FixedScheduler"
# So many tasks that Celery never closes a connection; opsys/celery.py says when it is closed.
CELERY_DB_REUSE_MAX = sys.maxsize
LOOKS = schedule.LOOKS

# --- identity ---------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

# Signing in is allauth's; whom it lets in, how often and for how long stays ours (docs/decisions.md).
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.login.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # axes counts, in the database and for all processes
MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.second_factor.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_factor.forms.CodeForm",
    "reauthenticate": "accounts.second_factor.forms.CodeAgainForm",
    "activate_totp": "accounts.second_factor.forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
# Roles (viewer, operator, admin, and platform-admin) that do nothing before they have a second factor.
SECOND_FACTOR_REQUIRED_FOR = env.list("SECOND_FACTOR_REQUIRED_FOR", default=[])

# People of a provider, and of a directory (docs/sign-on.md).
vars().update(oidc.configure(env))
if vars()["OIDC_ISSUER"]:
    INSTALLED_APPS += oidc.APPS
vars().update(directory.configure(env))
if vars()["LDAP_URL"]:
    AUTHENTICATION_BACKENDS.insert(1, directory.BACKEND)

# Guardian is asked through clusters/access.py only, which looks at object permissions alone: a permission
# held "on the model" would silently open every cluster.
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_CALLABLE = "accounts.login.locked"
AXES_DISABLE_ACCESS_LOG = True  # the audit has it
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_AGE = env.int("SESSION_MAX_SECONDS", default=12 * 3600)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- logs -------------------------------------------------------------------------------------------------

LOGGING = logs.configure(json=env.bool("LOG_JSON", default=False), level=env.str("LOG_LEVEL", default="WARNING"))

DEFAULT_EXCEPTION_REPORTER_FILTER = "opsys.error_reports.Discreet"

# --- interface --------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "kit/table.html"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.ReadyAccount"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "opsys.kit.api.errors.handler",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105
# A token that a login over REST gives lives for hours, one that was made for a script for days.
REST_KNOX = {"TOKEN_TTL": timedelta(hours=env.int("API_TOKEN_HOURS", default=12)), "TOKEN_PREFIX": "ops_"}
API_TOKEN_MAX_DAYS = env.int("API_TOKEN_MAX_DAYS", default=365)
SPECTACULAR_SETTINGS = {
    "TITLE": "opsys",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "opsys.kit.api.schema.add_resources",
    ],
    "ENUM_NAME_OVERRIDES": {"JobState": "jobs.models.Job.State", "JobItemState": "jobs.models.JobItem.State"},
    "SERVE_PERMISSIONS": ["accounts.permissions.ReadyAccount"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- clouds -----------------------------------------------------------------------------------------------

CLOUD_CONNECT_SECONDS = env.float("CLOUD_CONNECT_SECONDS", default=5)
CLOUD_READ_SECONDS = env.float("CLOUD_READ_SECONDS", default=30)
# A whole exchange (authentication, discovery, the call itself) may take this long.
CLOUD_CALL_SECONDS = env.float("CLOUD_CALL_SECONDS", default=45)
SYNC_FULL_SECONDS = env.int("SYNC_FULL_SECONDS", default=300)
# Changes are read this often where somebody is looking, and this often where nobody is.
SYNC_DELTA_SECONDS = env.float("SYNC_DELTA_SECONDS", default=5)
SYNC_IDLE_SECONDS = env.float("SYNC_IDLE_SECONDS", default=30)
# How many items of all jobs are asked of one cluster at a time; and how many a second, 0: as it comes.
JOB_ITEMS_PER_CLUSTER = env.int("JOB_ITEMS_PER_CLUSTER", default=4)
JOB_ITEMS_PER_SECOND = env.float("JOB_ITEMS_PER_SECOND", default=0)
# How many days jobs that ended, and the runs of schedules, stay in their lists; 0: for ever.
JOB_KEEP_DAYS = env.int("JOB_KEEP_DAYS", default=90)
SCHEDULE_RUN_KEEP_DAYS = env.int("SCHEDULE_RUN_KEEP_DAYS", default=90)
# How long a job that empties a host waits for one server to leave it.
JOB_MOVE_SECONDS = env.float("JOB_MOVE_SECONDS", default=1800)
SYNC_RETRY_SECONDS = env.float("SYNC_RETRY_SECONDS", default=10)

# --- guard rails ---

# Where what cannot be undone wants a reason, and the typed name in the console.
GUARD_REASON_ENVIRONMENTS = env.list("GUARD_REASON_ENVIRONMENTS", default=["production"])

# How long what waits for a second person's approval can be approved.
APPROVAL_HOURS = env.int("APPROVAL_HOURS", default=24)

# --- terminal ---------------------------------------------------------------------------------------------

# Closed to shells besides what always is, such as the network of the platform's own services.
TERMINAL_DENIED_NETWORKS = env.list("TERMINAL_DENIED_NETWORKS", default=[])
TERMINAL_RECORDINGS = env.str("TERMINAL_RECORDINGS", default="") or str(VAR / "recordings")
TERMINAL_SESSIONS_PER_PROCESS = env.int("TERMINAL_SESSIONS_PER_PROCESS", default=500)
# How long a session whose page is gone waits for it to come back.
TERMINAL_RESUME_SECONDS = env.int("TERMINAL_RESUME_SECONDS", default=60)
# The largest file that goes up or down beside a shell.
TERMINAL_FILE_BYTES = env.int("TERMINAL_FILE_BYTES", default=10 * 1024**3)

# Who asks for the figures at /metrics bears it. Empty: there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- alerts -----------------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="opsys@localhost")
# Where messages may be sent to besides what is open anyway: parts of what is closed by default, such as loopback.
ALERT_NETWORKS = env.list("ALERT_NETWORKS", default=[])
# How many days alerts that are over, and the messages about them, stay; 0: for ever.
ALERT_KEEP_DAYS = env.int("ALERT_KEEP_DAYS", default=90)
# How many days, and how many at most, changes of the clouds are kept.
CHANGE_KEEP_DAYS = env.int("CHANGE_KEEP_DAYS", default=30)
CHANGE_MOST = env.int("CHANGE_MOST", default=2_000_000)
# The platform's own address, as people open it: messages lead there.
SITE_URL = env.str("SITE_URL", default="")

SITE_NAME = env.str("SITE_NAME", default="") or _("Cloud operations")

# --- audit ------------------------------------------------------------------------------------------------

# The name under which checkpoints of the audit are signed; another one per installation tells them apart.
AUDIT_ORIGIN = env.str("AUDIT_ORIGIN", default="opsys.audit")
