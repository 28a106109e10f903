"""What happens when something comes in between: people leave, days pass, nobody answers."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction

from common.errors import InvalidTransition
from events.models import EventRecord
from events.services import record
from help_requests.enums import RequestState
from help_requests.events import RequestOpened
from help_requests.models import HelpRequest
from help_requests.services import reopen_request, withdraw
from matching import queries, services
from matching.enums import AssignmentState, CancelledBy, CancelReason, DispatchState, OfferState
from matching.errors import DayPassed, NotAskable
from matching.events import PassedDaysDue, SearchRoundDue
from matching.models import Assignment, Dispatch, Offer
from matching.supply import supply
from people.enums import VolunteerState
from people.models import Volunteer
from people.services import leave, reinstate_user, suspend_user
from safeguarding.services import block
from tests.factories.matching import Town
from tests.factories.people import AdministratorFactory, RepresentativeFactory, screen

pytestmark = pytest.mark.django_db


def asked(town: Town, state: str = OfferState.SENT) -> list[Volunteer]:
    offers = Offer.objects.filter(request=town.request, state=state).order_by("sent_at", "id")
    return [offer.volunteer for offer in offers.select_related("volunteer__user")]


def accept(town: Town, volunteer: Volunteer) -> Assignment:
    offer = Offer.objects.get(request=town.request, volunteer=volunteer)
    return services.accept_offer(offer, by=volunteer.user)


def happens(event: object) -> None:
    with transaction.atomic():
        record(event)


def start(town: Town) -> None:
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()


@pytest.mark.parametrize("how", ["leaves", "is suspended", "is blocked"])
def test_who_is_gone_is_not_expected_and_the_search_goes_on(clock, how):
    town = Town(volunteers=4)
    start(town)
    volunteer = asked(town)[0]
    assignment = accept(town, volunteer)
    town.settle()
    if how == "leaves":
        leave(volunteer, by=volunteer.user)
    elif how == "is suspended":
        suspend_user(volunteer.user, by=AdministratorFactory(town.centre))
    else:
        block(volunteer, town.request.resident, by=town.coordinator)
    assert not queries.contact_is_open(Assignment.objects.get(pk=assignment.pk)), "before any worker ran"
    town.settle()
    assert Assignment.objects.get(pk=assignment.pk).state == AssignmentState.CANCELLED
    assert town.request.state == RequestState.OFFERED
    assert volunteer not in asked(town)


def test_a_suspended_volunteer_makes_room_in_the_wave_and_comes_back_later(clock):
    town = Town(volunteers=4)
    start(town)
    first = asked(town)[0]
    suspend_user(first.user, by=None)
    town.settle()
    assert first not in asked(town)
    assert len(asked(town)) == 3
    first.user.refresh_from_db()
    reinstate_user(first.user, by=None)
    other = Town(volunteers=0)
    other.centre, other.coordinator = town.centre, town.coordinator
    services.stop_dispatch(town.request, by=town.coordinator)
    town.settle()
    start(town)
    assert first in asked(town)


def test_a_withdrawn_request_closes_contact_before_any_worker_ran(clock):
    town = Town(volunteers=1)
    start(town)
    assignment = accept(town, town.volunteers[0])
    withdraw(town.request, by=town.resident_user)
    assert not queries.contact_is_open(Assignment.objects.get(pk=assignment.pk))


def test_contact_ends_by_itself_when_nobody_ever_says_done(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 4), start_time=time(10))
    start(town)
    assignment = accept(town, town.volunteers[0])
    town.settle()
    assignment.refresh_from_db()
    clock.at(assignment.starts_at + timedelta(days=13, hours=23))
    assert queries.contact_is_open(assignment)
    clock.forward(hours=1)
    assert not queries.contact_is_open(assignment)


def test_nobody_is_asked_for_a_day_that_has_passed(clock):
    town = Town(volunteers=3, on_date=date(2025, 6, 3))
    start(town)
    assert len(asked(town)) == 3
    late = asked(town)[0]
    clock.at(clock.now() + timedelta(days=1))
    with pytest.raises(DayPassed):
        accept(town, late)
    with pytest.raises(DayPassed):
        services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    happens(PassedDaysDue())
    town.settle()
    assert town.request.state == RequestState.WAITLISTED
    assert asked(town) == []
    assert Dispatch.objects.get().state == DispatchState.EXHAUSTED
    with pytest.raises(DayPassed):
        services.start_dispatch(town.request, by=town.coordinator)


def test_no_answer_is_awaited_beyond_the_visit_itself(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 3), start_time=time(10, 10))
    start(town)
    assert Offer.objects.get().due_at == clock.now() + timedelta(minutes=10)


def test_a_refusal_after_asking_by_name_opens_the_request_again(clock):
    town = Town(volunteers=2)
    offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    town.settle()
    assert town.request.state == RequestState.OFFERED
    services.decline_offer(offer, by=town.volunteers[0].user)
    town.settle()
    assert town.request.state == RequestState.OPEN


def test_at_night_the_first_are_asked_in_the_morning(clock):
    town = Town(volunteers=2)
    clock.at(clock.now().replace(hour=20, minute=30))  # 22:30 in Amsterdam
    start(town)
    assert asked(town) == []
    clock.at(clock.now() + timedelta(hours=9, minutes=31))
    town.settle()
    assert len(asked(town)) == 2


def test_at_night_a_coordinator_still_asks_for_help_needed_today(clock):
    clock.at(clock.now().replace(hour=20, minute=30))
    town = Town(volunteers=2, on_date=date(2025, 6, 3))
    start(town)
    assert len(asked(town)) == 2


def test_a_waiting_request_finds_who_is_screened_later(clock):
    town = Town(volunteers=0)
    newcomer = town.volunteer(screened=False)
    start(town)
    assert town.request.state == RequestState.WAITLISTED
    happens(SearchRoundDue())
    town.settle()
    assert asked(town) == []
    screen(newcomer)
    supply.forget()
    happens(SearchRoundDue())
    town.settle()
    assert asked(town) == [newcomer]


def test_asking_that_the_centre_stopped_is_not_taken_up_again(clock):
    town = Town(volunteers=3)
    start(town)
    services.stop_dispatch(town.request, by=town.coordinator)
    happens(SearchRoundDue())
    town.settle()
    assert asked(town) == []


def test_one_of_two_helpers_is_enough_when_the_centre_says_so(clock):
    town = Town(volunteers=1, helpers_needed=2)
    with pytest.raises(InvalidTransition):
        services.enough_helpers(town.request, by=town.coordinator)
    start(town)
    assignment = accept(town, town.volunteers[0])
    town.settle()
    assert town.request.state == RequestState.WAITLISTED
    services.enough_helpers(town.request, by=town.coordinator)
    town.settle()
    assert town.request.state == RequestState.MATCHED
    services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=town.coordinator)
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=town.coordinator)
    town.settle()
    assert town.request.state == RequestState.DONE


@pytest.mark.parametrize("done_first", [True, False])
def test_two_helpers_of_whom_one_did_not_come(clock, done_first):
    town = Town(volunteers=2, helpers_needed=2, on_date=date(2025, 6, 4), start_time=time(10))
    start(town)
    one, two = (accept(town, volunteer) for volunteer in asked(town))
    town.settle()
    assert town.request.state == RequestState.PLANNED
    clock.at(clock.now() + timedelta(days=1, hours=2))

    def done() -> None:
        for side in (CancelledBy.VOLUNTEER, CancelledBy.RESIDENT):
            services.confirm_done(one, side=side, by=town.coordinator)

    def missed() -> None:
        services.report_no_show(two, by=town.coordinator)

    for step in (done, missed) if done_first else (missed, done):
        step()
    town.settle()
    assert town.request.state == RequestState.NO_SHOW


def test_who_called_off_by_mistake_can_be_asked_again_by_name(clock):
    town = Town(volunteers=1)
    start(town)
    volunteer = town.volunteers[0]
    assignment = accept(town, volunteer)
    services.cancel_assignment(
        assignment, side=CancelledBy.VOLUNTEER, reason=CancelReason.OTHER, by=volunteer.user
    )
    town.settle()
    assert asked(town) == []
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    again = services.accept_offer(offer, by=volunteer.user)
    assert again.pk != assignment.pk
    assert again.state == AssignmentState.AGREED


def test_nobody_is_asked_to_help_themselves(clock):
    town = Town(volunteers=0)
    own = town.volunteer(user=town.resident_user)
    acting = town.volunteer()
    RepresentativeFactory(resident=town.request.resident, user=acting.user)
    start(town)
    assert Offer.objects.count() == 0
    assert {own.state, acting.state} == {VolunteerState.ACTIVE}


def test_saying_done_twice_is_recorded_once_and_minutes_are_the_volunteers(clock):
    town = Town(volunteers=1)
    start(town)
    assignment = accept(town, town.volunteers[0])
    for minutes in (60, 90):
        services.confirm_done(
            assignment, side=CancelledBy.VOLUNTEER, by=town.volunteers[0].user, minutes_spent=minutes
        )
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=town.resident_user, minutes_spent=5)
    assert EventRecord.objects.filter(type="matching.assignment_confirmed").count() == 2
    assert Assignment.objects.get().minutes_spent == 60


def test_policy_starts_nothing_for_a_request_of_yesterday(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 2))
    town.policy()
    with pytest.raises((DayPassed, NotAskable)):
        services.start_dispatch(town.request, by=None)


def test_questions_about_the_old_day_are_taken_back_when_a_request_gets_a_new_one(clock):
    town = Town(volunteers=2, on_date=date(2025, 6, 4))
    town.policy(minutes_this_week=10_000)
    start(town)
    clock.forward(days=1, hours=23)
    reopen_request(town.request, by=town.coordinator, on_date=date(2025, 6, 9))
    clock.forward(minutes=1)
    town.settle()
    assert town.request.state == RequestState.OPEN
    assert asked(town) == []
    start(town)
    assert len(asked(town)) == 2


def test_asking_that_starts_right_after_approval_is_not_undone_by_it(clock):
    town = Town(volunteers=2, state=RequestState.SUBMITTED)
    happens(RequestOpened(request_id=town.request.pk, centre_id=town.centre.pk))
    clock.forward(seconds=1)
    HelpRequest.objects.filter(pk=town.request.pk).update(state=RequestState.OPEN)
    start(town)
    assert len(asked(town)) == 2
