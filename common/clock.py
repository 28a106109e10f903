"""The one place where time is read, so that tests can inject it."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The current moment, timezone-aware, UTC."""
    return timezone.now()


def today() -> date:
    """The current date in Europe/Amsterdam (the project's time zone)."""
    return timezone.localdate(now())
