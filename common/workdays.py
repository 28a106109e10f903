"""Working days in the Netherlands: Monday to Friday, save the national holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    r = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * r) // 451
    month, day = divmod(h + r - 7 * m + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=16)
def holidays(year: int) -> frozenset[date]:
    """Return the national holidays of a year on which offices are closed.

    King's Day is 27 April, or the day before where that is a Sunday; Liberation Day counts once in five
    years.
    """
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    moving = {sunday + timedelta(days=offset) for offset in (0, 1, 39, 49, 50)}
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    liberation = {date(year, 5, 5)} if year % 5 == 0 else set()
    return frozenset(
        moving
        | fixed
        | liberation
        | {kings_day - timedelta(days=1) if kings_day.weekday() == 6 else kings_day}
    )


def is_workday(day: date) -> bool:
    """Whether offices are open on ``day``."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def after_workdays(day: date, count: int) -> date:
    """Return the working day on which ``count`` working days have passed since ``day`` (not counted itself).

    Raises:
        ValueError: ``count`` is less than 1.
    """
    if count < 1:
        raise ValueError("count at least one working day")
    following = _workdays_after(day)
    return [next(following) for _ in range(count)][-1]


def _workdays_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if is_workday(day):
            yield day
