"""From yes to done: agreeing, planning, confirming, calling off; and when contact data are open."""

from datetime import date, time, timedelta

import pytest

from common.errors import InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord
from help_requests import services as help_requests
from help_requests.enums import RequestState
from matching import queries, services
from matching.enums import AssignmentState, CancelledBy, CancelReason, OfferState
from matching.errors import ContactClosed, NotYet
from matching.models import Assignment, Offer
from people.models import User
from tests.factories.matching import Town
from tests.factories.people import BlockFactory, CoordinatorFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db


def agreed(town: Town) -> Assignment:
    """An assignment of the first volunteer who is asked."""
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    offer = Offer.objects.filter(state=OfferState.SENT).order_by("sent_at", "id")[0]
    assignment = services.accept_offer(offer, by=offer.volunteer.user)
    town.settle()
    return Assignment.objects.select_related("request", "volunteer__user").get(pk=assignment.pk)


def reader(assignment: Assignment) -> User:
    return assignment.volunteer.user


def cautious_town() -> Town:
    """The resident wants to know first who comes."""
    town = Town(volunteers=2)
    town.request.resident.any_screened_volunteer = False
    town.request.resident.save()
    return town


def test_contact_opens_only_when_both_agreed(clock):
    town = cautious_town()
    assignment = agreed(town)
    assert assignment.state == AssignmentState.PROPOSED
    with pytest.raises(ContactClosed):
        queries.resident_card(assignment, reader=reader(assignment))
    with pytest.raises(ContactClosed):
        queries.volunteer_card(assignment, reader=town.resident_user)
    services.agree_to_volunteer(assignment, by=town.resident_user)
    card = queries.resident_card(assignment, reader=reader(assignment))
    assert card.address == town.request.resident.address
    assert queries.volunteer_card(assignment, reader=town.resident_user).phone == "+31612345678"


def test_only_the_residents_side_agrees(clock):
    town = cautious_town()
    assignment = agreed(town)
    for stranger in (reader(assignment), UserFactory(), CoordinatorFactory()):
        with pytest.raises(NotFound):
            services.agree_to_volunteer(assignment, by=stranger)
    assert Assignment.objects.get().state == AssignmentState.PROPOSED


def test_resident_refuses_and_the_search_goes_on(clock):
    town = cautious_town()
    assignment = agreed(town)
    services.cancel_assignment(
        assignment, side=CancelledBy.RESIDENT, reason=CancelReason.NO_CLICK, by=town.resident_user
    )
    town.settle()
    assert town.request.state == RequestState.OFFERED
    assert Offer.objects.get(state=OfferState.SENT).volunteer_id != assignment.volunteer_id
    with pytest.raises(ContactClosed):
        queries.resident_card(assignment, reader=reader(assignment))


def test_each_look_leaves_one_row(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    for _ in range(2):
        queries.resident_card(assignment, reader=reader(assignment))
    looks = EventRecord.objects.filter(type="matching.contact_read")
    assert [look.actor_id for look in looks] == [reader(assignment).pk] * 2
    assert {look.payload["subject"] for look in looks} == {"resident"}


def test_a_stranger_reads_nothing(clock):
    town = Town(volunteers=2)
    assignment = agreed(town)
    other = next(volunteer for volunteer in town.volunteers if volunteer.pk != assignment.volunteer_id)
    for stranger in (
        other.user,
        UserFactory(),
        CoordinatorFactory(),
        ResidentFactory(user=UserFactory()).user,
    ):
        with pytest.raises(NotFound):
            queries.resident_card(assignment, reader=stranger)
        with pytest.raises(NotFound):
            queries.volunteer_card(assignment, reader=stranger)
    with pytest.raises(NotFound):
        queries.volunteer_card(assignment, reader=reader(assignment))


def test_contact_closes_after_withdrawal_block_and_suspension(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    block = BlockFactory(volunteer=assignment.volunteer, resident=town.request.resident)
    assert not queries.contact_is_open(assignment)
    block.ended_at = clock.now()
    block.save()
    assert queries.contact_is_open(assignment)
    assignment.volunteer.user.suspended_at = clock.now()
    assert not queries.contact_is_open(assignment)
    assignment.volunteer.user.suspended_at = None
    services.cancel_assignment(
        assignment, side=CancelledBy.VOLUNTEER, reason=CancelReason.ILL, by=reader(assignment)
    )
    assert not queries.contact_is_open(assignment)


def test_a_fixed_moment_is_planned_by_itself(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 6), start_time=time(14, 30))
    assignment = agreed(town)
    assert assignment.state == AssignmentState.PLANNED
    assert town.request.state == RequestState.PLANNED
    assert assignment.starts_at.isoformat() == "2025-06-06T12:30:00+00:00"


def test_without_a_moment_either_side_plans(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    assert town.request.state == RequestState.MATCHED
    with pytest.raises(InvalidInput) as refused:
        services.plan(assignment, clock.now() - timedelta(hours=1), by=reader(assignment))
    assert refused.value.field == "starts_at"
    services.plan(assignment, clock.now() + timedelta(days=1), by=town.resident_user)
    moved = services.plan(assignment, clock.now() + timedelta(days=2), by=reader(assignment))
    town.settle()
    assert moved.starts_at == clock.now() + timedelta(days=2)
    assert town.request.state == RequestState.PLANNED


def test_done_needs_both_sides(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=reader(assignment), minutes_spent=90)
    town.settle()
    assert town.request.state == RequestState.PLANNED
    services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=reader(assignment))
    assert Assignment.objects.get().state == AssignmentState.PLANNED
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=town.resident_user)
    town.settle()
    done = Assignment.objects.get()
    assert (done.state, done.minutes_spent) == (AssignmentState.DONE, 90)
    assert town.request.state == RequestState.DONE


def test_a_side_cannot_confirm_for_the_other_but_the_centre_can(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    with pytest.raises(NotFound):
        services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=reader(assignment))
    with pytest.raises(NotFound):
        services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=town.resident_user)
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=town.coordinator)
    services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=reader(assignment))
    assert Assignment.objects.get().state == AssignmentState.DONE


def test_contact_closes_fourteen_days_after_done(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=reader(assignment))
    services.confirm_done(assignment, side=CancelledBy.RESIDENT, by=town.resident_user)
    assignment.refresh_from_db()
    clock.forward(days=13, hours=23)
    assert queries.contact_is_open(assignment)
    clock.forward(hours=1)
    assert not queries.contact_is_open(assignment)


def test_a_volunteer_who_stops_is_replaced(clock):
    town = Town(volunteers=2)
    assignment = agreed(town)
    services.cancel_assignment(
        assignment, side=CancelledBy.VOLUNTEER, reason=CancelReason.ILL, by=reader(assignment)
    )
    town.settle()
    again = Offer.objects.get(state=OfferState.SENT)  # the one who was told "someone else is helping"
    assert again.volunteer_id != assignment.volunteer_id
    services.decline_offer(again, by=again.volunteer.user)
    town.settle()
    assert town.request.state == RequestState.WAITLISTED
    fresh = town.volunteer()
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    assert Offer.objects.get(state=OfferState.SENT).volunteer == fresh


def test_no_show_leaves_the_choice_to_the_centre(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 4), start_time=time(10))
    assignment = agreed(town)
    with pytest.raises(NotYet):
        services.report_no_show(assignment, by=town.resident_user)
    clock.at(assignment.starts_at)
    services.report_no_show(assignment, by=town.resident_user)
    town.settle()
    assert town.request.state == RequestState.NO_SHOW
    assert Assignment.objects.get().state == AssignmentState.NO_SHOW
    with pytest.raises(InvalidTransition):
        services.confirm_done(assignment, side=CancelledBy.VOLUNTEER, by=reader(assignment))


def test_withdrawing_ends_questions_and_agreements(clock):
    town = Town(volunteers=3)
    assignment = agreed(town)
    help_requests.withdraw(town.request, by=town.resident_user)
    town.settle()
    assert town.request.state == RequestState.WITHDRAWN
    assert Assignment.objects.get(pk=assignment.pk).state == AssignmentState.CANCELLED
    assert not queries.contact_is_open(Assignment.objects.get(pk=assignment.pk))


def test_calling_off_twice_is_refused(clock):
    town = Town(volunteers=1)
    assignment = agreed(town)
    side = {"side": CancelledBy.VOLUNTEER, "reason": CancelReason.ILL, "by": reader(assignment)}
    services.cancel_assignment(assignment, **side)
    with pytest.raises(InvalidTransition):
        services.cancel_assignment(assignment, **side)
