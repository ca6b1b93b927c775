"""Settings from the environment; unset means the embedded edition on one machine.

Every name of the environment is explained in the README's configuration table.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from sunlit.hosts import EVERYWHERE, LOOPBACK, own_names
from sunlit.keys import read_or_create

env = environ.Env()

# --- Where things lie --------------------------------------------------------------

PACKAGE_DIR = Path(__file__).resolve().parent
BASE_DIR = PACKAGE_DIR.parent.parent
DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "var").expanduser().resolve()
KEYS_DIR = DATA_DIR / "keys"
FILES_DIR = DATA_DIR / "files"
# Where the private keys that sign the log lie, and the log's name (given once, kept for ever).
LEDGER_KEYS_DIR = Path(env.str("LEDGER_KEYS_DIR", "") or KEYS_DIR).expanduser().resolve()
LEDGER_ORIGIN = env.str("LEDGER_ORIGIN", "")

# --- Edition -----------------------------------------------------------------------

SUNLIT_PRODUCTION = env.bool("SUNLIT_PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
REDIS_URL = env.str("REDIS_URL", "")
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", "")
# Deliveries run inside the request that caused them unless a cluster has workers for it.
SUNLIT_INLINE_DELIVERIES = env.bool("SUNLIT_INLINE_DELIVERIES", not REDIS_URL)

SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY and not SUNLIT_PRODUCTION:
    try:
        SECRET_KEY = read_or_create(KEYS_DIR / "secret.key")
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {DATA_DIR} cannot be written ({error.strerror}). "
            "Give the folder to your user, or choose another one with DATA_DIR=/path/to/folder."
        ) from error
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
HOST = env.str("HOST", "") or "127.0.0.1"
PORT = env.int("PORT", 8000) if env.str("PORT", "") else 8000
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=own_names(HOST))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Addresses or networks of our own reverse proxies; forwarded headers of anybody else are dropped.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
BASE_URL = (env.str("BASE_URL", "") or f"http://{LOOPBACK[0] if HOST in EVERYWHERE else HOST}:{PORT}").rstrip(
    "/"
)

# --- Apps --------------------------------------------------------------------------

INSTALLED_APPS = [
    "sunlit",
    "frontend",
    "cms",
    "search",
    "marketplace.inbox",
    "marketplace.disclosure",
    "marketplace.registry",
    "marketplace.ledger",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "sunlit.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sunlit.middleware.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sunlit.microcache.MicroCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "sunlit.middleware.FramingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sunlit.middleware.PathLocaleMiddleware",
    "sunlit.middleware.RateLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sunlit.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "marketplace.registry.backends.SessionGuard",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "sunlit.urls"
ASGI_APPLICATION = "sunlit.asgi.application"
WSGI_APPLICATION = "sunlit.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.site",
                "marketplace.registry.desk.context",
                "marketplace.inbox.queries.context",
            ]
        },
    }
]
FORM_RENDERER = "frontend.forms.HouseRenderer"

# --- Database, cache, sessions -----------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{DATA_DIR / 'sunlit.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE serialises writers, FULL keeps an accepted act through a power cut,
    # and recursive triggers make the append-only triggers see REPLACE as well.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 0)
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "sunlit",
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
    )
}
SESSION_COOKIE_NAME = "sunlit_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 30)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "sunlit_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sunlit.errors.csrf_failure"
MICRO_CACHE_SECONDS = min(env.int("MICRO_CACHE_SECONDS", 10), 10)

# --- Who logs in -------------------------------------------------------------------

AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "marketplace.registry.backends.LoginBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = reverse_lazy("login")
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
# An account and an address together are locked, so that neither an office behind one
# address nor the owner of a name that somebody else tries is shut out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "marketplace.registry.backends.lock_name"
AXES_LOCKOUT_CALLABLE = "marketplace.registry.views.accounts.locked_out"
AXES_CLIENT_IP_CALLABLE = "sunlit.middleware.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429

# --- Language and time -------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["frontend.formats"]

# --- Who runs this site (footer and meta tags of government sites; empty is not shown) ----

SITE_IDENTITY = {
    "name": env.str("SITE_NAME", "阳光交易"),
    "subtitle": env.str("SITE_SUBTITLE", "公共资源交易平台"),
    "domain": env.str("SITE_DOMAIN", ""),
    "id_code": env.str("SITE_ID_CODE", ""),
    "host": env.str("SITE_HOST", ""),
    "operator": env.str("SITE_OPERATOR", ""),
    "icp": env.str("SITE_ICP", ""),
    "police": env.str("SITE_POLICE", ""),
    "hotline": env.str("SITE_HOTLINE", ""),
    "hours": env.str("SITE_HOURS", ""),
    "support": env.str("SITE_SUPPORT", ""),
    "email": env.str("SITE_EMAIL", ""),
    "address": env.str("SITE_ADDRESS", ""),
}

# --- Files -------------------------------------------------------------------------

STATIC_URL = "/static/"
# Production collects once for nginx; one machine serves from where the files lie.
STATIC_ROOT = DATA_DIR / "static" if SUNLIT_PRODUCTION else None
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
WHITENOISE_USE_FINDERS = not SUNLIT_PRODUCTION
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Browser security --------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Wagtail's editor writes inline styles and scripts; nobody but editors gets these pages.
EDITOR_PREFIX = "/editor/"
EDITOR_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # sunlit.middleware.FramingMiddleware sets X-Frame-Options
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # dropped unless a trusted proxy sent it
USE_TLS = env.bool("USE_TLS", SUNLIT_PRODUCTION)
SECURE_SSL_REDIRECT = USE_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 365 * 24 * 3600 if USE_TLS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = USE_TLS
SESSION_COOKIE_SECURE = USE_TLS
CSRF_COOKIE_SECURE = USE_TLS

# --- Rate limits: name of the address -> (per browser, per network address, seconds) ----
# The second number lets a whole office work behind one address.
RATE_LIMITS_ENABLED = env.bool("RATE_LIMITS_ENABLED", True)
RATE_LIMITS = {
    "notices": (120, 1200, 60),
    "api-notices": (120, 1200, 60),
    "notices-feed": (30, 300, 60),
    "notices-csv": (10, 100, 60),
    "notices-xlsx": (10, 100, 60),
    "POST login": (20, 400, 60),
    "POST editor_login": (20, 400, 60),
    "POST activate": (10, 100, 300),
    "POST reset": (10, 100, 300),
    "POST ask_code": (5, 50, 600),
    "POST setup": (10, 20, 300),
    "POST disclosure:ask": (5, 100, 600),
    "POST disclosure:question": (20, 200, 600),
    "POST report": (5, 100, 600),
}

# --- Mail and logs -----------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default=f"filemail://{DATA_DIR / 'outbox'}"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@sunlit.invalid")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_TO = env.str("LOG_TO", "stderr" if SUNLIT_PRODUCTION else "file")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "sunlit.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        "file": {
            "class": "sunlit.logs.LogFile",
            "formatter": "json",
            "filename": str(DATA_DIR / "logs" / "sunlit.log"),
            "encoding": "utf-8",
            "maxBytes": 10 * 1024 * 1024,
            "backupCount": 5,
            "delay": True,
        },
    },
    # On one machine the terminal stays free for what the person should read.
    "root": {"handlers": [LOG_TO], "level": "WARNING"},
    "loggers": {
        "sunlit": {"level": LOG_LEVEL},
        "marketplace": {"level": LOG_LEVEL},
        "cms": {"level": LOG_LEVEL},
        "search": {"level": LOG_LEVEL},
        # Django's own handlers print to the console in another form; ours says the same.
        "django": {"level": LOG_LEVEL, "handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": True},
        "axes": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
    },
}

# --- Wagtail -----------------------------------------------------------------------

WAGTAIL_SITE_NAME = _("阳光交易")
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# Every stored version is an act of a person that the ledger records.
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAIL_DATE_FORMAT = "%Y-%m-%d"
WAGTAIL_DATETIME_FORMAT = "%Y-%m-%d %H:%M"
# Wagtail's own index finds no Chinese word and rewrites itself at each save. The editor's boxes for
# pages and pictures look for the text itself in the few titles; notices are searched by `search`.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database.fallback", "AUTO_UPDATE": False}
}

if SUNLIT_PRODUCTION:
    from sunlit.production import refuse_half_configured

    refuse_half_configured(globals())
