"""Screenings in every state, and two concerns that only the confidential officer can read."""

from datetime import timedelta

from common import clock
from people.enums import VolunteerState
from people.models import Centre, User, Volunteer
from safeguarding.enums import (
    ConcernState,
    ConcernSubject,
    Danger,
    DecisionOutcome,
    DecisionReason,
    Requirement,
    ScreeningState,
)
from safeguarding.models import Screening
from safeguarding.services import (
    add_note,
    confirm_decision,
    move_concern,
    propose_decision,
    record_free_vog,
    record_screening,
    report_concern,
    request_screening,
)

VOG = Requirement.VOG


def stage_safety(centre: Centre, coordinator: User, officer: User) -> None:
    """Give some volunteers a step in each state, and the officer something to read."""
    record_free_vog(
        centre, with_vulnerable_people=True, not_for_profit=True, integrity_policy=True, by=coordinator
    )
    _screenings(centre, coordinator, officer)
    _concerns(centre, officer)


def _screenings(centre: Centre, coordinator: User, officer: User) -> None:
    """Seven volunteers who come first in nobody's list, each with a VOG that stands elsewhere."""
    people = Volunteer.objects.filter(centre=centre, state=VolunteerState.ACTIVE).exclude(user=coordinator)
    asked, begun, soon, renewed, lapsed, doubted, refused = people.order_by("-created_at", "-pk")[:7]
    today = clock.today()
    Screening.objects.filter(volunteer__in=[asked, begun], requirement=VOG).delete()
    request_screening(asked, VOG, by=coordinator)
    record_screening(begun, VOG, state=ScreeningState.IN_PROGRESS, by=coordinator)
    for volunteer, days in ((soon, 12), (renewed, 40), (lapsed, -3), (doubted, 500), (refused, 300)):
        record_screening(
            volunteer,
            VOG,
            number=f"DEMO-{900000 + days}",
            seen_on=today - timedelta(days=1000),
            valid_until=today + timedelta(days=days),
            by=coordinator,
        )
    record_screening(renewed, VOG, state=ScreeningState.IN_PROGRESS, by=coordinator)
    propose_decision(
        doubted,
        Requirement.TALK,
        outcome=DecisionOutcome.BLOCKED,
        reason=DecisionReason.CONDUCT,
        by=coordinator,
    )
    proposed = propose_decision(
        refused, VOG, outcome=DecisionOutcome.REFUSED, reason=DecisionReason.NO_CERTIFICATE, by=coordinator
    )
    confirm_decision(proposed, by=officer)


def _concerns(centre: Centre, officer: User) -> None:
    report_concern(
        centre,
        story="De buurvrouw op nummer 8 zit vaak in het donker. Zij doet de deur niet meer open en er is "
        "al een week geen eten bezorgd.",
        subject=ConcernSubject.RESIDENT,
        danger=Danger.UNSURE,
        about="Mevrouw De Wit, Sluyterslaan",
    )
    second = report_concern(
        centre,
        story="Een vrijwilliger vroeg mijn moeder om haar pinpas. Zij voelde zich daar niet prettig bij.",
        subject=ConcernSubject.VOLUNTEER,
        danger=Danger.NO,
        about="De man die op dinsdag boodschappen doet",
        name="Karin de Boer",
        phone="0612345678",
    )
    move_concern(second, ConcernState.RECEIVED, by=officer)
    move_concern(second, ConcernState.ADVICE, by=officer)
    add_note(second, "Gebeld met de dochter. Morgen overleg met Veilig Thuis.", by=officer)
