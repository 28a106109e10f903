"""Time in the simulated town: whole minutes since midnight of a Monday, in local time without summer time.

The rules for quiet hours are those of `matching.quiet`, in minutes; tests compare the two.
"""

from datetime import date, timedelta

MONDAY = date(2025, 1, 6)
HOUR = 60
DAY = 24 * HOUR


def day_of(minute: int) -> int:
    """Return the number of the day, counted from 0."""
    return minute // DAY


def date_of(day: int) -> date:
    """Return the calendar date of a day number."""
    return MONDAY + timedelta(days=day)


def end_of_quiet(minute: int, quiet_from: int, quiet_until: int) -> int:
    """Return ``minute``, or the end of the quiet hours it falls in.

    The bounds are minutes of the day; the quiet hours pass midnight or are empty (equal bounds).
    """
    clock = minute % DAY
    if quiet_from == quiet_until or quiet_until <= clock < quiet_from:
        return minute
    later = DAY if clock >= quiet_from else 0
    return minute - clock + later + quiet_until


def deadline(minute: int, waking: int, quiet_from: int, quiet_until: int) -> int:
    """Return the moment when ``waking`` minutes outside the quiet hours have passed since ``minute``."""
    minute = end_of_quiet(minute, quiet_from, quiet_until)
    while quiet_from != quiet_until:
        night = minute - minute % DAY + quiet_from
        if minute + waking <= night:
            break
        waking -= night - minute
        minute = end_of_quiet(night, quiet_from, quiet_until)
    return minute + waking
