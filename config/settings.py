"""All settings of Django; a site makes its choices by environment variables (.env.example)."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from config.addresses import bracketed, database, smtp_security
from config.choices.live import live_settings
from config.env import (
    EnvironmentVariableError,
    env_bool,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_str,
    make_directories,
)
from config.log import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
DOCUMENTS = BASE_DIR / "docs"
VAR = env_path("ZERTIFY_VAR", BASE_DIR / "var")


def _secret_key() -> str:
    """The given key; for one machine one that is made once and kept beside the data."""
    given = env_secret("ZERTIFY_SECRET_KEY")
    if given:
        return given
    if env_bool("ZERTIFY_PRODUCTION"):
        raise EnvironmentVariableError("ZERTIFY_PRODUCTION is on: ZERTIFY_SECRET_KEY must be set")
    path = VAR / "secret_key"
    if not path.exists():
        make_directories(VAR, variable="ZERTIFY_VAR")
        new = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(64), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # the first of two starts wins
            path.hardlink_to(new)
        new.unlink()
    return path.read_text(encoding="ascii").strip()


DEBUG = env_bool("ZERTIFY_DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env_list("ZERTIFY_HOSTS", "localhost,127.0.0.1,[::1]")
if not env_str("ZERTIFY_HOSTS") and env_str("ZERTIFY_HOST"):
    ALLOWED_HOSTS.append(bracketed(env_str("ZERTIFY_HOST")))  # the address that `make serve` prints
HTTPS = env_bool("ZERTIFY_HTTPS", default=False)
TIME_LIMIT_PAGE_S = env_int("ZERTIFY_PAGE_TIME_LIMIT_S", 20, at_least=1)
TIME_LIMIT_EXPORT_S = env_int("ZERTIFY_EXPORT_TIME_LIMIT_S", 600, at_least=1)
PACK_DAYS = env_int("ZERTIFY_PACK_DAYS", 30, at_least=1)
EXPORT_MAX_BYTES = env_int("ZERTIFY_EXPORT_MAX_BYTES", 8 << 30, at_least=1 << 20)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "web.apps.WebConfig",
    "analyzer.apps.AnalyzerConfig",
    "designer.apps.DesignerConfig",
    "enforcement.apps.EnforcementConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.compression.PageCompression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
            ],
        },
    },
]

# Without a server no statement can run, but checks and migrations that are only written can.
DATABASES = {
    "default": {
        **database(env_secret("DATABASE_URL", "postgresql://localhost/zertify")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Ours alone: those of packages are for pages that nobody sees here, and take seconds to compress.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# Accounts
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_COOKIE_AGE = env_int("ZERTIFY_SESSION_HOURS", 12, at_least=1) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Transport. check --deploy asks for these; a machine without TLS says so with ZERTIFY_HTTPS=off.
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from inside, before the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env_list("ZERTIFY_TRUSTED_ORIGINS")
if env_bool("ZERTIFY_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Uploads: dumps are streamed to disk by the views that take them (web.uploads). Any other small
# file goes to memory and a large one nowhere, so that a stranger can't fill the disk
UPLOADS = VAR / "uploads"
UPLOAD_MAX_BYTES = env_int("ZERTIFY_UPLOAD_MAX_BYTES", 8 << 30, at_least=1)
UNPACKED_MAX_BYTES = env_int("ZERTIFY_UNPACKED_MAX_BYTES", 1 << 40, at_least=1)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = VAR / "incoming"
PACKS = VAR / "packs"
LIVE = live_settings(VAR)
make_directories(
    UPLOADS, PACKS, LIVE.place, FILE_UPLOAD_TEMP_DIR, STATIC_ROOT, variable="ZERTIFY_VAR"
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FILES = 100
WATCH_QUIET_S = env_int("ZERTIFY_WATCH_QUIET_S", 60, at_least=0)
IMPORT_ROOTS = [Path(root).resolve() for root in env_list("ZERTIFY_IMPORT_ROOTS")]

# REST API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "analyzer.api.frame.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "analyzer.api.frame.openapi.Described",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is one of our own parameters
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zertify",
    "DESCRIPTION": "z/OS zERT: imports, reports and policies.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "RuleSeverityEnum": ["fails", "advises", "unjudged"],
        "OperationStateEnum": "analyzer.models.imports.Import.State",
        "PolicyFindingSeverityEnum": ["error", "warning", "note"],
        "PolicyRuleKindEnum": ["general", "specific", "catch-all"],
        "PolicyScopeEnum": ["as z/OS", "all recorded data"],
        "PolicyTogetherEnum": ["both", "either"],
        "PolicyAbsentEnum": ["fails", "fits"],
        "PolicyProtocolEnum": "designer.models.objects.PROTOCOLS",
        "ProposedProtocolEnum": ["TLS", "SSH", "IPsec"],
        "PolicyVersionStateEnum": "designer.models.rule_sets.Version.State",
        "PolicyTagEnum": "designer.models.workspace.Tag",
        "WatchedFileStateEnum": "analyzer.models.watch_folders.WatchedFile.State",
    },
}

# Workers. The broker holds no truth: a task carries an id, the row says what is to be done.
CELERY_BROKER_URL = env_secret("CELERY_BROKER_URL")
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = {
    name: {"exchange": name, "routing_key": name} for name in ("default", "imports")
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = env_int("ZERTIFY_IMPORT_TIME_LIMIT_S", 6 * 3600, at_least=60)
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 30
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env_int("ZERTIFY_WORKERS", 2, at_least=1)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than an import may run, or Valkey would hand a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_TASK_TIME_LIMIT + 60}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "take up imports and prunes whose worker died": {
        "task": "analyzer.recover_imports",
        "schedule": 60.0,
    },
    "look into watch folders": {
        "task": "analyzer.look",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "remove what is past its retention": {"task": "analyzer.retain", "schedule": 3600.0},
    "make roll-ups that are missing": {"task": "analyzer.make_blocks", "schedule": 60.0},
    "take up audit packs whose worker died": {"task": "analyzer.recover_packs", "schedule": 60.0},
    "take up runs whose worker died": {"task": "enforcement.recover_runs", "schedule": 60.0},
    "drop audit packs that are old": {"task": "analyzer.expire_packs", "schedule": 3600.0},
    "drop what live feeds left": {"task": "enforcement.expire_live", "schedule": 3600.0},
    "drop history that is old": {"task": "analyzer.expire_history", "schedule": 3600.0},
    "start what is due": {
        "task": "analyzer.start_standing",
        "schedule": 20.0,
        "options": {"expires": 20.0},  # a worker that was busy need not ask twice
    },
}

# Watches and scheduled exports: where links lead, how mail is sent, where messages and files may go
BASE_URL = env_str("ZERTIFY_BASE_URL")
EMAIL_HOST = env_str("ZERTIFY_SMTP_HOST")
EMAIL_PORT = env_int("ZERTIFY_SMTP_PORT", 25, at_least=1)
EMAIL_HOST_USER = env_str("ZERTIFY_SMTP_USER")
EMAIL_HOST_PASSWORD = env_secret("ZERTIFY_SMTP_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = smtp_security(env_str("ZERTIFY_SMTP_SECURITY", "starttls"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_str("ZERTIFY_MAIL_FROM", "zertify@localhost")
MAIL_DOMAINS = [domain.lower() for domain in env_list("ZERTIFY_MAIL_DOMAINS")]
WEBHOOK_HOSTS = [host.lower() for host in env_list("ZERTIFY_WEBHOOK_HOSTS")]
WEBHOOK_HTTP = env_bool("ZERTIFY_WEBHOOK_HTTP")
HISTORY_DAYS = env_int("ZERTIFY_HISTORY_DAYS", 366, at_least=1)
_DIALECTS = env_str("ZERTIFY_DIALECTS")
DIALECTS = Path(_DIALECTS).expanduser().resolve() if _DIALECTS else None
EXPORT_ROOTS = [Path(root).resolve() for root in env_list("ZERTIFY_EXPORT_ROOTS")]

LOGGING = logging_settings(
    level=env_str("ZERTIFY_LOG_LEVEL", "INFO"), as_json=env_bool("ZERTIFY_LOG_JSON")
)
