"""Two phones let a vacancy take students at the same moment: neither hears of an error."""

import threading

import pytest

from tests.concurrency.racing import race
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.models import PlacementSpot

pytestmark = pytest.mark.django_db(transaction=True)

RIA = {"supervisor_name": "Ria de Boer", "supervisor_email": "ria@buurthuis.example", "is_open": True}


def test_two_keep_a_place_for_students_at_once():
    for _ in range(6):
        town = ShiftTown()
        outcomes = race(
            [2, 3, 4, 5],
            lambda places: services.keep_spot(town.vacancy, places=places, by=town.contact, **RIA),  # noqa: B023
        )
        assert outcomes == {"won": 4}
        assert PlacementSpot.objects.get(vacancy=town.vacancy).places in {2, 3, 4, 5}


def test_without_the_lock_the_second_one_fails():
    """Negative control: look whether there is one, then make it."""
    town = ShiftTown()
    both_have_looked = threading.Barrier(2, timeout=60)

    def keep_naively(places: int) -> None:
        found = PlacementSpot.objects.filter(pk=town.vacancy.pk).first()
        both_have_looked.wait()
        if found is None:
            PlacementSpot.objects.create(vacancy=town.vacancy, places=places)

    assert race([2, 3], keep_naively) == {"won": 1, "IntegrityError": 1}
