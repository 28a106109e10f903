"""Help that goes on: both sides, or two coordinators, press at the same moment. Each step is taken once."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F

from common import clock
from events.models import EventRecord
from events.worker import Worker
from help_requests.enums import RequestState
from matching import queries, services
from matching.enums import AssignmentState, CancelledBy, CancelReason
from matching.models import Assignment, Review
from tests.concurrency.racing import race
from tests.factories.matching import Town
from tests.matching.lasting_town import R, V, fresh, lasting_town

pytestmark = pytest.mark.django_db(transaction=True)


def have_met() -> tuple[Town, Assignment, Review]:
    """Two people who have met and have not answered yet."""
    town = lasting_town()
    offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    assignment = services.accept_offer(offer, by=offer.volunteer.user)
    services.plan_introduction(
        assignment, clock.now() + timedelta(minutes=1), place="thuis", by=town.coordinator
    )
    Review.objects.update(asked_at=F("asked_at") - timedelta(days=1))
    review = queries.open_review(assignment)
    assert review is not None
    return town, fresh(assignment), review


def test_both_sides_and_the_desk_say_yes_at_once():
    town, assignment, review = have_met()
    steps = [
        partial(services.go_on, Review.objects.get(pk=review.pk), side=side, by=by)
        for side, by in (
            (V, assignment.volunteer.user),
            (V, town.coordinator),
            (R, town.resident_user),
            (R, town.coordinator),
        )
    ]
    assert race(steps, lambda step: step()) == {"won": 4}
    town.request.refresh_from_db()
    assert (fresh(assignment).state, town.request.state) == (AssignmentState.TRIAL, RequestState.TRIAL)
    assert EventRecord.objects.filter(type="matching.trial_started").count() == 1
    assert EventRecord.objects.filter(type="matching.review_answered").count() == 2


def test_going_on_and_refusing_at_once_leave_no_half_state():
    """Whoever is first, the request and the agreement tell the same."""
    for _ in range(4):
        town, assignment, review = have_met()
        services.go_on(review, side=V, by=assignment.volunteer.user)
        steps = [
            partial(services.go_on, Review.objects.get(pk=review.pk), side=R, by=town.resident_user),
            partial(
                services.cancel_assignment,
                fresh(assignment),
                side=CancelledBy.VOLUNTEER,
                reason=CancelReason.NO_CLICK,
                by=assignment.volunteer.user,
            ),
        ]
        outcomes = race(steps, lambda step: step())
        assert outcomes == {"won": 1, "InvalidTransition": 1}
        Worker().run_due()
        town.request.refresh_from_db()
        assert (fresh(assignment).state, town.request.state) in {
            (AssignmentState.TRIAL, RequestState.TRIAL),
            (AssignmentState.CANCELLED, RequestState.REMATCHING),
        }


def test_two_stops_at_once_end_it_once():
    town, assignment, review = have_met()
    for side in (V, R):
        services.go_on(review, side=side, by=town.coordinator)
    steps = [
        partial(services.stop, fresh(assignment), side=R, reason=CancelReason.NOT_NEEDED, by=by)
        for by in (town.resident_user, town.coordinator)
    ]
    assert race(steps, lambda step: step()) == {"won": 1, "InvalidTransition": 1}
    assert EventRecord.objects.filter(type="matching.assignment_ended").count() == 1
