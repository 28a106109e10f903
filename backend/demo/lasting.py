"""Series and buddies in every state, walked there through the services; only the past is moved."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from backend.demo.history import free_from, new_request
from backend.demo.moments import by_day, to_meet
from common import clock
from events.services import record
from help_requests.enums import RequestKind, RequestState, Rhythm
from help_requests.events import RequestOpened, RequestSubmitted
from help_requests.models import HelpRequest
from matching import services as matching
from matching.candidates import best_candidates
from matching.enums import AssignmentState, CancelledBy, CancelReason, Outcome
from matching.models import Assignment, Review
from matching.queries import open_review
from matching.services import lasting
from people.enums import ALL_DAYPARTS, HelpCategory
from people.models import Resident, User, Volunteer

BUDDY = {"kind": RequestKind.BUDDY, "dayparts": ALL_DAYPARTS}
WEEKLY = {"kind": RequestKind.SERIES, "rhythm": Rhythm.WEEKLY, "dayparts": ALL_DAYPARTS}
FORTNIGHTLY = {"kind": RequestKind.SERIES, "rhythm": Rhythm.FORTNIGHTLY, "dayparts": ALL_DAYPARTS}
Walk = Callable[[Assignment, User], None]


def make_bonds(
    people: list[Resident], ria: Resident, texts: dict[str, list[dict[str, Any]]], coordinator: User
) -> None:
    """One series or buddy in each state, and one in its trial period for the resident to sign in as."""
    company, shopping = texts[HelpCategory.COMPANY], texts[HelpCategory.GROCERIES]
    asked = iter(people)
    _bond(iter([ria]), company[0], coordinator, _trial, BUDDY)
    for number, walk in enumerate(
        (_agreed, _planned, _met, _trial, _tried, _running, _asked, _paused, _ended)
    ):
        told, how_often = (
            (company, BUDDY) if number % 2 else (shopping, (WEEKLY, FORTNIGHTLY)[number % 4 // 2])
        )
        _bond(asked, told[number % len(told)], coordinator, walk, how_often)


def _bond(
    residents: Iterator[Resident],
    text: dict[str, Any],
    coordinator: User,
    walk: Walk,
    how_often: dict[str, Any],
) -> None:
    """Link the first of ``residents`` for whom there is someone who fits, and walk on."""
    for resident in residents:
        request = _opened(resident, text, coordinator, how_often)
        best = best_candidates(request, 1)
        if best:
            volunteer = Volunteer.objects.get(pk=str(best[0].volunteer_id))
            offer = matching.ask_volunteer(request, volunteer, by=coordinator)
            assignment = matching.accept_offer(offer, by=volunteer.user)
            if assignment.state == AssignmentState.PROPOSED:
                matching.agree_to_volunteer(assignment, by=coordinator)
            walk(assignment, coordinator)
            return
        request.delete()


def _opened(
    resident: Resident, text: dict[str, Any], coordinator: User, how_often: dict[str, Any]
) -> HelpRequest:
    asked_at = by_day(clock.now() - timedelta(days=40))
    request = new_request(
        resident,
        text,
        state=RequestState.OPEN,
        required_skills=0,
        coordinator=coordinator,
        created_at=asked_at,
        submitted_at=asked_at,
        opened_at=by_day(asked_at + timedelta(hours=2)),
        **how_often,
    )
    request.save()
    about = {"request_id": request.pk, "centre_id": request.centre_id}
    record(RequestSubmitted(**about), actor=request.filed_by_id)
    record(RequestOpened(**about), actor=coordinator)
    return request


def _agreed(assignment: Assignment, by: User) -> None:
    """They still have to choose when to meet."""


def _planned(assignment: Assignment, by: User) -> None:
    starts_at = free_from(assignment.volunteer, to_meet(clock.now() + timedelta(days=2)))
    matching.plan_introduction(assignment, starts_at, place="bij de inwoner thuis", by=by)


def _met(assignment: Assignment, by: User) -> None:
    """They met yesterday; the volunteer goes on, the resident has yet to say."""
    _planned(assignment, by)
    yesterday = to_meet(clock.now() - timedelta(days=1))
    Assignment.objects.filter(pk=assignment.pk).update(starts_at=yesterday)
    Review.objects.filter(assignment=assignment).update(asked_at=yesterday)
    lasting.ask_after_introduction(assignment.pk)
    _say_yes(assignment, by, CancelledBy.VOLUNTEER)


def _trial(assignment: Assignment, by: User) -> None:
    _met(assignment, by)
    _say_yes(assignment, by, CancelledBy.RESIDENT)


def _tried(assignment: Assignment, by: User) -> None:
    """The trial period is over, and both are asked."""
    _trial(assignment, by)
    Assignment.objects.filter(pk=assignment.pk).update(trial_until=clock.now())
    lasting.ask_after_trial(assignment.pk)


def _running(assignment: Assignment, by: User) -> None:
    _tried(assignment, by)
    _say_yes(assignment, by, CancelledBy.VOLUNTEER, CancelledBy.RESIDENT)


def _asked(assignment: Assignment, by: User) -> None:
    """Some months have passed, and both are asked."""
    _running(assignment, by)
    Assignment.objects.filter(pk=assignment.pk).update(evaluate_at=clock.now())
    lasting.look_back(assignment.pk)


def _paused(assignment: Assignment, by: User) -> None:
    _running(assignment, by)
    matching.pause(assignment, clock.today() + timedelta(days=20), by=by)


def _ended(assignment: Assignment, by: User) -> None:
    _running(assignment, by)
    matching.stop(assignment, side=CancelledBy.RESIDENT, reason=CancelReason.NOT_NEEDED, by=by)


def _say_yes(assignment: Assignment, by: User, *sides: CancelledBy) -> None:
    for side in sides:
        review = open_review(assignment)
        if review is not None:
            matching.go_on(review, side=side, by=by, outcome=Outcome.GOOD)
