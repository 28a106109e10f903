"""From yes to done: the life of an assignment."""

from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.seating import Overlaps, Span, require_time
from events.services import cancel, record
from help_requests import services as help_requests
from help_requests.enums import AGREED, ASKABLE, RequestKind, RequestState
from help_requests.models import HelpRequest
from matching import events
from matching.enums import (
    ASSIGNMENT_BEGUN,
    ASSIGNMENT_RUNNING,
    ASSIGNMENT_TRANSITIONS,
    AssignmentState,
    CancelledBy,
    CancelReason,
)
from matching.errors import AlreadyTaken, NotEligible, NotYet, VolunteerBusy
from matching.models import Assignment, Offer, Review
from matching.queries import is_screened
from people.models import User, Volunteer
from safeguarding import queries as safeguarding

AssignmentEvent = TypeVar("AssignmentEvent", bound=events.AssignmentChanged)
TAKEN = frozenset({*ASSIGNMENT_RUNNING, AssignmentState.DONE})
# How long one side may be silent after the other said that it is done.
CONFIRMATION_TIME = timedelta(days=3)


def taken_slots(request: HelpRequest) -> set[int]:
    """Numbers of the helpers' places that are filled."""
    return set(Assignment.objects.filter(request=request, state__in=TAKEN).values_list("slot", flat=True))


def settle_request(request: HelpRequest, *, by: User | None) -> None:
    """Bring a request to the state that its assignments tell. The caller holds the lock.

    Filled: matched; all visits planned: planned; none left to come: done when every place was
    served, else a no-show for the centre to decide on. Once matched, help that goes on takes its own steps.
    """
    filled = len(taken_slots(request)) >= request.helpers_needed
    running = set(_running(request).values_list("state", flat=True))
    if filled and request.state in ASKABLE:
        _move_request(request, RequestState.MATCHED, by)
    if filled and request.state == RequestState.MATCHED and running <= {AssignmentState.PLANNED}:
        _move_request(request, RequestState.PLANNED, by)
    if request.state == RequestState.PLANNED and not running:
        _move_request(request, RequestState.DONE if filled else RequestState.NO_SHOW, by)


def _move_request(request: HelpRequest, to: RequestState, by: User | None) -> None:
    moved = help_requests.move_request(request.pk, frm={RequestState(request.state)}, to=to, by=by)
    request.state = moved.state


def begin_assignment(request: HelpRequest, offer: Offer, *, by: User | None) -> Assignment:
    """Link the volunteer who said yes to the request. The caller holds the lock on the request.

    Agreed at once when the resident agreed beforehand to any screened volunteer, else proposed.

    Raises:
        AlreadyTaken: no place is free; the database's own constraint has the last word.
    """
    free = sorted(set(range(1, request.helpers_needed + 1)) - taken_slots(request))
    if not free:
        raise AlreadyTaken()
    agreed = request.resident.any_screened_volunteer
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                request=request,
                volunteer_id=offer.volunteer_id,
                offer=offer,
                slot=free[0],
                state=AssignmentState.AGREED if agreed else AssignmentState.PROPOSED,
                agreed_at=clock.now() if agreed else None,
                starts_at=fixed_start(request),
            )
    except IntegrityError as error:
        raise AlreadyTaken() from error
    record(
        assignment_event(events.AssignmentAgreed if agreed else events.AssignmentProposed, assignment),
        actor=by,
    )
    return assignment


def fixed_start(request: HelpRequest) -> datetime | None:
    """The moment the request itself asks for, or ``None`` when it still has to be agreed."""
    if request.on_date is None or request.start_time is None:
        return None
    return datetime.combine(request.on_date, request.start_time, tzinfo=timezone.get_current_timezone())


def require_free(
    request: HelpRequest, volunteer: Volunteer, starts_at: datetime, *, besides: UUID | None, by: User | None
) -> None:
    """Ask whether the volunteer has the time; ``besides`` is the agreement that it is about, if there is one.

    Raises:
        Overlaps: they are expected elsewhere; the volunteer themselves reads where.
    """
    ends_at = starts_at + timedelta(minutes=request.duration_minutes)
    try:
        require_time(volunteer.user_id, Span(starts_at, ends_at, besides=besides))
    except Overlaps as overlap:
        if by is not None and by.pk == volunteer.user_id:
            raise
        raise VolunteerBusy from overlap


@transaction.atomic
def agree_to_volunteer(assignment: Assignment, *, by: User | None) -> Assignment:
    """The resident says yes to the proposed volunteer; contact data open for both.

    Raises:
        NotEligible: the volunteer may not give this help to this resident now.
    """
    help_requests.lock_request(assignment.request_id)
    require(by, "matching.act_as_resident", assignment, hide=True)
    require_allowed(assignment)
    move_assignment(assignment, AssignmentState.AGREED, agreed_at=clock.now())
    record(assignment_event(events.AssignmentAgreed, assignment), actor=by)
    return assignment


def require_allowed(assignment: Assignment) -> None:
    """Look again, before the two come closer, whether the volunteer may give this help to this resident.

    Raises:
        NotEligible: a step of the screening has lapsed, or these two are not to meet. Neither is told which.
    """
    blocked = safeguarding.is_blocked(assignment.volunteer_id, assignment.request.resident_id)
    if blocked or not is_screened(assignment):
        raise NotEligible(message=_("Going on together is not possible now. The centre can tell you more."))


@transaction.atomic
def plan(assignment: Assignment, starts_at: datetime, *, by: User | None) -> Assignment:
    """Set the day and time of the visit, or move it.

    Raises:
        InvalidInput: the moment has passed (field ``starts_at``).
        Overlaps: the volunteer has something else then.
    """
    request = help_requests.lock_request(assignment.request_id)
    require(by, "matching.plan", assignment, hide=True)
    if starts_at < clock.now():
        raise InvalidInput(_("Please choose a day and time that is still to come."), field="starts_at")
    assignment.refresh_from_db()
    require_free(request, assignment.volunteer, starts_at, besides=assignment.pk, by=by)
    _plan(request, assignment, starts_at, by)
    return assignment


def plan_if_fixed(assignment: Assignment, *, by: User | None) -> None:
    """Plan an agreed assignment whose request names the moment itself, unless it has passed."""
    request = help_requests.lock_request(assignment.request_id)
    assignment.refresh_from_db()
    still_to_come = assignment.starts_at is not None and assignment.starts_at > clock.now()
    if assignment.state == AssignmentState.AGREED and still_to_come:
        _plan(request, assignment, cast("datetime", assignment.starts_at), by)


@transaction.atomic
def confirm_done(
    assignment: Assignment, *, side: CancelledBy, by: User | None, minutes_spent: int | None = None
) -> Assignment:
    """One side says that it is done. When both have, the assignment and the request are done.

    ``side`` is the side that is spoken for; a coordinator may speak for either. Repeating it
    changes nothing. ``minutes_spent`` is the volunteer's own count.
    """
    request = help_requests.lock_request(assignment.request_id)
    volunteers_side = side == CancelledBy.VOLUNTEER
    require(
        by,
        "matching.act_as_volunteer" if volunteers_side else "matching.act_as_resident",
        assignment,
        hide=True,
    )
    assignment.refresh_from_db()
    if assignment.state == AssignmentState.DONE:
        return assignment
    if assignment.state == AssignmentState.AGREED:
        _plan(request, assignment, assignment.starts_at or clock.now(), by)
    changes = {"minutes_spent": minutes_spent} if volunteers_side and minutes_spent is not None else {}
    column = "done_by_volunteer_at" if volunteers_side else "done_by_resident_at"
    if not _note_confirmation(assignment, column, changes):
        return assignment
    record(assignment_event(events.AssignmentConfirmed, assignment, side=str(side)), actor=by)
    assignment.refresh_from_db()
    if assignment.done_by_volunteer_at and assignment.done_by_resident_at:
        _finish(request, assignment, by)
    else:
        timer = assignment_event(events.ConfirmationDue, assignment)
        record(timer, due_at=clock.now() + CONFIRMATION_TIME, key=_confirmation_timer(assignment))
    return assignment


@transaction.atomic
def report_no_show(assignment: Assignment, *, by: User | None) -> Assignment:
    """It did not take place because someone was not there. The centre decides what follows.

    Raises:
        NotYet: the day and time are not set, or still to come.
    """
    request = help_requests.lock_request(assignment.request_id)
    require(by, "matching.report_no_show", assignment, hide=True)
    assignment.refresh_from_db()
    if assignment.state in ASSIGNMENT_RUNNING and not _has_begun(assignment):
        raise NotYet()
    move_assignment(assignment, AssignmentState.NO_SHOW, ended_at=clock.now(), contact_until=clock.now())
    cancel(_confirmation_timer(assignment))
    record(assignment_event(events.AssignmentNoShow, assignment), actor=by)
    settle_request(request, by=by)
    return assignment


@transaction.atomic
def cancel_assignment(
    assignment: Assignment, *, side: CancelledBy, reason: CancelReason, by: User | None
) -> Assignment:
    """Call it off, without harm to either side; contact data close at once.

    The request goes on looking for another volunteer. Help that has begun is stopped instead.
    """
    request = help_requests.lock_request(assignment.request_id)
    permission = {
        CancelledBy.VOLUNTEER: "matching.act_as_volunteer",
        CancelledBy.RESIDENT: "matching.act_as_resident",
        CancelledBy.CENTRE: "matching.act_as_centre",
    }[side]
    require(by, permission, assignment, hide=True)
    if assignment.state in ASSIGNMENT_BEGUN:
        raise InvalidTransition()
    end_assignment(assignment, side=side, reason=reason, by=by)
    if request.state in AGREED:
        help_requests.move_request(request.pk, frm=AGREED, to=RequestState.REMATCHING, by=by)
    return assignment


def end_assignment(
    assignment: Assignment,
    *,
    side: CancelledBy,
    reason: CancelReason,
    by: User | None,
    contact_until: datetime | None = None,
) -> None:
    """Cancel the assignment itself, or end what has begun. The caller holds the lock and moves the request.

    Contact data close at once, unless ``contact_until`` says when.
    """
    begun = assignment.state in ASSIGNMENT_BEGUN
    move_assignment(
        assignment,
        AssignmentState.ENDED if begun else AssignmentState.CANCELLED,
        ended_at=clock.now(),
        contact_until=contact_until or clock.now(),
        cancelled_by=side,
        cancel_reason=reason,
    )
    cancel(_confirmation_timer(assignment))
    Review.objects.filter(assignment=assignment, closed_at=None).update(closed_at=clock.now())
    ended = events.AssignmentEnded if begun else events.AssignmentCancelled
    record(assignment_event(ended, assignment), actor=by)


def _plan(request: HelpRequest, assignment: Assignment, starts_at: datetime, by: User | None) -> None:
    was_at = int(assignment.starts_at.timestamp()) if assignment.starts_at else 0
    if assignment.state == AssignmentState.PLANNED:
        planned = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.PLANNED)
        if planned.update(starts_at=starts_at) != 1:
            raise InvalidTransition()
        assignment.starts_at = starts_at
    else:
        move_assignment(assignment, AssignmentState.PLANNED, starts_at=starts_at)
    record(assignment_event(events.AssignmentPlanned, assignment, was_at=was_at), actor=by)
    settle_request(request, by=by)


def _has_begun(assignment: Assignment) -> bool:
    return assignment.starts_at is not None and assignment.starts_at <= clock.now()


def _note_confirmation(assignment: Assignment, column: str, changes: dict[str, Any]) -> bool:
    """Note one side's yes; return whether it is new."""
    rows = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.PLANNED)
    if rows.filter(**{column: None}).update(**{column: clock.now(), **changes}) == 1:
        return True
    if not rows.exists():
        raise InvalidTransition()
    return False


def _finish(request: HelpRequest, assignment: Assignment, by: User | None) -> None:
    open_until = clock.now() + timedelta(days=settings.CONTACT_OPEN_AFTER_DONE_DAYS)
    move_assignment(assignment, AssignmentState.DONE, ended_at=clock.now(), contact_until=open_until)
    cancel(_confirmation_timer(assignment))
    record(assignment_event(events.AssignmentDone, assignment), actor=by)
    settle_request(request, by=by)


def _running(request: HelpRequest) -> QuerySet[Assignment]:
    return Assignment.objects.filter(request=request, state__in=ASSIGNMENT_RUNNING)


def move_assignment(assignment: Assignment, to: AssignmentState, **changes: object) -> None:
    """Compare and swap against the table of steps of the request's kind."""
    steps = ASSIGNMENT_TRANSITIONS[RequestKind(assignment.request.kind)]
    sources = [state for state, targets in steps.items() if to in targets]
    rows = Assignment.objects.filter(pk=assignment.pk, state__in=sources).update(state=to, **changes)
    if rows != 1:
        raise InvalidTransition()
    assignment.refresh_from_db()


def assignment_event(
    kind: type[AssignmentEvent], assignment: Assignment, **more: str | int
) -> AssignmentEvent:
    """The event of ``kind`` about this assignment."""
    return kind(
        assignment_id=assignment.pk,
        request_id=assignment.request_id,
        volunteer_id=assignment.volunteer_id,
        centre_id=assignment.request.centre_id,
        **more,
    )


def _confirmation_timer(assignment: Assignment) -> str:
    return f"matching.confirmation:{assignment.pk}"
