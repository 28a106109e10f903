"""Settings of Samenkracht, read from the environment.

Every variable is documented with its default in docs/operations.md. Without any
variable set the project runs *embedded*: SQLite, an in-process live bus and the
worker as a thread of the server. With ``DATABASE_URL`` and ``REDIS_URL`` set it
runs on PostgreSQL and Redis with any number of web and worker processes.
"""

import sys
from decimal import Decimal
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF

from common.devkeys import development_keys
from common.logs import configure_logging

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.Env().str("VAR_DIR", default=str(BASE_DIR / "var")))

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

# --- Mode and secrets ------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# "development" makes its own keys in var/; "production" refuses to start without them.
MODE = env.str("MODE", default="production")
if MODE == "development":
    _keys = development_keys(VAR_DIR)
    SECRET_KEY = env.str("SECRET_KEY", default=_keys.secret_key)
    FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[_keys.field_key])
    DIGEST_KEY = env.str("DIGEST_KEY", default=_keys.digest_key)
    PUSH_KEYS = env.list("PUSH_KEYS", default=[_keys.push_key])
else:
    SECRET_KEY = env.str("SECRET_KEY")
    FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
    DIGEST_KEY = env.str("DIGEST_KEY")
    # Without keys no messages go to phones.
    PUSH_KEYS = env.list("PUSH_KEYS", default=[])

BASE_URL = env.str("BASE_URL", default="http://localhost:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many reverse proxies stand before us; X-Forwarded-For is believed only for those.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- Apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    # Before allauth: its pages and words are ours.
    "people",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "django_prometheus",
    "common",
    "events",
    "places",
    "safeguarding",
    "academy",
    "help_requests",
    "vacancies",
    "matching",
    "recognition",
    "simulation",
    "notifications",
    "backend",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "common.api.middleware.api_headers",
    "notifications.live.middleware.note_beginning",
    "csp.middleware.CSPMiddleware",
    "backend.middleware.PersonalPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "backend.middleware.AddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backend.middleware.SecondFactorMiddleware",
    "notifications.push.middleware.keep_signed_in",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "backend.middleware.HtmxSignInMiddleware",
    "backend.middleware.DomainErrorMiddleware",
    "events.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"
ASGI_APPLICATION = "backend.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "backend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "backend.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Database --------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'samenkracht.sqlite3'}")}
_database = DATABASES["default"]
IS_SQLITE = _database["ENGINE"].endswith("sqlite3")
# Seconds that one waits for the write lock (SQLite) or a free connection (PostgreSQL) before it is an error.
_wait = env.int("DATABASE_WAIT_SECONDS", default=20 if IS_SQLITE else 10)
if IS_SQLITE:
    # IMMEDIATE takes the write lock at BEGIN, so that a transaction never fails half-way with
    # "database is locked"; it waits at most busy_timeout. What is deleted is overwritten in
    # the file (secure_delete): who was erased stands in no free page of it.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": _wait,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        f"PRAGMA busy_timeout={_wait * 1000}; PRAGMA secure_delete=ON;",
    }
    # A file, not memory: tests run threads and a worker against it.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    # Persistent connections misbehave under ASGI; psycopg's pool does not.
    _database["CONN_MAX_AGE"] = 0
    # It looks at a connection first: after a restart nobody gets a dead one.
    _database["ENGINE"] = "common.postgresql"
    # Questions that every request asks are prepared, once per connection (`common/compiled.py`).
    prepares = env.bool("DATABASE_PREPARES", default=True)
    _database.setdefault("OPTIONS", {})["prepare_threshold"] = 5 if prepares else None
    _database["OPTIONS"]["pool"] = {
        "min_size": env.int("DATABASE_POOL_MIN", default=1),
        "max_size": env.int("DATABASE_POOL_MAX", default=20),
        "timeout": _wait,
    }

# --- Redis, live bus, cache ------------------------------------------------------------------
# Empty: one process only. The live bus is then in memory and so is the cache.
REDIS_URL = env.str("REDIS_URL", default="")
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
# Login limits must hold when Redis is away, so the cache lives in memory or in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if not REDIS_URL
        else "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries" if REDIS_URL else "samenkracht",
        # Past this number Django throws limits away that still hold: more than anybody fills within a day.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Request limits of the API, counted per process: quick, and they hold without Redis.
    "throttle": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
# Whether the server process also runs the event worker as a thread.
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=not REDIS_URL)

# --- People and sign-in ----------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "people.sessions.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_ENGINE = "people.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Without a password people sign in with a code that is mailed to them.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "people.signup.NameForm"
ACCOUNT_FORMS = {
    "signup": "people.web.account_forms.SignupForm",
    "login": "people.web.account_forms.LoginForm",
    "request_login_code": "people.web.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "people.web.account_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "people.web.account_forms.ConfirmEmailCodeForm",
    "add_email": "people.web.account_forms.ChangeEmailForm",
    "reset_password": "people.web.account_forms.ResetPasswordForm",
    "confirm_password_reset_code": "people.web.account_forms.ConfirmResetCodeForm",
    "reset_password_from_key": "people.web.account_forms.NewPasswordForm",
    "set_password": "people.web.account_forms.SetPasswordForm",
    "change_password": "people.web.account_forms.ChangePasswordForm",
    "reauthenticate": "people.web.account_forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
# Who has a password or a second factor shows it again before changing how the account is reached; who has
# neither fills in a code that goes to the address of the account (people/services/mailbox.py). Everybody
# hears by mail of each change, at the old address too.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Six digits can be read out and typed on a phone; three wrong ones end the attempt.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# Besides allauth's own. Wide enough for the computer of a library, where many ask from one address.
ACCOUNT_RATE_LIMITS = {
    "ask_help": "30/h/ip",
    "ask_help_hints": "120/m/ip",
    "report_concern": "10/h/ip",
    "advice_talk": "10/h/ip",
    "request_organisation": "10/h/ip",
    "share_record": "20/h/user",
    "article_feedback": "30/h/ip",
    "report": "10/h/user",
    "mailbox_code": "3/m/user",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_UNIQUE_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samenkracht"
MFA_FORMS = {
    "authenticate": "people.web.account_forms.AuthenticatorForm",
    "reauthenticate": "people.web.account_forms.AuthenticatorAgainForm",
    "activate_totp": "people.web.account_forms.ActivateAuthenticatorForm",
    "add_webauthn": "people.web.account_forms.AddPasskeyForm",
    "edit_webauthn": "people.web.account_forms.RenamePasskeyForm",
}
# Off in a demonstration, whose passwords are public anyway.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=MODE != "development")
# Sign-in through the municipality (OpenID Connect). It signs accounts in that are there, by their verified
# address; it makes none.
OIDC_NAME = env.str("OIDC_NAME", default="")
# Where its sign-in page is, when that is another machine than the one that answers us.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL") if OIDC_NAME else ""
_oidc_origins = [f"https://{urlsplit(OIDC_SERVER_URL).netloc}"] if OIDC_NAME else []
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=_oidc_origins)
SOCIALACCOUNT_ADAPTER = "people.adapter.SsoAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_NAME
        else [],
    }
}
# For a municipal sign-in that asks for a second factor itself.
SSO_PROVES_SECOND_FACTOR = env.bool("SSO_PROVES_SECOND_FACTOR", default=False)
HEADLESS_ONLY = False
HEADLESS_CLIENTS = ("app", "browser")
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# --- Language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True

# --- Static files ----------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "staticfiles")))
# Leaflet's package gives its files only: as an app it would need the GDAL library (through its admin).
LEAFLET_FILES = str(distribution("django-leaflet").locate_file("leaflet/static"))
STATICFILES_DIRS = [BASE_DIR / "backend" / "static", LEAFLET_FILES]
if MODE != "development":
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
    }

# --- Mail ------------------------------------------------------------------------------------
# Every mail goes to the outbox table first; the worker hands it to this delivery address.
EMAIL_BACKEND = "notifications.mail.OutboxBackend"
# An installation says where: codes to sign in with would otherwise stand in its log.
MAIL_DELIVERY = env.email_url("EMAIL_URL", default=env.NOTSET if MODE == "production" else "consolemail://")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Samenkracht <noreply@samenkracht.example>")

# --- Messages on phones ----------------------------------------------------------------------
# The push services of browsers: a name, or with a dot in front all names below it. No other host is called.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "jmt17.google.com",
        ".push.services.mozilla.com",
        ".push.apple.com",
        ".notify.windows.com",
    ],
)
# Days that a session whose device gets messages lasts after its last use; others: SESSION_COOKIE_AGE.
PUSH_SESSION_DAYS = env.int("PUSH_SESSION_DAYS", default=90)
# So long after its session ended a browser may go on where it was, once the same person signs in there.
PUSH_ASLEEP_DAYS = env.int("PUSH_ASLEEP_DAYS", default=180)
# Whom a push service writes to when something is wrong with what we send.
PUSH_CONTACT = env.str("PUSH_CONTACT", default=env.str("SECURITY_CONTACT", default=BASE_URL))

# --- What-ifs ----------------------------------------------------------------------------------
# Longer a reckoning does not take; then it is ended.
WHAT_IF_MINUTES = env.int("WHAT_IF_MINUTES", default=20)

# --- API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    # The token first: its challenge makes "not signed in" a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api.authentication.ProvenTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "common.api.schema.ProblemAutoSchema",
    "DEFAULT_PAGINATION_CLASS": "common.api.pagination.CursorPagination",
    "DEFAULT_RENDERER_CLASSES": ["common.api.camel.CamelJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.camel.CamelJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["common.api.filters.CamelFilterBackend"],
    "DEFAULT_METADATA_CLASS": None,
    "DATETIME_FORMAT": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "common.api.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": [
        "common.api.throttling.AnonymousThrottle",
        "common.api.throttling.UserThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANONYMOUS", default="60/min"),
        "user": env.str("API_RATE_USER", default="600/min"),
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
API_VERSION = "1.0.0"
SPECTACULAR_SETTINGS = {
    "TITLE": "Samenkracht API",
    "DESCRIPTION": "Help between neighbours: requests, offers, agreements. "
    "Errors are problem+json (RFC 9457).",
    "VERSION": API_VERSION,
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "common.api.schema.EnglishSchemaGenerator",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Choice fields that share a name ("state", "kind", "language") each keep the name of their enum.
    "ENUM_NAME_OVERRIDES": {
        name.rsplit(".", 1)[-1]: name
        for name in (
            "academy.enums.Audience",
            "academy.enums.InvitationState",
            "academy.enums.StepKind",
            "academy.enums.Theme",
            "academy.enums.TrainedRole",
            "academy.enums.VersionState",
            "common.seating.CancelledBy",
            "common.seating.SeatState",
            "help_requests.enums.RequestKind",
            "help_requests.enums.RequestState",
            "help_requests.enums.UnsuitableReason",
            "matching.enums.AssignmentState",
            "matching.enums.CancelReason",
            "matching.enums.CancelledBy",
            "matching.enums.DispatchState",
            "matching.enums.OfferState",
            "matching.enums.Outcome",
            "matching.enums.PairState",
            "matching.enums.ProposalState",
            "matching.enums.RejectReason",
            "matching.enums.Side",
            "matching.enums.WideningState",
            "notifications.enums.NoticeKind",
            "people.enums.AgeBand",
            "people.enums.ContactPreference",
            "people.enums.HelpCategory",
            "people.enums.Invited",
            "people.enums.Language",
            "people.enums.OrganisationCheck",
            "people.enums.OrganisationState",
            "people.enums.Role",
            "people.enums.SaidYes",
            "people.enums.SharedFor",
            "people.enums.Skill",
            "people.enums.SuspensionReason",
            "people.enums.VolunteerState",
            "recognition.enums.ClaimKind",
            "recognition.enums.ClaimState",
            "recognition.enums.Giver",
            "recognition.enums.HoursState",
            "recognition.enums.RefusalReason",
            "recognition.enums.Source",
            "safeguarding.enums.ConcernState",
            "safeguarding.enums.DecisionOutcome",
            "safeguarding.enums.DecisionReason",
            "safeguarding.enums.DecisionState",
            "safeguarding.enums.ReportKind",
            "safeguarding.enums.ReportOutcome",
            "safeguarding.enums.ReportReason",
            "safeguarding.enums.ReportState",
            "safeguarding.enums.Requirement",
            "safeguarding.enums.ScreeningState",
            "simulation.enums.Failure",
            "simulation.enums.WhatIfState",
            "vacancies.enums.Accessibility",
            "vacancies.enums.ActionState",
            "vacancies.enums.ApplicationState",
            "vacancies.enums.DeclineReason",
            "vacancies.enums.DeliveryState",
            "vacancies.enums.EntryState",
            "vacancies.enums.NoteSide",
            "vacancies.enums.PlacementState",
            "vacancies.enums.Reimbursement",
            "vacancies.enums.VacancyCategory",
            "vacancies.enums.VacancyCheck",
            "vacancies.enums.VacancyKind",
            "vacancies.enums.VacancyState",
        )
    }
    | {"WhatIfOutcome": "simulation.enums.Outcome"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.api.schema.camelize",
    ],
}

# --- Security --------------------------------------------------------------------------------
MAP_TILES_ORIGIN = "https://service.pdok.nl"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", MAP_TILES_ORIGIN],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "worker-src": [SELF],
        # Browsers hold the redirect after a form against this too.
        "form-action": [SELF, *OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Files that come in are counted before they are kept (common/uploads.py).
FILE_UPLOAD_HANDLERS = [
    "common.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CSRF_FAILURE_VIEW = "backend.refusals.csrf_failure"
# Reads /metrics from elsewhere than this machine; empty: only from this machine.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Where finders of a leak write to: shown in /.well-known/security.txt.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="mailto:security@samenkracht.example")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
if MODE == "production":
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- Places ----------------------------------------------------------------------------------
# Comma-separated chain of geocoders, tried in order: local, pdok.
GEOCODERS = env.list("GEOCODERS", default=["local"])
# Seconds that a geocoder on the network gets to answer (worker only).
GEOCODER_TIMEOUT = env.float("GEOCODER_TIMEOUT", default=5.0)
CELL_RESOLUTION = 8
# Behind every cell that is shown are as many known postcodes (about 17 addresses each); where
# no postcode is known, as many expected inhabitants.
CELL_MIN_POSTCODES = env.int("CELL_MIN_POSTCODES", default=5)
CELL_MIN_INHABITANTS = env.int("CELL_MIN_INHABITANTS", default=150)

# --- The domain's terms ----------------------------------------------------------------------
CONTACT_OPEN_AFTER_DONE_DAYS = env.int("CONTACT_OPEN_AFTER_DONE_DAYS", default=14)
# Help that goes on: how long two people try it, and how often both are asked how it goes.
TRIAL_DAYS = env.int("TRIAL_DAYS", default=28)
EVALUATION_EVERY_DAYS = env.int("EVALUATION_EVERY_DAYS", default=91)
# How long before its last valid day a step of a screening is expiring: eight weeks.
SCREENING_EXPIRING_DAYS = env.int("SCREENING_EXPIRING_DAYS", default=56)
# How long a concern is kept after it was closed: two years.
CONCERN_KEPT_DAYS = env.int("CONCERN_KEPT_DAYS", default=730)
# Terms of keeping, in days; docs/privacy.md says for what.
REQUEST_UNMATCHED_KEPT_DAYS = env.int("REQUEST_UNMATCHED_KEPT_DAYS", default=42)
REQUEST_CLOSED_KEPT_DAYS = env.int("REQUEST_CLOSED_KEPT_DAYS", default=730)
VOLUNTEER_LEFT_KEPT_DAYS = env.int("VOLUNTEER_LEFT_KEPT_DAYS", default=365)
RESIDENT_IDLE_KEPT_DAYS = env.int("RESIDENT_IDLE_KEPT_DAYS", default=730)
ACCOUNT_IDLE_KEPT_DAYS = env.int("ACCOUNT_IDLE_KEPT_DAYS", default=365)
# How long a vacancy is shown before it expires, unless it is renewed.
VACANCY_TERM_DAYS = env.int("VACANCY_TERM_DAYS", default=182)
# Students of a placement, after the last day of their class.
STUDENT_KEPT_DAYS = env.int("STUDENT_KEPT_DAYS", default=365)
# Answers to vacancies that were declined or taken back.
ANSWER_OVER_KEPT_DAYS = env.int("ANSWER_OVER_KEPT_DAYS", default=42)
# What was told to webhooks, and how that went.
WEBHOOK_DELIVERY_KEPT_DAYS = env.int("WEBHOOK_DELIVERY_KEPT_DAYS", default=30)
ADVICE_KEPT_DAYS = env.int("ADVICE_KEPT_DAYS", default=90)
NOTICE_KEPT_DAYS = env.int("NOTICE_KEPT_DAYS", default=365)
# How long a mailed invitation works, and how long it is kept once it was answered or became too old.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
INVITATION_KEPT_DAYS = env.int("INVITATION_KEPT_DAYS", default=90)
# What a kilometre with a volunteer's own car pays back, in euros.
KILOMETRE_RATE = Decimal(env.str("KILOMETRE_RATE", default="0.23"))
# How long a coordinator of another centre may look at the record of a resident who agreed to it.
SHARED_RECORD_DAYS = env.int("SHARED_RECORD_DAYS", default=7)
# What readers wrote about articles of the knowledge base; whether it helped stays as a count.
ARTICLE_WORDS_KEPT_DAYS = env.int("ARTICLE_WORDS_KEPT_DAYS", default=365)
# How long a report is kept after it was settled: two years.
REPORT_KEPT_DAYS = env.int("REPORT_KEPT_DAYS", default=730)
# So long after it was settled it lets coordinators close the account of who has no other tie with them.
REPORT_SCOPE_DAYS = env.int("REPORT_SCOPE_DAYS", default=30)
READ_LOG_KEPT_DAYS = env.int("READ_LOG_KEPT_DAYS", default=730)
# More requests of the list near by than these are shown to nobody within a day: who reads more, copies.
REVEALS_A_DAY = env.int("REVEALS_A_DAY", default=200)
REVEALS_KEPT_DAYS = env.int("REVEALS_KEPT_DAYS", default=30)
# Which people were erased, kept outside the database so that a backup put back does not bring them back.
ERASURE_LOG = Path(env.str("ERASURE_LOG", default=str(VAR_DIR / "erasures.jsonl")))
DEMO_TOWN = env.bool("DEMO_TOWN", default=MODE == "development")

# --- Logs ------------------------------------------------------------------------------------
LOGGING_CONFIG = None
configure_logging(
    level=env.str("LOG_LEVEL", default="INFO"), human=sys.stderr.isatty() and MODE == "development"
)
