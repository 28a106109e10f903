"""Help that goes on, a series or a buddy: first meeting, trial, under way, looking back, breaks and the end.

The request and its one assignment walk together; both tables of steps stand beside the enums. Timers look
again at what is true when they go off, so one that has become of no use does nothing.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from help_requests import services as help_requests
from help_requests.enums import AGREED, RequestState
from help_requests.models import HelpRequest
from help_requests.queries import day_has_passed
from matching import events
from matching.enums import (
    ASSIGNMENT_BEGUN,
    ASSIGNMENT_RUNNING,
    AssignmentState,
    CancelledBy,
    CancelReason,
    Occasion,
    Outcome,
)
from matching.errors import NotYet
from matching.models import Assignment, Review
from matching.services.agreement import (
    assignment_event,
    cancel_assignment,
    end_assignment,
    move_assignment,
    require_allowed,
    require_free,
)
from matching.services.dispatch import give_up_passed_day
from people.models import User

# After this long without an answer of a side, the coordinator is told.
SILENCE = timedelta(days=7)
LONGEST_BREAK = timedelta(days=365)
# States of a request in which a break can begin or be moved.
_CAN_PAUSE = frozenset({RequestState.RUNNING, RequestState.EVALUATION, RequestState.PAUSED})
# Help is wanted no more: the request ends with the assignment.
_ENDS_REQUEST = frozenset({CancelReason.NOT_NEEDED, CancelReason.FINISHED})
_PERMISSIONS = {
    CancelledBy.VOLUNTEER: "matching.act_as_volunteer",
    CancelledBy.RESIDENT: "matching.act_as_resident",
    CancelledBy.CENTRE: "matching.act_as_centre",
}


@transaction.atomic
def plan_introduction(
    assignment: Assignment, starts_at: datetime, *, place: str, by: User | None
) -> Assignment:
    """Set when and where the two meet for the first time, or move it while nobody has answered.

    Raises:
        InvalidInput: the moment has passed or lies after the last day of the help, or a BSN stands in
            ``place``; ``field`` names it.
        InvalidTransition: they are not that far, or further.
        Overlaps: the volunteer has something else then.
    """
    request = help_requests.lock_request(assignment.request_id)
    require(by, "matching.plan", assignment, hide=True)
    if starts_at < clock.now():
        raise InvalidInput(_("Please choose a day and time that is still to come."), field="starts_at")
    if request.until_date is not None and timezone.localdate(starts_at) > request.until_date:
        raise InvalidInput(
            _("The help is asked up to %(day)s. Choose an earlier day, or ask the centre for more time.")
            % {"day": date_format(request.until_date, "j F")},
            field="starts_at",
        )
    refuse_bsn(place, field="place")
    require_free(request, assignment.volunteer, starts_at, besides=assignment.pk, by=by)
    changes = {"starts_at": starts_at, "meeting_place": place.strip()}
    assignment.refresh_from_db()
    was_at = int(assignment.starts_at.timestamp()) if assignment.starts_at else 0
    if assignment.state == AssignmentState.INTRODUCTION:
        _move_introduction(assignment, starts_at)
        Assignment.objects.filter(pk=assignment.pk).update(**changes)
        assignment.refresh_from_db()
    else:
        move_assignment(assignment, AssignmentState.INTRODUCTION, **changes)
        Review.objects.create(assignment=assignment, occasion=Occasion.INTRODUCTION, asked_at=starts_at)
        _move_request(assignment, {RequestState.MATCHED}, RequestState.INTRODUCTION, by)
    record(assignment_event(events.IntroductionPlanned, assignment, was_at=was_at), actor=by)
    _set_timer(events.IntroductionDue, assignment, starts_at + _length(assignment.request))
    return assignment


@transaction.atomic
def go_on(
    review: Review, *, side: CancelledBy, by: User | None, outcome: Outcome | None = None
) -> Assignment:
    """One side wants to go on together; when both do, the next step is taken. Repeating it changes nothing.

    ``side`` is the side that is spoken for; a coordinator may speak for either. ``outcome`` says how it
    goes, which is asked from the trial period on. Who does not go on calls it off (``cancel_assignment``,
    after the first meeting) or stops (``stop``).

    Raises:
        NotYet: the first meeting has yet to begin.
        NotEligible: the volunteer may not give this help to this resident now; looking back stays possible.
        InvalidInput: no word on how it goes (field ``outcome``).
        InvalidTransition: one of the two has stopped.
    """
    assignment = review.assignment
    request = help_requests.lock_request(assignment.request_id)
    require(by, _side_permission(side), assignment, hide=True)
    review.refresh_from_db()
    column, outcome_column = f"{side}_goes_on_at", f"{side}_outcome"
    if getattr(review, column) is not None:
        return review.assignment
    if clock.now() < review.asked_at:
        raise NotYet()
    if review.occasion != Occasion.EVALUATION:
        require_allowed(assignment)
    if outcome is None and review.occasion != Occasion.INTRODUCTION:
        raise InvalidInput(_("Tell how it goes."), field="outcome")
    unanswered = Review.objects.filter(pk=review.pk, closed_at=None, **{column: None})
    if unanswered.update(**{column: clock.now(), outcome_column: outcome}) != 1:
        raise InvalidTransition()
    review.refresh_from_db()
    record(assignment_event(events.ReviewAnswered, review.assignment, side=str(side)), actor=by)
    if review.volunteer_goes_on_at and review.resident_goes_on_at:
        _go_on_together(request, review, by)
    return review.assignment


@transaction.atomic
def stop(
    assignment: Assignment,
    *,
    side: CancelledBy,
    reason: CancelReason,
    by: User | None,
    outcome: Outcome | None = None,
) -> Assignment:
    """Stop help that has begun, without blame. Contact data stay open for some days, to say goodbye.

    When the resident's side or the centre says that no help is needed any more, the request ends; else
    someone else is looked for.

    Raises:
        InvalidTransition: it has not begun, or has ended already.
    """
    request = help_requests.lock_request(assignment.request_id)
    require(by, _PERMISSIONS[side], assignment, hide=True)
    assignment.refresh_from_db()
    if assignment.state not in ASSIGNMENT_BEGUN:
        raise InvalidTransition()
    if outcome is not None and side != CancelledBy.CENTRE:
        Review.objects.filter(assignment=assignment, closed_at=None).update(**{f"{side}_outcome": outcome})
    open_until = clock.now() + timedelta(days=settings.CONTACT_OPEN_AFTER_DONE_DAYS)
    end_assignment(assignment, side=side, reason=reason, by=by, contact_until=open_until)
    ends = reason in _ENDS_REQUEST and side != CancelledBy.VOLUNTEER
    to = RequestState.ENDED if ends else RequestState.REMATCHING
    help_requests.move_request(request.pk, frm=AGREED, to=to, by=by)
    return assignment


@transaction.atomic
def pause(assignment: Assignment, until: date, *, by: User | None) -> Assignment:
    """Take a break up to and including ``until``, or move its end. Meanwhile nobody is asked how it goes.

    Raises:
        InvalidInput: the day has passed, or is too far away (field ``until``).
        InvalidTransition: the help is not under way.
    """
    request = help_requests.lock_request(assignment.request_id)
    require(by, "matching.plan", assignment, hide=True)
    if not clock.today() <= until <= clock.today() + LONGEST_BREAK:
        raise InvalidInput(_("Choose a day from today on, within a year."), field="until")
    if request.state not in _CAN_PAUSE:
        raise InvalidTransition()
    assignment.refresh_from_db()
    began = clock.now()
    if request.state == RequestState.PAUSED:
        if assignment.paused_until == until:
            return assignment
        began = assignment.paused_at or began
    else:
        _move_request(assignment, _CAN_PAUSE, RequestState.PAUSED, by)
    _change(assignment, paused_at=began, paused_until=until)
    record(assignment_event(events.LastingPaused, assignment), actor=by)
    _set_timer(events.PauseDue, assignment, _day_after(until))
    return assignment


@transaction.atomic
def resume(assignment: Assignment, *, by: User | None) -> Assignment:
    """End the break. Looking back is put off by as long as it lasted. Repeating it changes nothing.

    Raises:
        InvalidTransition: the help is not under way.
    """
    request = help_requests.lock_request(assignment.request_id)
    require(by, "matching.plan", assignment, hide=True)
    assignment.refresh_from_db()
    if request.state in {RequestState.RUNNING, RequestState.EVALUATION}:
        return assignment
    if request.state != RequestState.PAUSED or assignment.paused_at is None:
        raise InvalidTransition()
    asked = Review.objects.filter(assignment=assignment, closed_at=None).exists()
    to = RequestState.EVALUATION if asked else RequestState.RUNNING
    _move_request(assignment, {RequestState.PAUSED}, to, by)
    break_taken = clock.now() - assignment.paused_at
    _change(assignment, paused_at=None, paused_until=None)
    record(assignment_event(events.LastingResumed, assignment), actor=by)
    if not asked and assignment.evaluate_at is not None:
        _look_back_at(assignment, assignment.evaluate_at + break_taken)
    return assignment


@transaction.atomic
def ask_after_introduction(assignment_id: UUID) -> None:
    """The first meeting has been: ask both whether they go on."""
    assignment = _locked(assignment_id)
    review = Review.objects.filter(assignment=assignment, closed_at=None, asked_at__lte=clock.now()).first()
    if review is not None and assignment.state == AssignmentState.INTRODUCTION:
        _ask(review)


@transaction.atomic
def ask_after_trial(assignment_id: UUID) -> None:
    """The trial period is over: ask both how it goes and whether they go on."""
    assignment = _locked(assignment_id)
    if assignment.state == AssignmentState.TRIAL:
        _ask(_review(assignment, Occasion.TRIAL))


@transaction.atomic
def look_back(assignment_id: UUID) -> None:
    """Some months have passed: ask both how it goes, unless there is a break."""
    assignment = _locked(assignment_id)
    due = assignment.evaluate_at is not None and assignment.evaluate_at <= clock.now()
    if due and assignment.request.state == RequestState.RUNNING:
        _move_request(assignment, {RequestState.RUNNING}, RequestState.EVALUATION, None)
        _ask(_review(assignment, Occasion.EVALUATION))


@transaction.atomic
def end_break(assignment_id: UUID) -> None:
    """The last day of the break has passed."""
    assignment = _locked(assignment_id)
    over = assignment.paused_until is not None and assignment.paused_until < clock.today()
    if over and assignment.state == AssignmentState.ACTIVE:
        resume(assignment, by=None)


@transaction.atomic
def await_last_day(assignment_id: UUID) -> None:
    """Someone said yes to help until a day: that day ends it, however far the two are by then."""
    assignment = _locked(assignment_id)
    until = assignment.request.until_date
    if until is not None:
        _set_timer(events.LastDayDue, assignment, _day_after(until))


@transaction.atomic
def end_on_last_day(assignment_id: UUID) -> None:
    """The day until which help was asked has passed: it ends, or goes to the desk when it never began."""
    assignment = _locked(assignment_id)
    if assignment.state not in ASSIGNMENT_RUNNING or not day_has_passed(assignment.request, clock.today()):
        return
    if assignment.state in ASSIGNMENT_BEGUN:
        stop(assignment, side=CancelledBy.CENTRE, reason=CancelReason.FINISHED, by=None)
    else:
        cancel_assignment(assignment, side=CancelledBy.CENTRE, reason=CancelReason.FINISHED, by=None)
        give_up_passed_day(assignment.request_id)


def _side_permission(side: CancelledBy) -> str:
    """Whose word it is: one of the two sides, never the centre's own.

    Raises:
        InvalidInput: the centre is no side of the bond (field ``side``).
    """
    if side == CancelledBy.CENTRE:
        raise InvalidInput(field="side")
    return _PERMISSIONS[side]


def _go_on_together(request: HelpRequest, review: Review, by: User | None) -> None:
    """Both said yes: take the step that the occasion leads to."""
    Review.objects.filter(pk=review.pk).update(closed_at=clock.now())
    steps: dict[str, Callable[[HelpRequest, Assignment, User | None], None]] = {
        Occasion.INTRODUCTION: _begin_trial,
        Occasion.TRIAL: _begin_lasting,
        Occasion.EVALUATION: _carry_on,
    }
    steps[review.occasion](request, review.assignment, by)


def _begin_trial(request: HelpRequest, assignment: Assignment, by: User | None) -> None:
    until = clock.now() + timedelta(days=settings.TRIAL_DAYS)
    move_assignment(assignment, AssignmentState.TRIAL, trial_until=until)
    _move_request(assignment, {RequestState.INTRODUCTION}, RequestState.TRIAL, by)
    record(assignment_event(events.TrialStarted, assignment), actor=by)
    _set_timer(events.TrialDue, assignment, until)


def _begin_lasting(request: HelpRequest, assignment: Assignment, by: User | None) -> None:
    move_assignment(assignment, AssignmentState.ACTIVE, active_since=clock.now())
    _move_request(assignment, {RequestState.TRIAL}, RequestState.RUNNING, by)
    record(assignment_event(events.LastingStarted, assignment), actor=by)
    _look_back_at(assignment, _next_look_back())


def _carry_on(request: HelpRequest, assignment: Assignment, by: User | None) -> None:
    """They go on as they were; a break that was taken meanwhile goes on too."""
    if request.state == RequestState.EVALUATION:
        _move_request(assignment, {RequestState.EVALUATION}, RequestState.RUNNING, by)
    record(assignment_event(events.EvaluationSettled, assignment), actor=by)
    _look_back_at(assignment, _next_look_back())


def _next_look_back() -> datetime:
    return clock.now() + timedelta(days=settings.EVALUATION_EVERY_DAYS)


def _look_back_at(assignment: Assignment, moment: datetime) -> None:
    _change(assignment, evaluate_at=moment)
    _set_timer(events.EvaluationDue, assignment, moment)


def _review(assignment: Assignment, occasion: Occasion) -> Review:
    """The open review of an assignment; a new one of ``occasion`` when there is none."""
    opened, _created = Review.objects.get_or_create(
        assignment=assignment, closed_at=None, defaults={"occasion": occasion, "asked_at": clock.now()}
    )
    return opened


def _ask(review: Review) -> None:
    """Put the question to both, once."""
    assignment = review.assignment
    key = f"matching.review:{review.pk}"
    record(assignment_event(events.ReviewAsked, assignment), key=f"{key}:asked")
    record(assignment_event(events.ReviewSilent, assignment), due_at=clock.now() + SILENCE, key=key)


def _move_introduction(assignment: Assignment, starts_at: datetime) -> None:
    unanswered = Review.objects.filter(
        assignment=assignment, closed_at=None, volunteer_goes_on_at=None, resident_goes_on_at=None
    )
    if unanswered.update(asked_at=starts_at) != 1:
        raise InvalidTransition()


def _locked(assignment_id: UUID) -> Assignment:
    """The assignment as it is while the lock on its request is held."""
    request_id = Assignment.objects.values_list("request_id", flat=True).get(pk=assignment_id)
    help_requests.lock_request(request_id)
    return Assignment.objects.select_related("request").get(pk=assignment_id)


def _change(assignment: Assignment, **changes: object) -> None:
    """Change columns of help that is under way."""
    rows = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.ACTIVE).update(**changes)
    if rows != 1:
        raise InvalidTransition()
    for name, value in changes.items():
        setattr(assignment, name, value)


def _move_request(
    assignment: Assignment, frm: Collection[RequestState], to: RequestState, by: User | None
) -> None:
    moved = help_requests.move_request(assignment.request_id, frm=frm, to=to, by=by)
    assignment.request.state = moved.state


def _length(request: HelpRequest) -> timedelta:
    return timedelta(minutes=request.duration_minutes)


def _day_after(day: date) -> datetime:
    """The first moment after ``day``."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())


def _set_timer(kind: type[events.AssignmentChanged], assignment: Assignment, due_at: datetime) -> None:
    key = f"{kind.type}:{assignment.pk}:{due_at:%Y%m%d%H%M}"
    record(assignment_event(kind, assignment), due_at=due_at, key=key)
