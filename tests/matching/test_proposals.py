"""The daily proposal: made over all open requests, answered by pair, never wrong as the town moves on."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from common.errors import Forbidden, InvalidTransition, NotFound
from events.models import EventRecord
from events.worker import Worker
from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching import explanations, services
from matching.candidates import best_for
from matching.demand import demand_of
from matching.engine.assignment import assign
from matching.enums import OfferState, PairState, ProposalState, RejectReason
from matching.errors import AlreadyProposed, AskingHalted, NotEligible
from matching.models import DailyProposal, Offer, ProposedPair
from matching.services import proposing
from matching.services.proposing import MOST_QUESTIONS
from matching.supply import supply
from notifications.models import LiveSignal
from people.enums import HelpCategory
from people.models import Volunteer
from tests.factories.matching import Town, open_request
from tests.factories.people import LAT, LON, CoordinatorFactory

pytestmark = pytest.mark.django_db


def made(town: Town) -> DailyProposal:
    return services.make_proposal(town.centre, by=town.coordinator)


def pairs(town: Town, *states: PairState) -> list[ProposedPair]:
    found = ProposedPair.objects.filter(proposal__centre=town.centre).order_by("request__opened_at", "pk")
    return list(found.filter(state__in=states) if states else found)


def proposed(town: Town) -> ProposedPair:
    (pair,) = pairs(town, PairState.PROPOSED)
    return pair


def place(volunteer: Volunteer, km_north: float, **fields: object) -> Volunteer:
    """Move a volunteer to some km north of the middle of the town."""
    where = {"lat": LAT + km_north / 111.195, "lon": LON}
    Volunteer.objects.filter(pk=volunteer.pk).update(reach_km=10, **where, **fields)
    supply.forget()
    return volunteer


# --- Making ------------------------------------------------------------------------------------


def test_a_proposal_asks_nobody_and_keeps_scores_and_reasons(clock):
    town = Town(volunteers=3)
    proposal = made(town)
    town.settle()
    pair = proposed(town)
    assert not Offer.objects.exists()
    assert town.request.state == RequestState.OPEN
    assert (proposal.requests, proposal.helped, proposal.filled) == (1, 1, 1)
    assert proposal.score == pytest.approx(pair.score)
    assert {reason["term"] for reason in pair.reasons} >= {"proximity", "rest", "room"}


def test_what_is_kept_reads_as_what_the_engine_says(clock):
    town = Town(volunteers=1)
    demand = demand_of(town.request)
    said = explanations.why(best_for(demand, 1)[0], demand)
    made(town)
    assert explanations.told(proposed(town).reasons) == said != ""


def test_more_people_are_helped_than_by_the_nearest_first(clock):
    """The nearest can do both; the other lives further and does the first only."""
    town = Town(volunteers=0)
    shopping = town.request
    HelpRequest.objects.filter(pk=shopping.pk).update(opened_at=clock.now() - timedelta(days=2))
    garden = open_request(town.centre, category=HelpCategory.GARDEN, opened_at=clock.now())
    both = HelpCategory.to_mask([HelpCategory.GROCERIES, HelpCategory.GARDEN])
    near = place(town.volunteer(), 1, skills=both, running_cap=1)
    far = place(town.volunteer(), 3, skills=HelpCategory.to_mask([HelpCategory.GROCERIES]))
    proposal = made(town)
    assert [(pair.request, pair.volunteer) for pair in pairs(town)] == [(shopping, far), (garden, near)]
    assert (proposal.helped, proposal.nearest_helped) == (2, 1)
    with translation.override("en"):
        said = explanations.compared(proposal)
    assert said == "This proposal helps 1 person more than “the nearest first” would."


def test_who_waits_longest_goes_first_when_one_volunteer_fits_both(clock):
    town = Town(volunteers=0)
    new = town.request
    old = open_request(town.centre)
    HelpRequest.objects.filter(pk=new.pk).update(opened_at=clock.now())
    HelpRequest.objects.filter(pk=old.pk).update(opened_at=clock.now() - timedelta(days=9))
    place(town.volunteer(), 1, running_cap=1)
    made(town)
    assert proposed(town).request == old


def test_a_volunteer_gets_few_questions_in_one_morning_and_none_above_a_cap(clock):
    town = Town(volunteers=0)
    for _ in range(3):
        open_request(town.centre)
    only = place(town.volunteer(), 1, running_cap=9, monthly_ask_cap=9)
    made(town)
    assert len(pairs(town)) == MOST_QUESTIONS == 2
    for limit in ("running_cap", "monthly_ask_cap"):
        Volunteer.objects.filter(pk=only.pk).update(**{"running_cap": 9, "monthly_ask_cap": 9, limit: 1})
        supply.forget()
        made(town)
        assert len(pairs(town)) == 1
    services.confirm_pair(proposed(town), by=town.coordinator)
    made(town)
    assert pairs(town, PairState.PROPOSED) == []


def test_questions_that_wait_for_an_answer_take_room(clock):
    town = Town(volunteers=0)
    only = place(town.volunteer(), 1, running_cap=1)
    services.ask_volunteer(town.request, only, by=town.coordinator)
    open_request(town.centre)
    assert made(town).requests == 1
    assert pairs(town) == []


@pytest.mark.parametrize(
    ("fields", "looked_at"),
    [
        ({}, 1),
        ({"state": RequestState.WAITLISTED}, 1),
        ({"state": RequestState.REMATCHING}, 1),
        ({"state": RequestState.OFFERED}, 0),
        ({"state": RequestState.MATCHED}, 0),
        ({"state": RequestState.SUBMITTED}, 0),
        ({"cell": None}, 0),
        ({"on_date": date(2025, 6, 3)}, 1),
        ({"on_date": date(2025, 6, 2)}, 0),
    ],
)
def test_only_what_waits_for_a_first_question_is_looked_at(clock, fields, looked_at):
    town = Town(volunteers=1, **fields)
    assert made(town).requests == looked_at


def test_a_request_that_is_asked_for_in_waves_is_left_alone(clock):
    town = Town(volunteers=0)
    dispatch = services.start_dispatch(town.request, by=town.coordinator)
    dispatch.__class__.objects.filter(pk=dispatch.pk).update(state="running")
    HelpRequest.objects.filter(pk=town.request.pk).update(state=RequestState.OPEN)
    assert made(town).requests == 0


def test_several_helpers_are_different_people(clock):
    town = Town(volunteers=2, helpers_needed=3)
    proposal = made(town)
    assert len({pair.volunteer_id for pair in pairs(town)}) == len(pairs(town)) == 2
    assert (proposal.helped, proposal.filled) == (1, 2)


def test_making_anew_replaces_what_is_unanswered_and_keeps_answers(clock):
    town = Town(volunteers=3)
    other = open_request(town.centre)
    first = made(town)
    asked, left = pairs(town)
    services.confirm_pair(asked, by=town.coordinator)
    again = made(town)
    assert again.pk == first.pk
    assert [pair.pk for pair in pairs(town, PairState.CONFIRMED)] == [asked.pk]
    new = proposed(town)
    assert new.request_id == left.request_id in {town.request.pk, other.pk}
    assert new.pk != left.pk
    with pytest.raises(InvalidTransition):
        services.confirm_pair(left, by=town.coordinator)


def test_what_was_refused_today_does_not_come_back(clock):
    town = Town(volunteers=2)
    made(town)
    no = proposed(town)
    services.reject_pair(no, RejectReason.NO_FIT, by=town.coordinator)
    made(town)
    second = proposed(town)
    assert second.volunteer_id != no.volunteer_id
    services.change_pair(second, no.volunteer, by=town.coordinator)
    made(town)
    assert pairs(town, PairState.PROPOSED) == []


def test_the_next_day_closes_what_was_left(clock):
    town = Town(volunteers=1)
    yesterday, left = made(town), proposed(town)
    clock.forward(days=1)
    today = made(town)
    left.refresh_from_db()
    yesterday.refresh_from_db()
    assert (yesterday.state, today.state) == (ProposalState.CLOSED, ProposalState.RUNNING)
    assert (left.state, left.stale_why) == (PairState.STALE, ["day-over"])
    assert proposed(town).proposal_id == today.pk


def test_a_centre_has_one_running_proposal(clock):
    town = Town(volunteers=0)
    proposal = made(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyProposal.objects.create(centre=town.centre, day=proposal.day + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyProposal.objects.create(centre=town.centre, day=proposal.day, state=ProposalState.CLOSED)


def test_every_centre_gets_its_proposal_in_the_morning_unless_someone_was_earlier(clock):
    early, late = Town(volunteers=1), Town(volunteers=1)
    mine = made(early)
    with transaction.atomic():
        services.order_morning_proposals()
        services.order_morning_proposals()
    Worker().run_due()
    assert DailyProposal.objects.get(centre=late.centre).made_by is None
    mine.refresh_from_db()
    assert mine.made_by == early.coordinator
    assert EventRecord.objects.filter(type="matching.proposal_made").count() == 2


def test_only_a_coordinator_of_the_centre_makes_and_answers(clock):
    town, stranger = Town(volunteers=1), CoordinatorFactory()
    for user in (stranger, town.volunteers[0].user):
        with pytest.raises(Forbidden):
            services.make_proposal(town.centre, by=user)
    proposal = made(town)
    pair = proposed(town)
    for answer in (
        lambda: services.confirm_pair(pair, by=stranger),
        lambda: services.confirm_all(proposal, by=stranger),
        lambda: services.change_pair(pair, town.volunteers[0], by=stranger),
        lambda: services.reject_pair(pair, RejectReason.OTHER, by=stranger),
        lambda: services.take_back_answer(pair, by=stranger),
    ):
        with pytest.raises(NotFound):
            answer()
    assert pairs(town, PairState.PROPOSED) == [pair]


def queries_of_making(town: Town) -> int:
    with supply.fresh():
        pass
    with CaptureQueriesContext(connection) as queries:
        made(town)
    return len(queries)


def test_thirty_requests_take_as_many_queries_as_three(clock):
    town = Town(volunteers=3)
    for _ in range(2):
        open_request(town.centre)
    made(town)
    three = queries_of_making(town)
    for _ in range(27):
        open_request(town.centre)
    for _ in range(27):
        town.volunteer()
    assert queries_of_making(town) == three == 30
    assert len(pairs(town, PairState.PROPOSED)) == 30


# --- Answering ---------------------------------------------------------------------------------


def test_confirming_asks_through_the_front_door_and_repeating_changes_nothing(clock):
    town = Town(volunteers=2)
    made(town)
    pair = services.confirm_pair(proposed(town), by=town.coordinator)
    again = services.confirm_pair(pair, by=town.coordinator)
    town.settle()
    offer = Offer.objects.get()
    assert (again.state, again.offer, again.answered_by) == (PairState.CONFIRMED, offer, town.coordinator)
    assert (offer.volunteer_id, offer.state) == (pair.volunteer_id, OfferState.SENT)
    assert town.request.state == RequestState.OFFERED
    assert EventRecord.objects.filter(type="matching.pair_confirmed").count() == 1


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda pair: Volunteer.objects.filter(pk=pair.volunteer_id).update(dayparts=0), ["DAYPARTS"]),
        (lambda pair: Volunteer.objects.filter(pk=pair.volunteer_id).update(state="paused"), ["ACTIVE"]),
        (lambda pair: Volunteer.objects.filter(pk=pair.volunteer_id).update(state="left"), ["not-eligible"]),
        (
            lambda pair: HelpRequest.objects.filter(pk=pair.request_id).update(state="withdrawn"),
            ["not-askable"],
        ),
        (
            lambda pair: HelpRequest.objects.filter(pk=pair.request_id).update(on_date=date(2025, 6, 2)),
            ["day-passed"],
        ),
        (
            lambda pair: Offer.objects.create(
                request_id=pair.request_id, volunteer_id=pair.volunteer_id, state=OfferState.DECLINED
            ),
            ["already-asked"],
        ),
        (
            lambda pair: Offer.objects.create(
                request_id=pair.request_id, volunteer=Volunteer.objects.exclude(pk=pair.volunteer_id)[0]
            ),
            ["no-place-left"],
        ),
    ],
)
def test_a_pair_that_is_no_longer_possible_says_why_and_asks_nobody(clock, spoil, why):
    town = Town(volunteers=2, dayparts=0b111)
    made(town)
    pair = proposed(town)
    spoil(pair)
    before = Offer.objects.count()
    pair = services.confirm_pair(pair, by=town.coordinator)
    assert (pair.state, pair.stale_why, pair.offer) == (PairState.STALE, why, None)
    assert Offer.objects.count() == before
    assert all(sentence.endswith(".") for sentence in explanations.why_stale(pair.stale_why))
    with pytest.raises(InvalidTransition):
        services.confirm_pair(pair, by=town.coordinator)


def test_together_each_stands_on_its_own(clock):
    town = Town(volunteers=3)
    for _ in range(2):
        open_request(town.centre)
    proposal = made(town)
    spoilt = pairs(town)[1]
    Volunteer.objects.filter(pk=spoilt.volunteer_id).update(state="paused")
    answered = services.confirm_all(proposal, by=town.coordinator)
    assert sorted(pair.state for pair in answered) == ["confirmed", "confirmed", "stale"]
    assert Offer.objects.count() == 2
    assert services.confirm_all(proposal, by=town.coordinator) == []


def test_the_emergency_brake_holds_and_loses_nothing(clock):
    town = Town(volunteers=1)
    proposal = made(town)
    services.halt_asking(town.centre, by=town.coordinator)
    with pytest.raises(AskingHalted):
        services.confirm_pair(proposed(town), by=town.coordinator)
    with pytest.raises(AskingHalted):
        services.confirm_all(proposal, by=town.coordinator)
    services.release_asking(town.centre, by=town.coordinator)
    assert services.confirm_pair(proposed(town), by=town.coordinator).state == PairState.CONFIRMED


def test_someone_else_is_chosen_and_checked(clock):
    town = Town(volunteers=2)
    made(town)
    pair = proposed(town)
    (other,) = (each for each in town.volunteers if each.pk != pair.volunteer_id)
    with pytest.raises(NotEligible):
        services.change_pair(pair, town.volunteer(screened=False), by=town.coordinator)
    with pytest.raises(AlreadyProposed):
        services.change_pair(pair, pair.volunteer, by=town.coordinator)
    new = services.change_pair(pair, other, by=town.coordinator)
    assert services.change_pair(pair, other, by=town.coordinator) == new
    assert (new.volunteer, new.instead_of, new.state) == (other, pair, PairState.PROPOSED)
    assert new.reasons
    assert pairs(town, PairState.CHANGED) == [pair]
    services.take_back_answer(pair, by=town.coordinator)
    assert [each.pk for each in pairs(town)] == [pair.pk]


def test_for_what_is_no_longer_possible_someone_else_can_be_chosen(clock):
    town = Town(volunteers=2)
    made(town)
    pair = proposed(town)
    Volunteer.objects.filter(pk=pair.volunteer_id).update(state="paused")
    services.confirm_pair(pair, by=town.coordinator)
    other = Volunteer.objects.get(state="active")
    new = services.change_pair(pair, other, by=town.coordinator)
    assert services.confirm_pair(new, by=town.coordinator).state == PairState.CONFIRMED


def test_an_answer_can_be_taken_back_while_the_question_is_open(clock):
    town = Town(volunteers=1)
    made(town)
    pair = services.confirm_pair(proposed(town), by=town.coordinator)
    town.settle()
    services.take_back_answer(pair, by=town.coordinator)
    services.take_back_answer(pair, by=town.coordinator)
    town.settle()
    assert Offer.objects.get().state == OfferState.CANCELLED
    assert town.request.state == RequestState.OPEN
    again = services.confirm_pair(proposed(town), by=town.coordinator)
    assert (again.state, Offer.objects.get().state) == (PairState.CONFIRMED, OfferState.SENT)
    services.accept_offer(again.offer, by=again.volunteer.user)
    with pytest.raises(InvalidTransition):
        services.take_back_answer(again, by=town.coordinator)


def test_a_rejection_can_be_taken_back_but_not_after_the_day(clock):
    town = Town(volunteers=1)
    made(town)
    pair = services.reject_pair(proposed(town), RejectReason.BUSY, by=town.coordinator)
    assert services.reject_pair(pair, RejectReason.BUSY, by=town.coordinator).reject_reason == "busy"
    pair = services.take_back_answer(pair, by=town.coordinator)
    assert (pair.state, pair.reject_reason, pair.answered_by) == (PairState.PROPOSED, "", None)
    services.reject_pair(pair, RejectReason.BUSY, by=town.coordinator)
    clock.forward(days=1)
    made(town)
    pair.refresh_from_db()
    with pytest.raises(InvalidTransition):
        services.take_back_answer(pair, by=town.coordinator)


def test_two_that_were_put_together_anew_are_not_brought_back_twice(clock):
    town = Town(volunteers=2)
    made(town)
    first = proposed(town)
    services.reject_pair(first, RejectReason.OTHER, by=town.coordinator)
    made(town)
    services.change_pair(proposed(town), first.volunteer, by=town.coordinator)
    with pytest.raises(InvalidTransition):
        services.take_back_answer(first, by=town.coordinator)


def confirmed_and_closed(town: Town) -> ProposedPair:
    """The only pair, asked from the proposal; then the asking was stopped before there was an answer."""
    made(town)
    pair = services.confirm_pair(proposed(town), by=town.coordinator)
    services.start_dispatch(town.request, by=town.coordinator)
    services.stop_dispatch(town.request, by=town.coordinator)
    return pair


def test_after_a_question_was_taken_back_it_can_be_made_anew(clock):
    town = Town(volunteers=1)
    pair = confirmed_and_closed(town)
    made(town)
    assert [each.pk for each in pairs(town)] == [pair.pk], "before the worker has noted it"
    town.settle()
    pair.refresh_from_db()
    assert (pair.state, pair.stale_why) == (PairState.STALE, ["question-closed"])
    made(town)
    clock.forward(minutes=1)
    assert services.confirm_pair(proposed(town), by=town.coordinator).state == PairState.CONFIRMED


def test_a_pair_that_was_asked_meanwhile_is_no_obstacle(clock, monkeypatch):
    """Asked and taken back by somebody else, after the new proposal was thought out."""
    town = Town(volunteers=1)
    made(town)

    def meanwhile(market):
        services.confirm_pair(proposed(town), by=town.coordinator)
        services.start_dispatch(town.request, by=town.coordinator)
        services.stop_dispatch(town.request, by=town.coordinator)
        return assign(market)

    monkeypatch.setattr(proposing, "assign", meanwhile)
    made(town)
    assert [pair.state for pair in pairs(town)] == [PairState.CONFIRMED]


def test_asking_again_at_once_outlives_the_note_of_the_first_question(clock):
    town = Town(volunteers=1)
    made(town)
    pair = services.confirm_pair(proposed(town), by=town.coordinator)
    services.take_back_answer(pair, by=town.coordinator)
    clock.forward(minutes=1)
    services.confirm_pair(pair, by=town.coordinator)
    town.settle()
    pair.refresh_from_db()
    assert (pair.state, pair.question) == (PairState.CONFIRMED, Offer.objects.get())


def test_the_question_of_a_wave_is_not_taken_back_with_an_old_pair(clock):
    town = Town(volunteers=1)
    pair = confirmed_and_closed(town)
    clock.forward(minutes=1)
    services.start_dispatch(town.request, by=town.coordinator)
    with pytest.raises(InvalidTransition):
        services.take_back_answer(pair, by=town.coordinator)
    town.settle()
    assert Offer.objects.get().state == OfferState.SENT
    pair.refresh_from_db()
    assert pair.state == PairState.STALE


def test_a_change_can_be_taken_back_after_making_anew_until_the_other_has_an_answer(clock):
    town = Town(volunteers=3)
    made(town)
    first = proposed(town)
    others = [each for each in town.volunteers if each.pk != first.volunteer_id]
    services.change_pair(first, others[0], by=town.coordinator)
    made(town)
    services.take_back_answer(first, by=town.coordinator)
    first.refresh_from_db()
    assert first.state == PairState.PROPOSED
    made(town)
    second = proposed(town)
    new = services.change_pair(second, next(e for e in others if e != second.volunteer), by=town.coordinator)
    services.reject_pair(new, RejectReason.OTHER, by=town.coordinator)
    with pytest.raises(InvalidTransition):
        services.take_back_answer(second, by=town.coordinator)


# --- When the town moves on --------------------------------------------------------------------


def test_a_request_that_goes_its_own_way_takes_its_pairs_out(clock):
    town = Town(volunteers=2)
    made(town)
    pair = proposed(town)
    (other,) = (each for each in town.volunteers if each.pk != pair.volunteer_id)
    services.ask_volunteer(town.request, other, by=town.coordinator)
    town.settle()
    pair.refresh_from_db()
    assert (pair.state, pair.stale_why) == (PairState.STALE, ["no-place-left"])


def test_asking_one_of_two_leaves_the_other_proposed(clock):
    town = Town(volunteers=2, helpers_needed=2)
    made(town)
    first, second = pairs(town)
    services.confirm_pair(first, by=town.coordinator)
    town.settle()
    second.refresh_from_db()
    assert second.state == PairState.PROPOSED
    assert services.confirm_pair(second, by=town.coordinator).state == PairState.CONFIRMED


def test_a_withdrawn_request_takes_its_pairs_out(clock):
    town = Town(volunteers=1)
    made(town)
    help_requests.withdraw(town.request, by=town.resident_user)
    town.settle()
    (pair,) = pairs(town)
    assert (pair.state, pair.stale_why) == (PairState.STALE, ["not-askable"])


def test_every_answer_is_told_to_the_other_desks(clock):
    town = Town(volunteers=1)
    made(town)
    Worker().run_due()
    LiveSignal.objects.all().delete()
    services.reject_pair(proposed(town), RejectReason.OTHER, by=town.coordinator)
    Worker().run_due()
    told = LiveSignal.objects.get()
    assert (told.group, told.topic) == (f"desk:{town.centre.pk}", "desk")
