"""A town with help that goes on, brought to where a test begins."""

from datetime import timedelta
from typing import Any

from common import clock
from help_requests.enums import RequestKind, Rhythm
from matching import queries, services
from matching.enums import CancelledBy, OfferState, Outcome
from matching.models import Assignment, Offer
from tests.conftest import Clock
from tests.factories.matching import Town

V, R = CancelledBy.VOLUNTEER, CancelledBy.RESIDENT
WEEKLY = {"kind": RequestKind.SERIES, "rhythm": Rhythm.WEEKLY}


def lasting_town(volunteers: int = 1, **fields: Any) -> Town:
    """A town with a weekly request that is open."""
    return Town(volunteers=volunteers, **(WEEKLY | fields))


def fresh(assignment: Assignment) -> Assignment:
    """The assignment as the database has it."""
    return Assignment.objects.select_related("request__resident", "volunteer__user").get(pk=assignment.pk)


def agreed(town: Town) -> Assignment:
    """The first volunteer who is asked says yes."""
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    offer = Offer.objects.filter(state=OfferState.SENT).order_by("sent_at", "id")[0]
    assignment = services.accept_offer(offer, by=offer.volunteer.user)
    town.settle()
    return fresh(assignment)


def met(town: Town, clock_of_test: Clock) -> Assignment:
    """They have met at home two days later, and both have been asked."""
    assignment = agreed(town)
    services.plan_introduction(
        assignment, clock.now() + timedelta(days=2), place="thuis", by=town.coordinator
    )
    clock_of_test.forward(days=2, hours=3)
    town.settle()
    return fresh(assignment)


def both_go_on(town: Town, assignment: Assignment, outcome: Outcome | None = Outcome.GOOD) -> Assignment:
    """Both sides say yes to what is asked now."""
    review = queries.open_review(assignment)
    assert review is not None
    services.go_on(review, side=V, by=assignment.volunteer.user, outcome=outcome)
    services.go_on(review, side=R, by=town.resident_user, outcome=outcome)
    town.settle()
    return fresh(assignment)


def on_trial(town: Town, clock_of_test: Clock) -> Assignment:
    """The trial period has begun."""
    return both_go_on(town, met(town, clock_of_test), None)


def under_way(town: Town, clock_of_test: Clock) -> Assignment:
    """The trial period went well."""
    assignment = on_trial(town, clock_of_test)
    clock_of_test.forward(days=28)
    town.settle()
    return both_go_on(town, assignment)
