"""From a request to the engine's question: who stands in which relation to it, in few queries."""

from datetime import datetime, timedelta

import pytest

from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching.demand import demand_of, demands_of, request_at_desk_of
from matching.enums import AssignmentState, OfferState
from matching.models import Assignment, Offer
from people.models import Representative
from safeguarding.models import Block
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(clock) -> Town:
    """A request with volunteers in every relation to it and to its resident."""
    town = Town(volunteers=9)
    resident, now = town.request.resident, clock.now()
    asked, refused, not_reached, known, unknown, blocked, unblocked, own, former = town.volunteers
    for volunteer, state in (
        (asked, OfferState.SENT),
        (refused, OfferState.DECLINED),
        (not_reached, OfferState.SUPERSEDED),
    ):
        Offer.objects.create(request=town.request, volunteer=volunteer, state=state)
    other = open_request(town.centre, resident=resident)
    for volunteer, state in ((known, AssignmentState.DONE), (unknown, AssignmentState.NO_SHOW)):
        offer = Offer.objects.create(request=other, volunteer=volunteer, state=OfferState.ACCEPTED)
        Assignment.objects.create(request=other, volunteer=volunteer, offer=offer, state=state)
    Block.objects.create(volunteer=blocked, resident=resident)
    Block.objects.create(volunteer=unblocked, resident=resident, ended_at=now)
    Representative.objects.create(resident=resident, user=own.user)
    Representative.objects.create(
        resident=resident, user=former.user, consented_at=now - timedelta(days=9), ended_at=now
    )
    return town


def test_a_question_knows_who_stands_in_which_relation(town):
    asked, refused, _, known, _, blocked, _, own, _ = (volunteer.pk for volunteer in town.volunteers)
    demand = demand_of(town.request)
    assert demand.asked == {asked, refused}
    assert demand.known == {known}
    assert demand.blocked == {blocked, own}


def test_nobody_is_asked_to_help_themselves(town):
    resident, volunteer = town.request.resident, town.volunteers[6]
    resident.user = volunteer.user
    resident.save()
    assert volunteer.pk in demand_of(HelpRequest.objects.get(pk=town.request.pk)).blocked


def test_one_and_many_give_the_same_questions(town):
    elsewhere = Town(volunteers=2)
    Offer.objects.create(request=elsewhere.request, volunteer=elsewhere.volunteers[0], state=OfferState.SENT)
    requests = [*HelpRequest.objects.order_by("pk")]
    assert len(requests) == 3
    assert demands_of(requests) == [demand_of(request) for request in requests]


def test_a_request_without_a_place_asks_nothing(town):
    town.request.cell = None
    assert demand_of(town.request) is None
    assert demands_of([town.request]) == []


def test_a_question_takes_few_queries(town, django_assert_num_queries):
    def loaded():
        return HelpRequest.objects.select_related("resident", "centre").order_by("pk")

    one, both = loaded().get(pk=town.request.pk), list(loaded())
    with django_assert_num_queries(4):  # relations, courses, and two sets of requirements of the centre
        demand_of(one)
    with django_assert_num_queries(4):
        demands_of(both)


def test_whoever_has_no_account_as_a_volunteer_blocks_nobody(town):
    Representative.objects.create(resident=town.request.resident, user=UserFactory())
    assert len(demand_of(town.request).blocked) == 2


def test_the_desk_reads_a_request_as_its_question_needs_it(town, django_assert_num_queries):
    read = request_at_desk_of(town.coordinator, town.request.pk)
    assert demand_of(read) == demand_of(HelpRequest.objects.get(pk=town.request.pk))
    assert request_at_desk_of(CoordinatorFactory(), town.request.pk) is None
    assert request_at_desk_of(town.volunteers[0].user, town.request.pk) is None
    with django_assert_num_queries(5):  # the request, and the question: nothing was left to be read later
        demand_of(request_at_desk_of(town.coordinator, town.request.pk))


def test_an_unsent_draft_is_not_at_the_desk(town):
    town.request.state = RequestState.DRAFT
    town.request.save()
    assert request_at_desk_of(town.coordinator, town.request.pk) is None


@pytest.mark.parametrize(
    ("opened", "days"),
    [("2026-07-14T21:59:00Z", 1), ("2026-07-14T22:01:00Z", 0), ("2026-07-12T22:30:00Z", 2)],
)
def test_days_of_waiting_are_days_here(town, clock, opened, days):
    clock.at(datetime.fromisoformat("2026-07-14T22:30:00Z"))  # half past twelve at night, on the 15th
    town.request.opened_at = datetime.fromisoformat(opened)
    assert demand_of(town.request).waiting_days == days
