"""The demonstration town in other sizes, and where it is refused."""

from datetime import UTC, datetime, time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.demo.town import build_town
from matching.models import Assignment
from matching.supply import supply
from people.models import Centre, Resident, Volunteer

pytestmark = pytest.mark.django_db


def test_a_small_town_stands_too(clock):
    build_town(volunteers=15, residents=200, requests=60)
    supply.forget()
    assert (Volunteer.objects.count(), Resident.objects.count()) == (15, 200)


def test_the_smallest_built_at_night_meets_by_day(clock):
    """13 minutes to two: all meet on a quarter of an hour, between breakfast and bedtime."""
    clock.at(datetime(2025, 6, 2, 23, 47, tzinfo=UTC))
    build_town(volunteers=12, residents=15, requests=60)
    supply.forget()
    assert (Volunteer.objects.count(), Resident.objects.count()) == (12, 15)
    moments = Assignment.objects.exclude(starts_at=None).values_list("starts_at", flat=True)
    hours = {timezone.localtime(moment).time() for moment in moments}
    assert len(hours) > 3
    moments = Resident.objects.values_list("created_at", flat=True)
    assert {timezone.localtime(moment).hour for moment in moments} <= set(range(8, 22))
    assert {hour for hour in hours if not time(8) <= hour <= time(21) or hour.minute % 15} == set()


@pytest.mark.parametrize("size", ["--volunteers=11", "--residents=14", "--requests=59"])
def test_one_too_small_to_show_anything_says_so(size):
    with pytest.raises(CommandError, match="at least"):
        call_command("load_demo", size, stdout=StringIO())
    assert not Centre.objects.exists()


def test_it_is_not_built_where_real_people_live(settings):
    settings.DEMO_TOWN = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not Centre.objects.exists()
