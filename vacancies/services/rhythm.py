"""The dates of a series, by a rule. Pure: knows no tables."""

from collections.abc import Iterator
from datetime import date, timedelta

from vacancies.enums import Repeat

MOST_DATES = 60
_DAYS = {Repeat.DAILY: 1, Repeat.WEEKLY: 7, Repeat.FORTNIGHTLY: 14}


def dates_of(first: date, repeat: Repeat, until: date) -> list[date]:
    """Return the dates from ``first`` up to and including ``until``; at most ``MOST_DATES`` and one more.

    Every working day leaves the weekend out. Every month keeps the day of the week and its number in the
    month (the second Tuesday); a fifth that a month has not is left out.
    """
    found: list[date] = []
    for day in _from(first, repeat):
        if day > until or len(found) > MOST_DATES:
            break
        found.append(day)
    return found


def _from(first: date, repeat: Repeat) -> Iterator[date]:
    if repeat == Repeat.ONCE:
        yield first
    elif repeat == Repeat.MONTHLY:
        yield from _same_weekday(first)
    else:
        day = first
        while True:
            if repeat != Repeat.DAILY or day.weekday() < 5 or day == first:
                yield day
            day += timedelta(days=_DAYS[repeat])


def _same_weekday(first: date) -> Iterator[date]:
    number = (first.day - 1) // 7
    month = first.replace(day=1)
    while True:
        day = month + timedelta(days=(first.weekday() - month.weekday()) % 7 + 7 * number)
        if day.month == month.month:
            yield day
        month = (month + timedelta(days=32)).replace(day=1)
