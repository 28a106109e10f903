"""Refusing and blocking takes a coordinator and the confidential officer together; so does undoing it."""

from datetime import date, timedelta
from functools import partial

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from people.enums import HelpCategory, Role
from people.services import grant_role
from safeguarding import queries
from safeguarding.enums import DecisionOutcome, DecisionReason, DecisionState, Requirement, ScreeningState
from safeguarding.errors import DecisionRunning
from safeguarding.models import Screening, ScreeningDecision
from safeguarding.services import confirm_decision, propose_decision, record_screening, withdraw_decision
from tests.concurrency.racing import race
from tests.factories.people import (
    AdministratorFactory,
    CoordinatorFactory,
    RoleGrantFactory,
    VolunteerFactory,
    screen,
    staff,
)

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)
VOG = Requirement.VOG


class Team:
    """A volunteer with everything valid, and those who decide."""

    def __init__(self) -> None:
        self.volunteer = VolunteerFactory()
        self.centre = self.volunteer.centre
        screen(self.volunteer, valid_until=TODAY + timedelta(days=400))
        self.coordinator = CoordinatorFactory(self.centre)
        self.officer = staff(Role.CONFIDENTIAL_OFFICER, self.centre)

    def propose(self, by, outcome=DecisionOutcome.REFUSED, reason=DecisionReason.CONDUCT, step=VOG):
        return propose_decision(self.volunteer, step, outcome=outcome, reason=reason, by=by)

    def decide(self, outcome, reason=DecisionReason.SAFETY):
        return confirm_decision(self.propose(self.coordinator, outcome, reason), by=self.officer)

    def step(self) -> Screening:
        return Screening.objects.get(volunteer=self.volunteer, requirement=VOG)


@pytest.fixture
def team(clock):
    return Team()


def told():
    return list(EventRecord.objects.order_by("pk").values_list("type", flat=True))


class TestTwoPeople:
    @pytest.mark.parametrize(("first", "second"), [("coordinator", "officer"), ("officer", "coordinator")])
    def test_one_proposes_and_the_other_role_confirms(self, team, first, second):
        decision = team.propose(getattr(team, first))
        assert team.step().state == ScreeningState.VALID
        assert queries.meets(team.volunteer, HelpCategory.TRANSPORT, team.centre)
        assert told() == ["safeguarding.decision_proposed"]
        confirm_decision(decision, by=getattr(team, second))
        decision.refresh_from_db()
        assert (decision.state, decision.proposed_by, decision.answered_by) == (
            DecisionState.CONFIRMED,
            getattr(team, first),
            getattr(team, second),
        )
        assert (decision.reason, decision.state_before) == (DecisionReason.CONDUCT, ScreeningState.VALID)
        assert team.step().state == ScreeningState.REFUSED
        assert not queries.meets(team.volunteer, HelpCategory.TRANSPORT, team.centre)
        assert told()[1:] == ["safeguarding.screening_changed", "safeguarding.decision_confirmed"]

    def test_nobody_else_confirms(self, team):
        by_coordinator = team.propose(team.coordinator)
        both = staff(Role.COORDINATOR, team.centre)
        others = [
            team.coordinator,
            CoordinatorFactory(team.centre),
            AdministratorFactory(team.centre),
            staff(Role.CONFIDENTIAL_OFFICER),
            staff(Role.TRAINER, team.centre),
            team.volunteer.user,
            staff(Role.CONFIDENTIAL_OFFICER, team.centre, is_active=False),
        ]
        for other in others:
            with pytest.raises(Forbidden):
                confirm_decision(by_coordinator, by=other)
        assert team.step().state == ScreeningState.VALID
        withdraw_decision(by_coordinator, by=team.officer)
        by_officer = team.propose(team.officer)
        for other in (team.officer, staff(Role.CONFIDENTIAL_OFFICER, team.centre)):
            with pytest.raises(Forbidden):
                confirm_decision(by_officer, by=other)
        confirm_decision(by_officer, by=both)

    def test_one_person_with_both_roles_is_still_one_person(self, team):
        grant_role(team.coordinator, Role.CONFIDENTIAL_OFFICER, centre=team.centre, by=None)
        decision = team.propose(team.coordinator)
        assert decision.proposed_as == Role.COORDINATOR
        with pytest.raises(Forbidden):
            confirm_decision(decision, by=team.coordinator)
        confirm_decision(decision, by=team.officer)

    def test_nobody_decides_about_themselves(self, team):
        for role in (Role.COORDINATOR, Role.CONFIDENTIAL_OFFICER):
            RoleGrantFactory(user=team.volunteer.user, role=role, centre=team.centre)
        with pytest.raises(Forbidden):
            team.propose(team.volunteer.user)
        with pytest.raises(Forbidden):
            confirm_decision(team.propose(team.coordinator), by=team.volunteer.user)

    def test_others_propose_nothing(self, team):
        for other in (CoordinatorFactory(), staff(Role.TRAINER, team.centre), team.volunteer.user):
            with pytest.raises(Forbidden):
                team.propose(other)
        assert not ScreeningDecision.objects.exists()


class TestWhatCanBeDecided:
    def test_a_reason_belongs_to_the_outcome(self, team):
        with pytest.raises(InvalidInput) as caught:
            team.propose(team.coordinator, reason=DecisionReason.MISTAKE)
        assert caught.value.field == "reason"

    def test_what_is_not_refused_is_not_lifted(self, team):
        with pytest.raises(InvalidTransition):
            team.propose(team.coordinator, DecisionOutcome.LIFTED, DecisionReason.MISTAKE)

    def test_one_thing_at_a_time_and_again_after_it_was_taken_back(self, team):
        first = team.propose(team.coordinator)
        with pytest.raises(DecisionRunning):
            team.propose(team.officer, DecisionOutcome.BLOCKED)
        withdraw_decision(first, by=team.coordinator)
        assert team.step().state == ScreeningState.VALID
        with pytest.raises(InvalidTransition):
            confirm_decision(first, by=team.officer)
        team.propose(team.officer, DecisionOutcome.BLOCKED)

    def test_only_the_two_sides_take_it_back(self, team):
        decision = team.propose(team.coordinator)
        for other in (CoordinatorFactory(team.centre), team.volunteer.user):
            with pytest.raises(Forbidden):
                withdraw_decision(decision, by=other)

    def test_a_block_closes_every_kind_of_help_and_a_refusal_what_asks_for_the_step(self, team):
        team.decide(DecisionOutcome.REFUSED)
        assert queries.meets(team.volunteer, HelpCategory.GARDEN, team.centre)
        assert HelpCategory.GARDEN not in queries.closed_categories(team.volunteer)
        assert HelpCategory.TRANSPORT in queries.closed_categories(team.volunteer)
        team.decide(DecisionOutcome.BLOCKED)
        assert queries.closed_categories(team.volunteer) == set(HelpCategory)
        assert queries.valid_until_days([team.volunteer.pk]) == {}
        assert queries.valid_requirements(team.volunteer) == 0


class TestUndoing:
    def test_lifting_brings_back_what_stood_there_step_by_step(self, team):
        team.decide(DecisionOutcome.REFUSED)
        team.decide(DecisionOutcome.BLOCKED)
        for before in (ScreeningState.REFUSED, ScreeningState.VALID):
            team.decide(DecisionOutcome.LIFTED, DecisionReason.NEW_FACTS)
            assert team.step().state == before
        assert team.step().number == "123456"
        assert queries.meets(team.volunteer, HelpCategory.TRANSPORT, team.centre)

    def test_a_second_round_is_lifted_to_where_it_stood_then(self, team, clock):
        team.decide(DecisionOutcome.REFUSED)
        team.decide(DecisionOutcome.LIFTED, DecisionReason.MISTAKE)
        record_screening(team.volunteer, VOG, state=ScreeningState.REQUIRED, by=team.coordinator)
        clock.forward(days=1)
        team.decide(DecisionOutcome.REFUSED)
        team.decide(DecisionOutcome.LIFTED, DecisionReason.MISTAKE)
        assert team.step().state == ScreeningState.REQUIRED

    def test_lifting_takes_two_as_well(self, team):
        team.decide(DecisionOutcome.BLOCKED)
        lift = team.propose(team.officer, DecisionOutcome.LIFTED, DecisionReason.MISTAKE)
        assert team.step().state == ScreeningState.BLOCKED
        with pytest.raises(Forbidden):
            confirm_decision(lift, by=team.officer)


def answer_with(decision_id, user, answer):
    return answer(ScreeningDecision.objects.get(pk=decision_id), by=user)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(clock):
    for _ in range(5):
        team = Team()
        decision = team.propose(team.coordinator)
        answers = [confirm_decision, withdraw_decision, confirm_decision, withdraw_decision]
        outcomes = race(answers, partial(answer_with, decision.pk, team.officer))
        assert outcomes == {"won": 1, "InvalidTransition": 3}
        decision.refresh_from_db()
        refused = decision.state == DecisionState.CONFIRMED
        assert (team.step().state == ScreeningState.REFUSED) is refused


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_are_one(clock):
    for _ in range(5):
        team = Team()
        outcomes = race([team.coordinator, team.officer] * 2, team.propose)
        assert outcomes == {"won": 1, "DecisionRunning": 3}
