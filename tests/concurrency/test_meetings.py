"""Five hundred people sign up for one meeting at the same moment: never more than there are places."""

import threading

import pytest
from django.db import connection

from academy.models import Enrolment, Session
from academy.services import TOKEN, change_session, check_in_by_code, enrol, leave
from common.checkin import make_token
from common.ids import new_id
from common.seating import SeatState
from people.models import User
from tests.concurrency.racing import race
from tests.factories.academy import CourseFactory, session_of
from tests.factories.people import CentreFactory

RACERS = 500
PLACES = 8

pytestmark = pytest.mark.django_db(transaction=True)


def people(count: int) -> list[User]:
    return User.objects.bulk_create(User(email=f"{new_id()}@voorbeeld.nl") for _ in range(count))


def test_eight_of_five_hundred_get_a_place_and_the_others_wait_in_line():
    session = session_of(CourseFactory(), CentreFactory(), capacity=PLACES)
    outcomes = race(people(RACERS), lambda user: enrol(session, user, by=user))
    assert outcomes == {"won": RACERS}
    session.refresh_from_db()
    held = Enrolment.objects.filter(state=SeatState.CONFIRMED).count()
    assert (held, session.taken) == (PLACES, PLACES)
    line = Enrolment.objects.filter(state=SeatState.WAITLISTED).values_list("position", flat=True)
    assert sorted(line) == list(range(1, RACERS - PLACES + 1))


def test_leaving_moving_up_and_more_places_at_once_lose_nobody():
    session = session_of(CourseFactory(), CentreFactory(), capacity=PLACES)
    seats = [enrol(session, user, by=user) for user in people(3 * PLACES)]
    steps = [lambda seat=seat: leave(seat, by=seat.holder) for seat in seats[:PLACES]]
    steps.append(lambda: change_session(session, by=None, capacity=PLACES + 4))
    assert race(steps, lambda step: step()) == {"won": PLACES + 1}
    session.refresh_from_db()
    held = list(Enrolment.objects.filter(state=SeatState.CONFIRMED).order_by("asked_at", "pk"))
    assert (len(held), session.taken) == (PLACES + 4, PLACES + 4)
    assert {seat.pk for seat in held} == {seat.pk for seat in seats[PLACES : 2 * PLACES + 4]}


def test_at_the_door_the_last_place_goes_to_one_and_who_touches_twice_has_it_once(clock):
    session = session_of(CourseFactory(), CentreFactory(), capacity=2)
    twice, *others = people(40)
    clock.at(session.starts_at)
    token = make_token(TOKEN, session.pk, until=session.ends_at)

    def come_in(user: User) -> None:
        check_in_by_code(token, by=user, join=True)

    assert race([twice] * 10, come_in) == {"won": 10}
    outcomes = race(others, come_in)
    assert (outcomes["won"], outcomes["Full"] + outcomes["NotFound"]) == (1, len(others) - 1)
    session.refresh_from_db()
    assert (session.taken, Enrolment.objects.filter(state=SeatState.ATTENDED).count()) == (2, 2)


def test_the_race_is_real_without_the_guards():
    """Negative control: looking first and writing then, without lock, swap and constraint, overbooks."""
    session = session_of(CourseFactory(), CentreFactory(), capacity=1)
    guard = next(each for each in Session._meta.constraints if each.name.endswith("never_overbooked"))
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, guard)
    racers = people(10)  # fewer than the connections in the pool: all hold one at once
    everyone_has_looked = threading.Barrier(len(racers), timeout=60)

    def enrol_naively(user: User) -> None:
        taken = Enrolment.objects.filter(event=session).count()
        everyone_has_looked.wait()
        if taken < session.capacity:
            Enrolment.objects.create(event=session, holder=user)

    try:
        race(racers, enrol_naively)
        assert Enrolment.objects.count() > session.capacity
    finally:
        with connection.schema_editor() as editor:
            editor.add_constraint(Session, guard)
