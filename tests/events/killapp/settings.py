"""The project's database, keys and logs, with the event table and this app only: quick to start."""

from backend.settings import (  # noqa: F401
    DATABASES,
    DIGEST_KEY,
    FIELD_ENCRYPTION_KEYS,
    LOGGING_CONFIG,
    SECRET_KEY,
    TIME_ZONE,
    USE_TZ,
)

INSTALLED_APPS = ["events", "tests.events.killapp.apps.KillAppConfig"]
ROOT_URLCONF = "tests.events.killapp.urls"
