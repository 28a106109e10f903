"""Asking in waves, answering, and what the others hear."""

from datetime import timedelta

import pytest
from django.db import transaction

from common.errors import Forbidden, NotFound
from events.services import record
from events.worker import Worker
from help_requests.enums import RequestState
from help_requests.events import RequestOpened
from matching import services
from matching.enums import (
    OFFER_OPEN,
    OFFER_REPEATABLE,
    OFFER_REVIVABLE,
    OFFER_UNANSWERED,
    AssignmentState,
    DispatchState,
    OfferState,
)
from matching.errors import AlreadyAsked, AlreadyTaken, NotAskable, NotEligible, OfferGone
from matching.models import Assignment, Dispatch, Offer
from people.enums import HelpCategory
from people.models import User
from safeguarding.models import Screening
from tests.factories.matching import Town
from tests.factories.people import BlockFactory, CoordinatorFactory

pytestmark = pytest.mark.django_db


def states(town: Town) -> list[str]:
    return sorted(Offer.objects.filter(request=town.request).values_list("state", flat=True))


def offer_to(town: Town, position: int = 0) -> Offer:
    return Offer.objects.filter(request=town.request, state__in=["sent", "seen"]).order_by("sent_at", "id")[
        position
    ]


def start(town: Town) -> Dispatch:
    dispatch = services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    return dispatch


def test_starting_asks_the_best_three_and_moves_the_request(clock):
    town = Town(volunteers=5)
    start(town)
    assert states(town) == ["sent"] * 3
    assert town.request.state == RequestState.OFFERED


def test_who_declines_is_replaced_at_once_and_never_asked_again(clock):
    town = Town(volunteers=4)
    start(town)
    first = offer_to(town)
    services.decline_offer(first, by=first.volunteer.user)
    town.settle()
    assert states(town) == ["declined", "sent", "sent", "sent"]
    assert len(set(Offer.objects.values_list("volunteer_id", flat=True))) == 4


def test_silence_past_the_deadline_brings_in_the_next(clock):
    town = Town(volunteers=5)
    town.policy(minutes_later=60)
    start(town)
    clock.at(Offer.objects.first().due_at + timedelta(seconds=1))
    town.settle()
    assert states(town) == ["expired"] * 3 + ["sent"] * 2
    assert Dispatch.objects.get().wave == 2


def test_nobody_left_puts_the_request_on_the_waiting_list(clock):
    town = Town(volunteers=2)
    start(town)
    for _ in range(2):
        offer = offer_to(town)
        services.decline_offer(offer, by=offer.volunteer.user)
        town.settle()
    assert town.request.state == RequestState.WAITLISTED
    assert Dispatch.objects.get().state == DispatchState.EXHAUSTED


def test_first_yes_wins_and_the_rest_hear_it(clock):
    town = Town(volunteers=3)
    start(town)
    winner, loser = offer_to(town, 0), offer_to(town, 1)
    assignment = services.accept_offer(winner, by=winner.volunteer.user)
    assert assignment.state == AssignmentState.AGREED
    assert states(town) == ["accepted", "superseded", "superseded"]
    with pytest.raises(AlreadyTaken):
        services.accept_offer(loser, by=loser.volunteer.user)
    town.settle()
    assert town.request.state == RequestState.MATCHED
    assert Dispatch.objects.get().state == DispatchState.FINISHED


def test_saying_yes_twice_gives_one_agreement(clock):
    town = Town(volunteers=1)
    start(town)
    offer = offer_to(town)
    once = services.accept_offer(offer, by=offer.volunteer.user)
    again = services.accept_offer(Offer.objects.get(pk=offer.pk), by=offer.volunteer.user)
    assert once == again
    assert Assignment.objects.count() == 1


def test_only_the_asked_volunteer_may_answer(clock):
    town = Town(volunteers=2)
    start(town)
    offer, other = offer_to(town, 0), offer_to(town, 1)
    for stranger in (other.volunteer.user, town.coordinator, town.resident_user):
        with pytest.raises(NotFound):
            services.accept_offer(offer, by=stranger)
        with pytest.raises(NotFound):
            services.decline_offer(offer, by=stranger)
    assert states(town) == ["sent", "sent"]


def test_a_lapsed_screening_closes_the_door_at_accept(clock):
    town = Town(volunteers=1)
    start(town)
    offer = offer_to(town)
    Screening.objects.filter(volunteer=offer.volunteer).update(
        valid_until=clock.now().date() - timedelta(days=1)
    )
    with pytest.raises(NotEligible) as refused:
        services.accept_offer(offer, by=offer.volunteer.user)
    assert refused.value.failed == ("SCREENING",)
    assert Assignment.objects.count() == 0


def test_a_block_set_after_asking_closes_the_door_at_accept(clock):
    town = Town(volunteers=1)
    start(town)
    offer = offer_to(town)
    BlockFactory(volunteer=offer.volunteer, resident=town.request.resident)
    with pytest.raises(NotEligible):
        services.accept_offer(offer, by=offer.volunteer.user)


def test_suspended_volunteer_cannot_answer(clock):
    town = Town(volunteers=1)
    start(town)
    offer = offer_to(town)
    User.objects.filter(pk=offer.volunteer.user_id).update(suspended_at=clock.now())
    with pytest.raises(NotFound):
        services.accept_offer(offer, by=User.objects.get(pk=offer.volunteer.user_id))


def test_an_unscreened_volunteer_is_never_asked(clock):
    town = Town(volunteers=0)
    newcomer = town.volunteer(screened=False)
    start(town)
    assert Offer.objects.count() == 0
    assert town.request.state == RequestState.WAITLISTED
    with pytest.raises(NotEligible):
        services.ask_volunteer(town.request, newcomer, by=town.coordinator)


def test_stopping_takes_the_questions_back(clock):
    town = Town(volunteers=3)
    start(town)
    services.stop_dispatch(town.request, by=town.coordinator)
    town.settle()
    assert states(town) == ["cancelled"] * 3
    assert town.request.state == RequestState.OPEN


def test_only_a_coordinator_of_the_centre_dispatches(clock):
    town = Town(volunteers=1)
    for stranger in (CoordinatorFactory(), town.volunteers[0].user, town.resident_user):
        with pytest.raises(NotFound):
            services.start_dispatch(town.request, by=stranger)
    assert Offer.objects.count() == 0


def test_a_coordinator_asks_by_name_once(clock):
    town = Town(volunteers=1)
    services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    town.settle()
    assert town.request.state == RequestState.OFFERED
    with pytest.raises((AlreadyAsked, NotEligible)):
        services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)


def test_changing_ones_mind_is_welcome_while_help_is_needed(clock):
    town = Town(volunteers=4)
    start(town)
    offer = offer_to(town)
    services.decline_offer(offer, by=offer.volunteer.user)
    town.settle()
    assignment = services.accept_offer(Offer.objects.get(pk=offer.pk), by=offer.volunteer.user)
    assert assignment.state == AssignmentState.AGREED


def test_declining_after_it_was_taken_is_harmless_or_clear(clock):
    town = Town(volunteers=2)
    start(town)
    winner, loser = offer_to(town, 0), offer_to(town, 1)
    services.accept_offer(winner, by=winner.volunteer.user)
    with pytest.raises(OfferGone):
        services.decline_offer(loser, by=loser.volunteer.user)


def test_coming_forward_from_the_list_near_by(clock):
    town = Town(volunteers=1)
    volunteer = town.volunteers[0]
    assignment = services.come_forward(town.request, volunteer, by=volunteer.user)
    town.settle()
    assert assignment.volunteer == volunteer
    assert town.request.state == RequestState.MATCHED


def test_coming_forward_for_another_is_refused(clock):
    town = Town(volunteers=2)
    with pytest.raises(Forbidden):
        services.come_forward(town.request, town.volunteers[0], by=town.volunteers[1].user)


def test_a_request_that_is_not_approved_cannot_be_dispatched(clock):
    town = Town(volunteers=1, state=RequestState.SUBMITTED)
    with pytest.raises(NotAskable):
        services.start_dispatch(town.request, by=town.coordinator)
    with pytest.raises(NotAskable):
        services.come_forward(town.request, town.volunteers[0], by=town.volunteers[0].user)


def test_two_helpers_needed_asks_until_both_places_are_filled(clock):
    town = Town(volunteers=4, helpers_needed=2)
    start(town)
    first = offer_to(town)
    services.accept_offer(first, by=first.volunteer.user)
    town.settle()
    assert town.request.state == RequestState.OFFERED
    second = offer_to(town)
    services.accept_offer(second, by=second.volunteer.user)
    town.settle()
    assert town.request.state == RequestState.MATCHED
    assert sorted(Assignment.objects.values_list("slot", flat=True)) == [1, 2]


def test_nobody_is_asked_in_quiet_hours_by_the_machine(clock):
    town = Town(volunteers=4)
    town.policy(wave_size=1, minutes_later=60)
    start(town)
    clock.at(clock.now().replace(hour=19, minute=30))  # 21:30 in Amsterdam
    offer = offer_to(town)
    services.decline_offer(offer, by=offer.volunteer.user)
    town.settle()
    assert states(town) == ["declined"]
    clock.at(clock.now() + timedelta(hours=10, minutes=31))  # 8:01 the next morning
    Worker().run_due()
    assert states(town) == ["declined", "sent"]


def test_policy_may_start_by_itself(clock):
    town = Town(volunteers=1)
    town.policy(auto_start_categories=1 << HelpCategory.GROCERIES.bit)
    with transaction.atomic():
        record(RequestOpened(request_id=town.request.pk, centre_id=town.centre.pk))
    town.settle()
    assert states(town) == ["sent"]


def test_the_table_of_steps_says_which_questions_can_be_answered_or_put_again():
    state = OfferState
    assert {state.SENT, state.SEEN} == OFFER_OPEN
    assert {state.DECLINED, state.EXPIRED, state.SUPERSEDED, state.CANCELLED} == OFFER_REVIVABLE
    assert {state.EXPIRED, state.ACCEPTED, state.SUPERSEDED, state.CANCELLED} == OFFER_REPEATABLE
    assert {state.SUPERSEDED, state.CANCELLED} == OFFER_UNANSWERED
