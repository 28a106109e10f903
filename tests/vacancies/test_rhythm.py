"""The dates of a series."""

from datetime import date

import pytest

from vacancies.enums import Repeat
from vacancies.services.rhythm import MOST_DATES, dates_of

FRIDAY = date(2025, 10, 31)  # the fifth Friday of its month


@pytest.mark.parametrize(
    ("repeat", "until", "expected"),
    [
        (Repeat.ONCE, "2026-01-01", ["2025-10-31"]),
        (Repeat.DAILY, "2025-11-04", ["2025-10-31", "2025-11-03", "2025-11-04"]),
        (Repeat.WEEKLY, "2025-11-14", ["2025-10-31", "2025-11-07", "2025-11-14"]),
        (Repeat.WEEKLY, "2025-11-13", ["2025-10-31", "2025-11-07"]),
        (Repeat.FORTNIGHTLY, "2025-11-28", ["2025-10-31", "2025-11-14", "2025-11-28"]),
        # November and December have no fifth Friday
        (Repeat.MONTHLY, "2026-01-31", ["2025-10-31", "2026-01-30"]),
        (Repeat.WEEKLY, "2025-10-30", []),
    ],
)
def test_the_dates_of_a_rule(repeat, until, expected):
    assert [str(day) for day in dates_of(FRIDAY, repeat, date.fromisoformat(until))] == expected


def test_the_second_tuesday_stays_the_second_tuesday():
    found = dates_of(date(2025, 9, 9), Repeat.MONTHLY, date(2026, 9, 30))
    assert len(found) == 13
    assert {(day.weekday(), (day.day - 1) // 7) for day in found} == {(1, 1)}


def test_an_endless_series_stops():
    assert len(dates_of(FRIDAY, Repeat.DAILY, date(2099, 1, 1))) == MOST_DATES + 1
