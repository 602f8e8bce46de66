"""Lectern's one settings file: the environment in, Django's settings out."""

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from conference import env

BASE_DIR = Path(__file__).resolve().parent.parent
environment = env.Environment.of_process(BASE_DIR / ".env")

# The site and its secrets

DEBUG = environment.flag("DEBUG")
SITE_NAME = environment.text("SITE_NAME", "Lectern")
SITE_URL = environment.parsed("SITE_URL", env.site_address, "")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
BEHIND_TLS = SITE_URL.startswith("https://")

if DEBUG:
    SECRET_KEY = environment.text("SECRET_KEY") or get_random_secret_key()
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]", ".localhost"]
else:
    SECRET_KEY = environment.required(
        "SECRET_KEY",
        "write 50 random characters or more, the same at every start, or set DEBUG=1 to try things out",
    )
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or [SITE_HOST]
    if ALLOWED_HOSTS == [""]:
        environment.refuse(
            "ALLOWED_HOSTS", "is missing: write the names of the site's hosts, or set SITE_URL"
        )
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")

# How many proxies stand in front: only their word about the outer protocol is believed.
TRUSTED_PROXIES = environment.count("TRUSTED_PROXIES")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# The parts

INSTALLED_APPS = [
    "workbench.apps.WorkbenchAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "markdownx",
    "history",
    "texts",
    "attachments",
    "editions",
    "speakers",
    "talks",
    "exchange",
    "website",
    "workbench",
    "conference",
]
MIDDLEWARE = [
    # Outermost, so that redirects, refusals and static files carry the headers too.
    "conference.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "website.manners.MannersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "history.middleware.TellingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "website.middleware.OldAddressesMiddleware",
    # Innermost, as it asks for: it answers a sign-in that was refused, and does nothing else.
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "conference.urls"
WSGI_APPLICATION = "conference.wsgi.application"
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
            ]
        },
    }
]

# Database. Django's defaults for SQLite failed most of many saves at once; these four fail none.

SQLITE_MANNERS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456;",
}
database: dict[str, Any] = {
    **environment.parsed(
        "DATABASE_URL",
        dj_database_url.parse,
        {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "db.sqlite3")},
    )
}
if database["ENGINE"] == "django.db.backends.sqlite3":
    database["OPTIONS"] = SQLITE_MANNERS | database.get("OPTIONS", {})
else:
    database |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": environment.parsed("CACHE_URL", env.cache, env.cache("locmem://"))}

# Files. Static ones have hashed names; uploaded ones lie on disk, or in a store by one variable.

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(BASE_DIR / "media")))
STORE = environment.parsed("STORAGE_URL", env.store, None)
if STORE is not None and find_spec("storages") is None:
    environment.refuse("STORAGE_URL", "needs django-storages: pip install -r requirements-extras.txt")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if STORE is None
    else {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"file_overwrite": False, **STORE}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "conference.static_files.HashedFiles"
    },
}
# A form holds a text of 1 MiB at most, which grows up to threefold on its way.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# A paper session with nine people and twenty papers sends more than Django's 1,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# Languages and time. No answer varies by Accept-Language: other languages have addresses of their own.

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
# The zone of an edition that names none.
DEFAULT_ZONE = environment.zone("TIME_ZONE")

# Nothing asks django-markdownx to render; if something ever did, it would get what every page gets.

MARKDOWNX_MARKDOWNIFY_FUNCTION = "texts.markdown.render_markdown"

# People

LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Sign-in is throttled: so many failures of an account at an address, or of an address alone, in so much time.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
SIGN_INS_AN_ADDRESS = 100
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "workbench.signing_in.Throttle"
AXES_USERNAME_CALLABLE = "workbench.signing_in.name_of"
AXES_CLIENT_IP_CALLABLE = "workbench.signing_in.address_of"
AXES_LOCKOUT_CALLABLE = "workbench.signing_in.locked"
AXES_RESET_ON_SUCCESS = True
# Attempts during a lock neither prolong it nor are kept.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# What succeeded isn't logged, nor is what was sent; failures go once they are too old to count.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# The surface

NONE, SELF = "'none'", "'self'"
# Pictures and videos of a store come from its origin.
MEDIA_ORIGINS = [env.store_origin(STORE)] if STORE is not None else []
# The name and the form are those of Django 6, whose own middleware can then take over.
SECURE_CSP = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, *MEDIA_ORIGINS],
    # A talk's own film plays on its page.
    "media-src": [SELF, *MEDIA_ORIGINS],
    "connect-src": [SELF],
    "font-src": [SELF],
    "manifest-src": [SELF],
    "worker-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
}
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if BEHIND_TLS else 0
# Lectern speaks for its own host: whether the neighbours below the domain have TLS isn't its to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
if BEHIND_TLS:
    # A browser takes such a cookie from this very host only, never from a neighbour below the same domain.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Mail and logs

mail = environment.parsed("EMAIL_URL", env.mail, env.mail("console://" if DEBUG else "smtp://localhost"))
EMAIL_BACKEND = mail.backend
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = mail.host, mail.port, 20
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.user, mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = mail.starttls, mail.ssl
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", f"lectern@{SITE_HOST or 'localhost'}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
LOG_LEVEL = environment.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), "INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "conference.logs.JsonLines"},
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain" if DEBUG else "lines"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own handlers would mail whole requests to people; everything goes to the root instead.
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # It tells of each sign-in; what matters is what fails.
        "axes": {"level": "WARNING"},
        # Any scanner of the net can cause one; they would bury what matters.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
    },
}

environment.stop_if_wrong()
