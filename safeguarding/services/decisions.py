"""Refusing or blocking a volunteer, and undoing it: by a coordinator and the confidential officer together.

Until the second of them confirms nothing changes for the volunteer, in matching or elsewhere: one person
excludes nobody. What cannot wait is the suspension of the account, which is open to see and to undo.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.enums import Role
from people.models import User, Volunteer
from people.rules import coordinates
from safeguarding.enums import (
    DECIDABLE,
    REASONS,
    DecisionOutcome,
    DecisionReason,
    DecisionState,
    Requirement,
    ScreeningState,
)
from safeguarding.errors import DecisionRunning
from safeguarding.events import DecisionConfirmed, DecisionProposed, DecisionWithdrawn
from safeguarding.models import Screening, ScreeningDecision
from safeguarding.services.screenings import lock_step, put


@transaction.atomic
def propose_decision(
    volunteer: Volunteer,
    requirement: Requirement,
    *,
    outcome: DecisionOutcome,
    reason: DecisionReason,
    by: User,
) -> ScreeningDecision:
    """Propose to refuse or block a step, or to lift that. Someone in the other role decides.

    Who holds both roles proposes as coordinator.

    Raises:
        InvalidInput: the reason is not one for this outcome (field ``reason``).
        InvalidTransition: the step does not stand where this can be decided.
        DecisionRunning: something has been proposed about it already.
        Forbidden: ``by`` is neither coordinator nor confidential officer of the centre, or is the volunteer.
    """
    require(by, "safeguarding.propose_decision", volunteer)
    if reason not in REASONS[outcome]:
        raise InvalidInput(str(_("Choose one of the reasons.")), field="reason")
    step = lock_step(volunteer, requirement)
    if step.state not in DECIDABLE[outcome]:
        raise InvalidTransition
    role = Role.COORDINATOR if coordinates(by, volunteer) else Role.CONFIDENTIAL_OFFICER
    try:
        with transaction.atomic():
            decision = ScreeningDecision.objects.create(
                screening=step, outcome=outcome, reason=reason, proposed_by=by, proposed_as=role
            )
    except IntegrityError as error:
        raise DecisionRunning from error
    record(DecisionProposed(**_ids(decision, volunteer), proposed_as=role), actor=by)
    return decision


@transaction.atomic
def confirm_decision(decision: ScreeningDecision, *, by: User) -> ScreeningDecision:
    """Agree with what the other role proposed: from now on the step stands so.

    Raises:
        InvalidTransition: it has been answered already, or the step stands elsewhere by now.
        Forbidden: ``by`` proposed it, or does not hold the other role.
    """
    volunteer = decision.screening.volunteer
    step = lock_step(volunteer, Requirement(decision.screening.requirement))
    require(by, "safeguarding.confirm_decision", decision)
    if step.state not in DECIDABLE[decision.outcome]:
        raise InvalidTransition
    _answer(decision, DecisionState.CONFIRMED, by, state_before=step.state)
    put(step, _after(step, decision), by)
    record(DecisionConfirmed(**_ids(decision, volunteer)), actor=by)
    return decision


@transaction.atomic
def withdraw_decision(decision: ScreeningDecision, *, by: User) -> ScreeningDecision:
    """Take a proposal back, or not agree with it: nothing changes for the volunteer.

    Raises:
        InvalidTransition: it has been answered already.
        Forbidden: ``by`` neither proposed it nor holds the other role.
    """
    volunteer = decision.screening.volunteer
    lock_step(volunteer, Requirement(decision.screening.requirement))
    require(by, "safeguarding.withdraw_decision", decision)
    _answer(decision, DecisionState.WITHDRAWN, by)
    record(DecisionWithdrawn(**_ids(decision, volunteer)), actor=by)
    return decision


def _answer(decision: ScreeningDecision, state: DecisionState, by: User, **kept: str) -> None:
    answer = {"state": state, "answered_by": by, "answered_at": clock.now(), **kept}
    proposed = ScreeningDecision.objects.filter(pk=decision.pk, state=DecisionState.PROPOSED)
    if proposed.update(**answer) != 1:
        raise InvalidTransition
    for name, value in answer.items():
        setattr(decision, name, value)


def _after(step: Screening, decision: ScreeningDecision) -> ScreeningState:
    """Refused or blocked; lifted, where it stood before that was decided."""
    if decision.outcome != DecisionOutcome.LIFTED:
        return ScreeningState(decision.outcome)
    led_here = step.decisions.filter(outcome=step.state, state=DecisionState.CONFIRMED)
    before = led_here.order_by("-answered_at", "-pk").values_list("state_before", flat=True).first()
    return ScreeningState(before or ScreeningState.REQUIRED)


def _ids(decision: ScreeningDecision, volunteer: Volunteer) -> dict[str, Any]:
    return {"decision_id": decision.pk, "volunteer_id": volunteer.pk, "centre_id": volunteer.centre_id}
