"""Settings of the house. Secrets and places come from the environment; the rest is here.

HOABAN_HOME      folder of packs/, law/ and provinces/ (default: the repository)
HOABAN_VAR       folder for the database, snapshots, layers and keys (default: HOME/var)
HOABAN_DATABASE  empty for SQLite in VAR, or postgres://user:password@host:port/name
HOABAN_SECRET    signing key; without it a random one is kept in VAR/keys
HOABAN_PRODUCTION  1 behind TLS: secure cookies, HSTS, redirect; MFA becomes required
HOABAN_HOSTS     comma-separated host names served in production
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HOME = Path(os.environ.get("HOABAN_HOME") or Path(__file__).resolve().parents[3])
VAR = Path(os.environ.get("HOABAN_VAR") or HOME / "var")
VAR.mkdir(parents=True, exist_ok=True, mode=0o700)  # the registers are for their owner alone
PACKS = HOME / "packs"
LAW = HOME / "law"
SNAPSHOTS = VAR / "snapshots"
LAYERS = VAR / "layers"
SURFACES = VAR / "surfaces"
PRODUCTION = os.environ.get("HOABAN_PRODUCTION") == "1"


def _kept(name: str) -> str:
    """A random key, made once and readable by its owner alone."""
    file = VAR / "keys" / name
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), "utf-8")
    return file.read_text("utf-8")


def _database(address: str) -> dict[str, Any]:
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "hoaban.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
                "PRAGMA recursive_triggers=ON;",  # so that REPLACE cannot pass the append-only
            },
        }
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
    }


SECRET_KEY = os.environ.get("HOABAN_SECRET") or _kept("signing")
PSEUDONYM_KEY = (os.environ.get("HOABAN_PSEUDONYM_KEY") or _kept("pseudonyms")).encode()
DATABASES = {"default": _database(os.environ.get("HOABAN_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "hoaban.base",
    "hoaban.record",
    "hoaban.measure",
    "hoaban.plan",
    "hoaban.act",
    "hoaban.account",
    "hoaban.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hoaban.web.mfa.middleware",
    "hoaban.web.pages.faults.Problems",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
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

ROOT_URLCONF = "hoaban.web.urls"
WSGI_APPLICATION = "hoaban.web.wsgi.application"
ALLOWED_HOSTS = (
    os.environ.get("HOABAN_HOSTS", "").split(",")
    if PRODUCTION
    else ["127.0.0.1", "localhost", "testserver"]
)

AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "hoaban.web.accounts.ClosedAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "step": "60/m/user",  # forms that officials send: hoaban.web.pages.steps
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "hoaban.web.accounts.BilingualMfaAdapter"
MFA_TOTP_ISSUER = "Hoa Ban"
HOABAN_MFA_REQUIRED = PRODUCTION
CSRF_FAILURE_VIEW = "hoaban.web.pages.faults.bad_form"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "cache",
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+$"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
SILENCED_SYSTEM_CHECKS: list[str] = []
