"""Screenings in every state, reports, and two concerns that only the confidential officer can read."""

from datetime import timedelta
from typing import cast

from common import clock
from matching.enums import AssignmentState
from matching.models import Assignment
from people.enums import Role, VolunteerState
from people.models import Centre, User, Volunteer
from people.services import invitations
from safeguarding.enums import (
    ConcernState,
    ConcernSubject,
    Danger,
    DecisionOutcome,
    DecisionReason,
    ReportKind,
    ReportOutcome,
    ReportReason,
    Requirement,
    ScreeningState,
)
from safeguarding.models import Screening
from safeguarding.services import (
    add_note,
    block,
    confirm_decision,
    file_report,
    move_concern,
    propose_decision,
    record_free_vog,
    record_screening,
    report_concern,
    request_screening,
    settle_report,
    take_report,
)

VOG = Requirement.VOG


def stage_safety(centre: Centre, coordinator: User, officer: User) -> None:
    """Give some volunteers a step in each state, and the officer something to read."""
    record_free_vog(
        centre, with_vulnerable_people=True, not_for_profit=True, integrity_policy=True, by=coordinator
    )
    _screenings(centre, coordinator, officer)
    _concerns(centre, officer)
    _reports(coordinator)
    invitations.invite("nieuwe.collega@inwoner.example", Role.TRAINER, centre=centre, by=coordinator)


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


def _reports(coordinator: User) -> None:
    """One new, one in hand, one settled; and two people who do not meet again."""
    done = Assignment.objects.filter(state=AssignmentState.DONE).exclude(request__resident__user=None)
    rows = done.select_related("volunteer__user", "request__resident__user").order_by("created_at", "pk")
    told = (
        (ReportReason.MONEY, "Hij wilde geld lenen voor benzine. Ik heb nee gezegd."),
        (ReportReason.RUDE, "Zij was kortaf en wilde meteen weer weg."),
        (ReportReason.FALSE, ""),
    )
    for step, (helped, (reason, story)) in enumerate(zip(rows, told, strict=False)):
        by = cast("User", helped.request.resident.user)  # those without an account are left out above
        report = file_report(ReportKind.VOLUNTEER, helped.volunteer_id, reason=reason, story=story, by=by)
        if step:
            take_report(report, by=coordinator)
        if step == 2:
            settle_report(report, ReportOutcome.TALKED, answer="Fijn dat u belde.", by=coordinator)
            block(helped.volunteer, helped.request.resident, by=coordinator, note="Wil liever een ander")


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
