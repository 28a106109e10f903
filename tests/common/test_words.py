"""Dates, times, distances and numbers the way people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from common import words
from common.templatetags import ui


@pytest.fixture(autouse=True)
def dutch(clock):
    """Tuesday 3 June 2025, 10:00 in Amsterdam, in Dutch."""
    with translation.override("nl"):
        yield


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 6, 3), "vandaag"),
        (date(2025, 6, 4), "morgen"),
        (date(2025, 6, 2), "gisteren"),
        (date(2025, 6, 5), "donderdag"),
        (date(2025, 6, 9), "maandag"),
        (date(2025, 6, 10), "dinsdag 10 juni"),
        (date(2025, 5, 30), "vrijdag 30 mei"),
        (date(2026, 3, 3), "dinsdag 3 maart 2026"),
    ],
)
def test_days(day, said):
    assert words.day_words(day) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2025, 6, 3, 12, 30, tzinfo=UTC), "vandaag 14:30"),
        (datetime(2025, 6, 4, 7, 0, tzinfo=UTC), "morgen 9:00"),
        # 22:30 UTC is past midnight in Amsterdam.
        (datetime(2025, 6, 3, 22, 30, tzinfo=UTC), "morgen 0:30"),
    ],
)
def test_moments_are_said_in_amsterdam(moment, said):
    assert words.moment_words(moment) == said


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "net"),
        (timedelta(minutes=1), "1 minuut geleden"),
        (timedelta(minutes=59), "59 minuten geleden"),
        (timedelta(hours=3), "3 uur geleden"),
        (timedelta(hours=20), "gisteren 14:00"),
    ],
)
def test_how_long_ago(clock, passed, said):
    assert words.ago_words(clock.now() - passed) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "100 meter"),
        (640, "600 meter"),
        (949, "900 meter"),
        (960, "1,0 km"),
        (1430, "1,4 km"),
        (9960, "10 km"),
        (12300, "12 km"),
    ],
)
def test_distances(metres, said):
    assert words.distance_words(metres) == said


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("030 123 45 67", "tel:+31301234567"),
        ("06-12345678", "tel:+31612345678"),
        ("+32 2 123 45 67", "tel:+3221234567"),
        ("0049 30 1234", "tel:+49301234"),
        ("112", "tel:112"),
    ],
)
def test_phone_numbers(number, address):
    assert words.phone_link(number) == address


def test_english_speaks_english(clock):
    with translation.override("en"):
        assert words.moment_words(clock.now() + timedelta(days=2)) == "Thursday 10:00"
        assert words.distance_words(1430) == "1.4 km"


@pytest.mark.parametrize(
    "filter_", [ui.people_date, ui.people_time, ui.people_datetime, ui.people_ago, ui.distance, ui.phone_href]
)
def test_nothing_is_said_of_nothing(filter_):
    assert filter_(None) == ""


def test_a_moment_counts_as_its_day_in_amsterdam():
    assert ui.people_date(datetime(2025, 6, 3, 22, 30, tzinfo=UTC)) == "morgen"
    assert ui.people_date(datetime(2026, 3, 3, 12, 0, tzinfo=UTC)) == "dinsdag 3 maart 2026"
