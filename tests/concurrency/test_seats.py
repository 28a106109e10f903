"""Hundreds sign up for the last place at the same moment: never overbooked, and nobody is lost."""

import threading
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Sum

from common import clock
from common.ids import new_id
from common.seating import HOLDING, SeatState
from people.models import User, Volunteer
from places.cells import cell_of
from tests.concurrency.racing import race
from tests.factories.people import LAT, LON, POSTCODE
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.models import Shift, ShiftSeat

RACERS = 500

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(town: ShiftTown, count: int) -> list[Volunteer]:
    """So many volunteers at once, without a factory for each."""
    users = User.objects.bulk_create(User(email=f"{new_id()}@voorbeeld.nl") for _ in range(count))
    Volunteer.objects.bulk_create(
        Volunteer(
            user=user,
            centre=town.centre,
            state="active",
            postcode=POSTCODE,
            lat=LAT,
            lon=LON,
            cell=cell_of(LAT, LON),
            consented_at=clock.now(),
        )
        for user in users
    )
    return list(Volunteer.objects.filter(user__in=users).select_related("user"))


def sign_up(shift: Shift):
    return lambda volunteer: services.sign_up(shift, volunteer, by=volunteer.user)


def held(shift: Shift) -> int:
    """People who hold a place, counted from the seats; the counter and the capacity agree with it."""
    found = shift.seats.filter(state__in=HOLDING).aggregate(people=Sum("size"))["people"] or 0
    shift.refresh_from_db()
    assert shift.taken == found <= shift.capacity
    return found


def test_five_hundred_want_the_last_place():
    town = ShiftTown()
    shift = town.shift(capacity=1)
    assert race(crowd(town, RACERS), sign_up(shift)) == {"won": RACERS}
    assert Counter(shift.seats.values_list("state", flat=True)) == {
        SeatState.CONFIRMED: 1,
        SeatState.WAITLISTED: RACERS - 1,
    }
    assert held(shift) == 1
    positions = shift.seats.filter(state=SeatState.WAITLISTED).values_list("position", flat=True)
    assert sorted(positions) == list(range(1, RACERS))


def test_without_the_guards_a_last_place_has_many_winners():
    """Negative control: count first, then take, with neither lock nor compare-and-swap nor constraint."""
    town = ShiftTown()
    shift = town.shift(capacity=1)
    guard = next(each for each in Shift._meta.constraints if each.name.endswith("never_overbooked"))
    with connection.schema_editor() as editor:
        editor.remove_constraint(Shift, guard)
    volunteers = crowd(town, 10)  # fewer than the connections in the pool: all hold one at once
    everyone_has_looked = threading.Barrier(len(volunteers), timeout=60)

    def take_naively(volunteer: Volunteer) -> None:
        free = shift.capacity - ShiftSeat.objects.filter(event=shift, state=SeatState.CONFIRMED).count()
        everyone_has_looked.wait()
        if free > 0:
            ShiftSeat.objects.create(event=shift, holder=volunteer)

    try:
        outcomes = race(volunteers, take_naively)
        assert ShiftSeat.objects.count() > shift.capacity, outcomes
    finally:
        ShiftSeat.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Shift, guard)


def test_giving_up_signing_up_and_more_places_at_once_lose_nobody():
    """Whoever is first: every free place goes to someone who waits, and no place is given twice."""
    town = ShiftTown()
    shift = town.shift(capacity=4)
    volunteers = crowd(town, 30)
    seats = [services.sign_up(shift, each, by=each.user) for each in volunteers[:10]]
    steps = [
        *(lambda seat=seat: services.give_up(seat, by=seat.holder.user) for seat in seats[:6]),
        *(lambda each=each: services.sign_up(shift, each, by=each.user) for each in volunteers[10:]),
        lambda: services.change_shift(shift, capacity=7, note="", by=town.contact),
    ]
    assert race(steps, lambda step: step()) == {"won": len(steps)}
    assert held(shift) == 7
    assert shift.seats.filter(state=SeatState.WAITLISTED).count() == 30 - 6 - 7


def test_one_volunteer_and_two_shifts_at_the_same_time():
    for _ in range(4):
        town = ShiftTown()
        (volunteer,) = crowd(town, 1)
        shifts = [town.shift(at="14:00"), town.shift(at="15:00")]
        outcomes = race(shifts, lambda shift: services.sign_up(shift, volunteer, by=volunteer.user))  # noqa: B023
        assert outcomes == {"won": 1, "Overlaps": 1}


def test_two_take_the_same_place_over():
    town = ShiftTown()
    shift = town.shift(capacity=1)
    owner, *takers = crowd(town, 6)
    swap = services.ask_swap(services.sign_up(shift, owner, by=owner.user), by=owner.user)
    outcomes = race(takers, lambda taker: services.take_over(swap, taker, by=taker.user))
    assert outcomes == {"won": 1, "InvalidTransition": 4}
    assert held(shift) == 1
