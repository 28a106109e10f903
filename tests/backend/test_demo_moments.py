"""When things happen in the demonstration town, built at whatever hour."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from backend.demo.moments import by_day


@pytest.mark.parametrize("day", [datetime(2025, 6, 2, tzinfo=UTC), datetime(2025, 10, 25, tzinfo=UTC)])
def test_what_happened_at_night_happened_the_evening_before(day):
    """Never later than it was, and in the same order; also in the night on which the clock is put back."""
    every = [day + timedelta(minutes=10 * number) for number in range(2 * 24 * 6)]
    shifted = [by_day(moment) for moment in every]
    assert shifted == sorted(shifted)
    assert all(new <= old for new, old in zip(shifted, every, strict=True))
    assert {timezone.localtime(moment).hour for moment in shifted} == set(range(8, 22))
