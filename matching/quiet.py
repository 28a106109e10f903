"""Deadlines that stand still at night."""

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone


def in_quiet_hours(moment: datetime, quiet_from: time, quiet_until: time) -> bool:
    """Whether ``moment`` (aware) falls in the quiet hours of Europe/Amsterdam.

    Equal bounds mean: no quiet hours. The interval is half-open and may pass midnight.
    """
    local = timezone.localtime(moment).time()
    if quiet_from <= quiet_until:
        return quiet_from <= local < quiet_until
    return local >= quiet_from or local < quiet_until


def end_of_quiet(moment: datetime, quiet_from: time, quiet_until: time) -> datetime:
    """Return ``moment``, or the end of the quiet hours it falls in."""
    if not in_quiet_hours(moment, quiet_from, quiet_until):
        return moment
    return _next_at(moment, quiet_until)


def deadline(moment: datetime, minutes: int, quiet_from: time, quiet_until: time) -> datetime:
    """Return the moment when ``minutes`` of waking time have passed since ``moment``."""
    left = timedelta(minutes=minutes)
    moment = end_of_quiet(moment, quiet_from, quiet_until)
    while quiet_from != quiet_until:
        night = _next_at(moment, quiet_from)
        if moment + left <= night:
            break
        left -= night - moment
        moment = _next_at(night, quiet_until)
    return moment + left


def _next_at(moment: datetime, clock_time: time) -> datetime:
    """The first moment after ``moment`` when the local clock shows ``clock_time``."""
    local = timezone.localtime(moment)
    day = local.date()
    zone = timezone.get_current_timezone()
    candidate = datetime.combine(day, clock_time, tzinfo=zone)
    if candidate <= local:
        candidate = datetime.combine(day + timedelta(days=1), clock_time, tzinfo=zone)
    # In UTC, so that differences are real time also in the night the clock changes.
    return candidate.astimezone(UTC)
