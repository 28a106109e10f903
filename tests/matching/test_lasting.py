"""Help that goes on: first meeting, trial, under way, looking back, breaks, and how it ends."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from common import clock as common_clock
from common.errors import InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord
from help_requests import services as help_requests
from help_requests.enums import RequestKind, RequestState
from matching import queries, services
from matching.candidates import judge
from matching.demand import demand_of
from matching.engine import Term
from matching.enums import (
    ASSIGNMENT_BEGUN,
    ASSIGNMENT_RUNNING,
    ASSIGNMENT_TRANSITIONS,
    AssignmentState,
    CancelledBy,
    CancelReason,
    Occasion,
    OfferState,
    Outcome,
)
from matching.errors import AlreadyAsked, ContactClosed, DayPassed, NotEligible, NotYet
from matching.explanations import why
from matching.models import Assignment, Offer, Review
from matching.supply import supply_rows
from people.enums import Dislike, HelpCategory
from safeguarding.models import Block, Screening
from tests.factories.matching import open_request
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.matching.lasting_town import (
    R,
    V,
    agreed,
    both_go_on,
    fresh,
    lasting_town,
    met,
    on_trial,
    under_way,
)

pytestmark = pytest.mark.django_db
A, S = AssignmentState, RequestState
C = CancelledBy.CENTRE


@pytest.fixture(autouse=True)
def _in_dutch():
    """Whatever language another test left behind."""
    with translation.override("nl"):
        yield


def states(town, assignment):
    town.request.refresh_from_db()
    return fresh(assignment).state, town.request.state


@pytest.mark.parametrize("kind", RequestKind)
def test_each_kind_has_a_table_whose_ends_are_no_longer_running(kind):
    table = ASSIGNMENT_TRANSITIONS[kind]
    assert frozenset().union(*table.values()) | {A.PROPOSED} == set(table)
    assert {state for state, steps in table.items() if steps} == set(table) & ASSIGNMENT_RUNNING


def test_no_state_is_without_a_kind():
    assert frozenset().union(*ASSIGNMENT_TRANSITIONS.values()) == set(AssignmentState)


def test_from_yes_to_under_way(clock):
    town = lasting_town()
    assignment = agreed(town)
    assert states(town, assignment) == (A.AGREED, S.MATCHED)
    services.plan_introduction(
        assignment, clock.now() + timedelta(days=2), place=" bibliotheek ", by=town.resident_user
    )
    assert states(town, assignment) == (A.INTRODUCTION, S.INTRODUCTION)
    assert fresh(assignment).meeting_place == "bibliotheek"
    clock.forward(days=2, hours=3)
    town.settle()
    assignment = both_go_on(town, assignment, None)
    assert states(town, assignment) == (A.TRIAL, S.TRIAL)
    assert assignment.trial_until == clock.now() + timedelta(days=28)
    clock.forward(days=28)
    town.settle()
    assert queries.open_review(assignment).occasion == Occasion.TRIAL
    assignment = both_go_on(town, assignment)
    assert states(town, assignment) == (A.ACTIVE, S.RUNNING)
    assert assignment.evaluate_at == clock.now() + timedelta(days=91)


def test_a_task_knows_none_of_these_steps(clock):
    town = lasting_town(kind=RequestKind.TASK, rhythm="")
    assignment = agreed(town)
    with pytest.raises(InvalidTransition):
        services.plan_introduction(
            assignment, clock.now() + timedelta(days=1), place="x", by=town.coordinator
        )
    for step in (
        lambda: services.pause(assignment, date(2025, 7, 1), by=town.coordinator),
        lambda: services.resume(assignment, by=town.coordinator),
        lambda: services.stop(assignment, side=C, reason=CancelReason.OTHER, by=town.coordinator),
    ):
        with pytest.raises(InvalidTransition):
            step()
    assert states(town, assignment) == (A.AGREED, S.MATCHED)


def test_help_that_goes_on_knows_no_step_of_a_task(clock):
    town = lasting_town()
    assignment = agreed(town)
    with pytest.raises(InvalidTransition):
        services.plan(assignment, clock.now() + timedelta(days=1), by=town.coordinator)
    with pytest.raises(InvalidTransition):
        services.confirm_done(assignment, side=V, by=assignment.volunteer.user)
    assert states(town, assignment) == (A.AGREED, S.MATCHED)


class TestIntroduction:
    def test_a_moment_that_has_passed_is_refused(self, clock):
        town = lasting_town()
        with pytest.raises(InvalidInput) as refused:
            services.plan_introduction(
                agreed(town), clock.now() - timedelta(hours=1), place="thuis", by=town.coordinator
            )
        assert refused.value.field == "starts_at"

    def test_a_bsn_is_refused_as_a_place(self, clock):
        town = lasting_town()
        with pytest.raises(InvalidInput) as refused:
            services.plan_introduction(
                agreed(town), clock.now() + timedelta(hours=1), place="bsn 111222333", by=town.coordinator
            )
        assert refused.value.field == "place"

    def test_only_those_concerned_plan(self, clock):
        town = lasting_town()
        assignment = agreed(town)
        for stranger in (UserFactory(), CoordinatorFactory()):
            with pytest.raises(NotFound):
                services.plan_introduction(
                    assignment, clock.now() + timedelta(days=1), place="thuis", by=stranger
                )

    def test_it_moves_while_nobody_has_answered_and_is_asked_about_once(self, clock):
        town = lasting_town()
        assignment = agreed(town)
        first, later = clock.now() + timedelta(days=1), clock.now() + timedelta(days=3)
        for moment in (first, later, first, later):
            services.plan_introduction(fresh(assignment), moment, place="thuis", by=assignment.volunteer.user)
        clock.at(first + timedelta(hours=3))
        town.settle()
        assert not EventRecord.objects.filter(type="matching.review_asked").exists()
        review = queries.open_review(assignment)
        with pytest.raises(NotYet):
            services.go_on(review, side=V, by=assignment.volunteer.user)
        clock.at(later + timedelta(hours=3))
        town.settle()
        assert EventRecord.objects.filter(type="matching.review_asked").count() == 1
        services.go_on(review, side=V, by=assignment.volunteer.user)
        with pytest.raises(InvalidTransition):
            services.plan_introduction(
                fresh(assignment), clock.now() + timedelta(days=1), place="thuis", by=town.coordinator
            )

    @pytest.mark.parametrize("side", [V, R])
    def test_a_no_harms_nobody_and_the_pair_is_not_asked_again(self, clock, side):
        town = lasting_town(volunteers=2)
        assignment = met(town, clock)
        before = supply_rows([assignment.volunteer_id])[0].tasks_done
        by = assignment.volunteer.user if side == V else town.resident_user
        services.cancel_assignment(assignment, side=side, reason=CancelReason.NO_CLICK, by=by)
        town.settle()
        assert fresh(assignment).state == A.CANCELLED
        assert town.request.state == S.OFFERED
        assert Offer.objects.get(state=OfferState.SENT).volunteer_id != assignment.volunteer_id
        with pytest.raises(AlreadyAsked):
            services.ask_volunteer(town.request, assignment.volunteer, by=town.coordinator)
        with pytest.raises(ContactClosed):
            queries.resident_card(fresh(assignment), reader=assignment.volunteer.user)
        row = supply_rows([assignment.volunteer_id])[0]
        assert (row.tasks_done, row.running) == (before, 0)
        another = open_request(town.centre, resident=town.request.resident)
        assert judge(another, assignment.volunteer_id).terms[Term.CONTINUITY] == 0
        assert queries.open_review(assignment) is None

    def test_withdrawing_before_the_trial_ends_it(self, clock):
        town = lasting_town()
        assignment = met(town, clock)
        help_requests.withdraw(town.request, by=town.resident_user)
        town.settle()
        assert states(town, assignment) == (A.CANCELLED, S.WITHDRAWN)


class TestGoingOn:
    def test_one_yes_is_not_enough_and_a_second_time_changes_nothing(self, clock):
        town = lasting_town()
        assignment = met(town, clock)
        review = queries.open_review(assignment)
        for _ in range(2):
            services.go_on(review, side=V, by=assignment.volunteer.user)
        assert states(town, assignment) == (A.INTRODUCTION, S.INTRODUCTION)
        services.go_on(review, side=R, by=town.resident_user)
        again = services.go_on(review, side=R, by=town.resident_user)
        assert again.state == A.TRIAL
        assert EventRecord.objects.filter(type="matching.trial_started").count() == 1

    def test_nobody_speaks_for_the_other_but_the_centre(self, clock):
        town = lasting_town()
        assignment = met(town, clock)
        review = queries.open_review(assignment)
        for side, by in ((R, assignment.volunteer.user), (V, town.resident_user), (V, CoordinatorFactory())):
            with pytest.raises(NotFound):
                services.go_on(review, side=side, by=by)
        with pytest.raises(InvalidInput):
            services.go_on(review, side=C, by=town.coordinator)
        services.go_on(review, side=V, by=town.coordinator)
        assert services.go_on(review, side=R, by=town.coordinator).state == A.TRIAL

    def test_a_word_on_how_it_goes_is_asked_from_the_trial_on(self, clock):
        town = lasting_town()
        assignment = on_trial(town, clock)
        clock.forward(days=28)
        town.settle()
        review = queries.open_review(assignment)
        with pytest.raises(InvalidInput) as refused:
            services.go_on(review, side=V, by=assignment.volunteer.user)
        assert refused.value.field == "outcome"
        services.go_on(review, side=V, by=assignment.volunteer.user, outcome=Outcome.SO_SO)
        review.refresh_from_db()
        assert (review.volunteer_outcome, review.resident_outcome) == (Outcome.SO_SO, None)

    def test_after_a_stop_nobody_goes_on(self, clock):
        town = lasting_town()
        assignment = on_trial(town, clock)
        clock.forward(days=28)
        town.settle()
        review = queries.open_review(assignment)
        services.stop(assignment, side=V, reason=CancelReason.NO_TIME, by=assignment.volunteer.user)
        with pytest.raises(InvalidTransition):
            services.go_on(review, side=R, by=town.resident_user, outcome=Outcome.GOOD)
        with pytest.raises(InvalidTransition):
            services.stop(assignment, side=V, reason=CancelReason.NO_TIME, by=assignment.volunteer.user)

    def test_the_coordinator_hears_of_silence(self, clock):
        town = lasting_town()
        met(town, clock)
        silence = EventRecord.objects.get(type="matching.review_silent")
        assert silence.due_at == clock.now() + timedelta(days=7)


class TestLookingBack:
    def test_every_three_months_both_are_asked_and_the_centre_reads_it(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        clock.forward(days=90)
        town.settle()
        assert states(town, assignment) == (A.ACTIVE, S.RUNNING)
        clock.forward(days=1)
        town.settle()
        assert states(town, assignment) == (A.ACTIVE, S.EVALUATION)
        assignment = both_go_on(town, assignment, Outcome.SO_SO)
        assert states(town, assignment) == (A.ACTIVE, S.RUNNING)
        assert assignment.evaluate_at == clock.now() + timedelta(days=91)
        kept = queries.reviews_of(assignment)[0]
        assert (kept.occasion, kept.resident_outcome) == (Occasion.EVALUATION, Outcome.SO_SO)
        clock.forward(days=91)
        town.settle()
        assert town.request.state == S.EVALUATION

    def test_contact_stays_open_while_it_lasts_and_some_days_after(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        clock.forward(days=60)
        assert queries.contact_is_open(fresh(assignment))
        services.stop(assignment, side=R, reason=CancelReason.NOT_NEEDED, by=town.resident_user)
        clock.forward(days=13, hours=23)
        assert queries.contact_is_open(fresh(assignment))
        clock.forward(hours=1)
        assert not queries.contact_is_open(fresh(assignment))


class TestBreaks:
    def test_a_break_ends_by_itself_and_puts_looking_back_off(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        asked_at = assignment.evaluate_at
        clock.forward(days=80)
        services.pause(assignment, (clock.now() + timedelta(days=30)).date(), by=town.resident_user)
        began = clock.now()
        clock.forward(days=30)
        town.settle()
        assert states(town, assignment) == (A.ACTIVE, S.PAUSED)
        assert queries.open_review(assignment) is None
        clock.forward(days=1)
        town.settle()
        assert states(town, assignment) == (A.ACTIVE, S.RUNNING)
        resumed = fresh(assignment)
        assert resumed.evaluate_at == asked_at + (clock.now() - began)
        assert (resumed.paused_at, resumed.paused_until) == (None, None)

    def test_either_side_moves_and_ends_it_and_a_second_time_changes_nothing(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        today = clock.now().date()
        services.pause(assignment, today + timedelta(days=3), by=assignment.volunteer.user)
        for _ in range(2):
            services.pause(assignment, today + timedelta(days=20), by=town.resident_user)
        assert EventRecord.objects.filter(type="matching.lasting_paused").count() == 2
        clock.forward(days=5)
        town.settle()
        assert town.request.state == S.PAUSED
        for _ in range(2):
            services.resume(assignment, by=town.coordinator)
        assert EventRecord.objects.filter(type="matching.lasting_resumed").count() == 1
        clock.forward(days=30)
        town.settle()
        assert town.request.state == S.RUNNING

    @pytest.mark.parametrize("days", [-1, 366])
    def test_a_day_that_makes_no_sense_is_refused(self, clock, days):
        town = lasting_town()
        assignment = under_way(town, clock)
        with pytest.raises(InvalidInput) as refused:
            services.pause(assignment, clock.now().date() + timedelta(days=days), by=town.coordinator)
        assert refused.value.field == "until"

    def test_only_what_is_under_way_has_a_break(self, clock):
        town = lasting_town()
        assignment = on_trial(town, clock)
        with pytest.raises(InvalidTransition):
            services.pause(assignment, clock.now().date(), by=town.coordinator)
        with pytest.raises(InvalidTransition):
            services.resume(assignment, by=town.coordinator)

    def test_what_was_asked_is_still_asked_after_the_break(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        clock.forward(days=91)
        town.settle()
        services.pause(assignment, clock.now().date() + timedelta(days=3), by=town.coordinator)
        services.resume(assignment, by=town.coordinator)
        assert states(town, assignment) == (A.ACTIVE, S.EVALUATION)
        assert queries.reviews_of(assignment).filter(occasion=Occasion.EVALUATION).count() == 1


class TestStillAllowed:
    """Before two people come closer the hard rules are looked at once more."""

    def forbid(self, assignment, how: str) -> None:
        if how == "lapsed":
            yesterday = common_clock.today() - timedelta(days=1)
            Screening.objects.filter(volunteer=assignment.volunteer).update(valid_until=yesterday)
        else:
            Block.objects.create(volunteer=assignment.volunteer, resident=assignment.request.resident)

    @pytest.mark.parametrize("how", ["lapsed", "blocked"])
    def test_the_resident_cannot_agree(self, clock, how):
        town = lasting_town()
        town.request.resident.any_screened_volunteer = False
        town.request.resident.save()
        assignment = agreed(town)
        self.forbid(assignment, how)
        with pytest.raises(NotEligible, match="kan nu niet"):
            services.agree_to_volunteer(assignment, by=town.resident_user)
        assert fresh(assignment).state == A.PROPOSED

    @pytest.mark.parametrize("how", ["lapsed", "blocked"])
    @pytest.mark.parametrize(("reach", "outcome"), [(met, None), (on_trial, Outcome.GOOD)])
    def test_neither_side_goes_on_to_the_next_step(self, clock, how, reach, outcome):
        town = lasting_town()
        assignment = reach(town, clock)
        clock.forward(days=28)
        town.settle()
        before = states(town, assignment)
        self.forbid(assignment, how)
        review = queries.open_review(assignment)
        for side, by in ((V, assignment.volunteer.user), (R, town.resident_user)):
            with pytest.raises(NotEligible, match="kan nu niet"):
                services.go_on(review, side=side, by=by, outcome=outcome)
        assert states(town, assignment) == before

    def test_how_it_goes_can_always_be_told(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        clock.forward(days=91)
        town.settle()
        self.forbid(assignment, "lapsed")
        assert both_go_on(town, assignment, Outcome.SO_SO).state == A.ACTIVE
        assert town.request.state == S.RUNNING


class TestTheEnd:
    def test_when_the_volunteer_stops_another_is_asked(self, clock):
        town = lasting_town(volunteers=2)
        assignment = under_way(town, clock)
        services.stop(assignment, side=V, reason=CancelReason.NO_TIME, by=assignment.volunteer.user)
        town.settle()
        assert states(town, assignment) == (A.ENDED, S.OFFERED)
        offer = Offer.objects.get(state=OfferState.SENT)
        assert offer.volunteer_id != assignment.volunteer_id
        services.accept_offer(offer, by=offer.volunteer.user)
        town.settle()
        assert town.request.state == S.MATCHED

    @pytest.mark.parametrize(
        ("side", "reason", "state"),
        [
            (R, CancelReason.NOT_NEEDED, S.ENDED),
            (R, CancelReason.NO_CLICK, S.WAITLISTED),
            (C, CancelReason.NOT_NEEDED, S.ENDED),
            (C, CancelReason.OTHER, S.WAITLISTED),
            (V, CancelReason.NOT_NEEDED, S.WAITLISTED),
        ],
    )
    def test_only_who_is_helped_or_the_centre_ends_the_request(self, clock, side, reason, state):
        town = lasting_town()
        assignment = under_way(town, clock)
        by = {R: town.resident_user, C: town.coordinator, V: assignment.volunteer.user}[side]
        services.stop(assignment, side=side, reason=reason, by=by)
        town.settle()
        assert states(town, assignment) == (A.ENDED, state)
        if state == S.ENDED:
            closed = help_requests.close_request(town.request, by=town.coordinator)
            assert (closed.state, closed.done_at is not None) == (S.CLOSED, True)

    def test_nobody_stops_in_anothers_name(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        for side, by in ((V, town.resident_user), (R, assignment.volunteer.user), (C, town.resident_user)):
            with pytest.raises(NotFound):
                services.stop(assignment, side=side, reason=CancelReason.OTHER, by=by)

    def test_what_has_begun_is_stopped_and_not_called_off_or_withdrawn(self, clock):
        town = lasting_town()
        assignment = on_trial(town, clock)
        with pytest.raises(InvalidTransition):
            services.cancel_assignment(assignment, side=C, reason=CancelReason.OTHER, by=town.coordinator)
        with pytest.raises(InvalidTransition):
            help_requests.withdraw(town.request, by=town.resident_user)

    def test_a_series_ends_after_its_last_day(self, clock):
        town = lasting_town(until_date=date(2025, 7, 20))
        assignment = under_way(town, clock)
        clock.at(clock.now().replace(month=7, day=20, hour=21))
        town.settle()
        assert town.request.state == S.RUNNING
        clock.forward(hours=2)
        town.settle()
        assert states(town, assignment) == (A.ENDED, S.ENDED)
        assert fresh(assignment).cancel_reason == CancelReason.FINISHED

    @pytest.mark.parametrize("reach", ["proposed", "agreed", "introduction"])
    def test_after_its_last_day_what_never_began_goes_to_the_desk(self, clock, reach):
        town = lasting_town(volunteers=2, until_date=date(2025, 6, 5))
        town.request.resident.any_screened_volunteer = reach != "proposed"
        town.request.resident.save()
        assignment = agreed(town)
        if reach == "introduction":
            plan = (assignment, clock.now() + timedelta(days=2))
            services.plan_introduction(*plan, place="thuis", by=town.coordinator)
        clock.at(clock.now().replace(day=5, hour=21))
        town.settle()
        assert fresh(assignment).state == reach
        clock.forward(hours=2)
        town.settle()
        assert states(town, assignment) == (A.CANCELLED, S.WAITLISTED)
        assert fresh(assignment).cancel_reason == CancelReason.FINISHED
        assert not Offer.objects.filter(state=OfferState.SENT).exists(), (
            "nobody is asked for a day that is over"
        )

    def test_a_first_meeting_after_the_last_day_is_refused_kindly(self, clock):
        town = lasting_town(until_date=date(2025, 6, 5))
        assignment = agreed(town)
        last_evening = clock.now().replace(day=5, hour=21)
        with pytest.raises(InvalidInput, match="5 juni") as refused:
            services.plan_introduction(
                assignment, last_evening + timedelta(hours=2), place="", by=town.coordinator
            )
        assert refused.value.field == "starts_at"
        services.plan_introduction(assignment, last_evening, place="", by=town.coordinator)
        assert states(town, assignment) == (A.INTRODUCTION, S.INTRODUCTION)

    def test_nobody_is_asked_for_help_whose_last_day_is_over(self, clock):
        town = lasting_town(until_date=date(2025, 6, 3))
        services.start_dispatch(town.request, by=town.coordinator)
        town.settle()
        clock.forward(days=1)
        services.give_up_passed_day(town.request.pk)
        town.settle()
        assert town.request.state == S.WAITLISTED
        with pytest.raises(DayPassed):
            services.start_dispatch(town.request, by=town.coordinator)
        assert not Offer.objects.filter(state=OfferState.SENT).exists()

    @pytest.mark.parametrize("reach", [met, on_trial, under_way])
    def test_who_leaves_is_released_and_contact_closes_at_once(self, clock, reach):
        town = lasting_town(volunteers=2)
        assignment = reach(town, clock)
        services.release_volunteer(assignment.volunteer_id)
        town.settle()
        gone = fresh(assignment)
        assert gone.state == (A.CANCELLED if reach is met else A.ENDED)
        assert not queries.contact_is_open(gone)
        assert town.request.state == S.OFFERED


class TestMatching:
    @pytest.mark.parametrize("reach", [agreed, met, on_trial, under_way])
    def test_it_counts_as_an_agreement_while_it_runs(self, clock, reach):
        town = lasting_town()
        assignment = reach(town) if reach is agreed else reach(town, clock)
        assert supply_rows([assignment.volunteer_id])[0].running == 1
        assert (assignment.state in ASSIGNMENT_BEGUN) == (reach in (on_trial, under_way))

    def test_a_bond_that_lasted_makes_known_and_experienced(self, clock):
        town = lasting_town()
        assignment = under_way(town, clock)
        services.stop(assignment, side=R, reason=CancelReason.NOT_NEEDED, by=town.resident_user)
        assert supply_rows([assignment.volunteer_id])[0].tasks_done == 1
        another = open_request(town.centre, resident=town.request.resident)
        assert judge(another, assignment.volunteer_id).terms[Term.CONTINUITY] == 1

    def test_a_place_holds_one_bond(self, clock):
        town = lasting_town(volunteers=2)
        assignment = on_trial(town, clock)
        other = next(each for each in town.volunteers if each.pk != assignment.volunteer_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(request=town.request, volunteer=other)
        Review.objects.create(assignment=assignment, occasion=Occasion.TRIAL, asked_at=clock.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(assignment=assignment, occasion=Occasion.TRIAL, asked_at=clock.now())

    def test_a_buddy_is_weighed_as_one_and_shared_dislikes_are_told_to_the_desk(self, clock):
        town = lasting_town(kind=RequestKind.BUDDY, rhythm="", category=HelpCategory.COMPANY, volunteers=0)
        resident = town.request.resident
        resident.dislikes = Dislike.to_mask([Dislike.SMOKING])
        resident.save()
        same, other = town.volunteer(dislikes=resident.dislikes), town.volunteer(dislikes=0)
        demand = demand_of(town.request)
        assert demand.kind == "buddy"
        best, second = judge(town.request, same.pk), judge(town.request, other.pk)
        assert best.score > second.score
        assert Dislike.SMOKING.label.lower() in why(best, demand).lower()
        assert Dislike.SMOKING.label.lower() not in why(second, demand).lower()
