"""Verbs of the coordinator: take in hand, approve, send back, hand over, turn down, close."""

from collections.abc import Collection
from datetime import date, time
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.models import Course
from common import clock
from common.errors import Forbidden, InvalidInput, InvalidTransition
from common.permissions import require
from events.base import Event
from events.services import record
from help_requests.enums import TO_TRIAGE, Partner, RequestState, UnsuitableReason
from help_requests.events import (
    IntakeStarted,
    RequestOpened,
    RequestReferred,
    RequestSentBack,
    RequestStateChanged,
    RequestUnsuitable,
)
from help_requests.models import HelpRequest
from help_requests.queries import awaits_new_day
from help_requests.services.courses import set_courses
from help_requests.services.filing import check_complete, check_day, fit_kind
from help_requests.services.moving import lock_request, swap_state
from help_requests.services.place import place_of
from help_requests.services.wording import refuse_bsns, refuse_names, refuse_personal_data
from people.models import User


class Approval(TypedDict, total=False):
    """What a coordinator sets on approval; see the fields of ``HelpRequest``."""

    kind: str
    category: str
    destination: str
    rhythm: str
    until_date: date | None
    on_date: date | None
    start_time: time | None
    dayparts: int
    duration_minutes: int
    helpers_needed: int
    required_skills: int
    preferred_skills: int
    required_languages: int
    adults_only: bool
    required_courses: Collection[Course]


@transaction.atomic
def start_intake(request: HelpRequest, *, by: User | None) -> HelpRequest:
    """Take a sent request in hand; colleagues see by whom.

    Raises:
        Forbidden: not staff of the centre.
        InvalidTransition: a colleague was first, or it has been withdrawn.
    """
    request = _for_triage(request, by)
    swap_state(request, RequestState.INTAKE, coordinator=by)
    record(IntakeStarted(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


@transaction.atomic
def open_request(
    request: HelpRequest, *, by: User | None, summary: str, **approval: Unpack[Approval]
) -> HelpRequest:
    """Approve: volunteers may be asked, with ``summary`` as the text they read before agreement.

    The place is taken from the resident again, for they may have moved since.

    Raises:
        Forbidden: not staff of the centre.
        InvalidInput: no summary, or personal data or a name of those concerned in it; nothing says when;
            the day has passed; something does not go with the kind.
        CourseNotOffered: as ``require_courses``.
        InvalidTransition: it is not waiting for approval (any more).
    """
    request = _for_triage(request, by)
    if request.state not in TO_TRIAGE:
        raise InvalidTransition()
    _check_summary(summary, request)
    courses = approval.pop("required_courses", None)
    refuse_bsns(approval)
    for name, value in approval.items():
        setattr(request, name, value)
    fitting = fit_kind(request)
    check_complete(request)
    check_day(request.on_date)
    check_day(request.until_date, field="until_date")
    changes: dict[str, Any] = {
        **approval,
        **fitting,
        **place_of(request.resident),
        "summary": summary.strip(),
        "coordinator": by,
        "opened_at": clock.now(),
        "note_to_resident": "",
    }
    swap_state(request, RequestState.OPEN, **changes)
    if courses is not None:
        set_courses(request, courses)
    record(RequestOpened(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


@transaction.atomic
def reopen_request(
    request: HelpRequest, *, by: User | None, on_date: date | None = None, start_time: time | None = None
) -> HelpRequest:
    """Look for a volunteer again: after a no-show, or when the day has passed and nobody was found.

    Without ``on_date`` the request keeps its day and time; with it ``start_time`` replaces the time too.
    For help that goes on ``on_date`` is its new last day.
    The place is taken from the resident again.

    Raises:
        Forbidden: not staff of the centre.
        InvalidInput: the day, or the time today, has passed; ``field`` names it.
        InvalidTransition: it is running, waits for its day, or has ended.
    """
    request = _for_triage(request, by)
    if not awaits_new_day(request, clock.today()):
        raise InvalidTransition()
    changes: dict[str, Any] = {
        **place_of(request.resident),
        **_new_moment(request, on_date, start_time),
        "coordinator": by,
        "opened_at": clock.now(),
    }
    if request.state == RequestState.OPEN:
        HelpRequest.objects.filter(pk=request.pk).update(**changes)
        request.refresh_from_db()
    else:
        swap_state(request, RequestState.OPEN, **changes)
    record(RequestOpened(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


@transaction.atomic
def send_back(request: HelpRequest, *, by: User | None, note: str) -> HelpRequest:
    """Ask the resident something first: the request is theirs to change and to send again.

    Raises:
        Forbidden: not staff of the centre.
        InvalidInput: no note, or a BSN in it.
        InvalidTransition: it is not waiting for approval (any more).
    """
    request = _for_triage(request, by)
    changes = {"note_to_resident": _checked_note(note), "coordinator": by}
    return _step(request, RequestState.DRAFT, RequestSentBack, by, changes)


@transaction.atomic
def refer(
    request: HelpRequest, *, by: User | None, partner: Partner, consent: bool, note: str = ""
) -> HelpRequest:
    """Hand over warmly to a partner, with the resident's consent.

    Raises:
        Forbidden: not staff of the centre.
        InvalidInput: the resident has not agreed, or a BSN stands in the note.
        InvalidTransition: it is not waiting for approval (any more).
    """
    request = _for_triage(request, by)
    if not consent:
        raise InvalidInput(_("Ask the resident first. Handing over needs their yes."), field="consent")
    changes = {
        "partner": partner,
        "referral_consent": True,
        "note_to_resident": _checked_note(note, required=False),
        "coordinator": by,
    }
    return _step(request, RequestState.REFERRED, RequestReferred, by, changes)


@transaction.atomic
def mark_unsuitable(
    request: HelpRequest, *, by: User | None, reason: UnsuitableReason, note: str
) -> HelpRequest:
    """Turn a request down, with a word to the resident. A person decides this, never the system.

    Raises:
        Forbidden: not staff of the centre, or no person at all.
        InvalidInput: no word to the resident, or a BSN in it.
        InvalidTransition: it is not waiting for approval (any more).
    """
    if by is None:
        raise Forbidden()
    request = _for_triage(request, by)
    changes = {"unsuitable_reason": reason, "note_to_resident": _checked_note(note), "coordinator": by}
    return _step(request, RequestState.UNSUITABLE, RequestUnsuitable, by, changes)


@transaction.atomic
def close_request(request: HelpRequest, *, by: User | None) -> HelpRequest:
    """Put away a request that is done or did not take place.

    Raises:
        Forbidden: not staff of the centre.
        InvalidTransition: it is not done, or has been put away already.
    """
    request = _for_triage(request, by)
    swap_state(request, RequestState.CLOSED)
    record(
        RequestStateChanged(
            request_id=request.pk, centre_id=request.centre_id, state=RequestState.CLOSED.value
        ),
        actor=by,
    )
    return request


def _for_triage(request: HelpRequest, by: User | None) -> HelpRequest:
    locked = lock_request(request.pk)
    require(by, "help_requests.triage", locked)
    return locked


def _step(
    request: HelpRequest, to: RequestState, event: type[Event], by: User | None, changes: dict[str, Any]
) -> HelpRequest:
    swap_state(request, to, **changes)
    record(event(request_id=request.pk, centre_id=request.centre_id), actor=by)  # type: ignore[call-arg]
    return request


def _checked_note(note: str, *, required: bool = True) -> str:
    if required and not note.strip():
        raise InvalidInput(_("Write a word to the resident."), field="note")
    refuse_bsns({"note": note})
    return note.strip()


def _new_moment(request: HelpRequest, day: date | None, hour: time | None) -> dict[str, Any]:
    if request.lasts:
        until = day or request.until_date
        check_day(until)
        return {"until_date": until}
    day, hour = (day, hour) if day else (request.on_date, request.start_time)
    _check_ahead(day, hour)
    return {"on_date": day, "start_time": hour}


def _check_ahead(day: date | None, hour: time | None) -> None:
    check_day(day)
    now = timezone.localtime(clock.now())
    if day == now.date() and hour is not None and hour <= now.time():
        raise InvalidInput(_("This time has passed. Choose another time."), field="start_time")


def _check_summary(summary: str, request: HelpRequest) -> None:
    if not summary.strip():
        raise InvalidInput(_("Write in one or two sentences what volunteers will read."), field="summary")
    refuse_bsns({"summary": summary})
    refuse_personal_data(summary, field="summary")
    refuse_names(summary, request.names, field="summary")
