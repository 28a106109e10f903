"""Meetings for who takes part: signing up, the calendar, the door, and how it was."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.agenda import appointment_of
from academy.models import Course, Enrolment, Evaluation, Session
from academy.web.catalogue import reader_of
from academy.web.forms import EvaluationForm
from common import clock
from common.checkin import read_token
from common.errors import DomainError, NotFound
from common.seating import SeatState
from people.agenda import as_calendar


@require_safe
@login_required
def meeting(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``GET /bijeenkomsten/<id>/``: when and where, and one's place."""
    session = session_seen(request, session_id)
    seat = services.ENROLMENTS.seat_of(session, request.user)
    there = bool(seat and seat.state == SeatState.ATTENDED)
    context = {
        "session": session,
        "seat": seat,
        "over": session.ends_at <= clock.now(),
        "may_call": bool(seat and seat.state in {SeatState.CONFIRMED, SeatState.ATTENDED}),
        "line": services.ENROLMENTS.place_in_line(seat) if seat else None,
        "missing": queries.missing_prerequisites(session.course, request.user),
        "evaluate": there and session.is_closed,
        **(_after(request, session) if there and session.is_closed else {}),
    }
    return render(request, "academy/learn/meeting.html", context)


def _after(request: HttpRequest, session: Session) -> dict[str, Any]:
    """What came of it: the certificate, or the lessons that belong to it and are yet to be done."""
    user, course = reader_of(request), session.course
    held = queries.certificates_of(user).filter(course=course)
    certificate = next((each for each in held if each.holds_on(clock.today())), None)
    parts = queries.parts_done(user, course)
    return {"certificate": certificate, "lessons_left": parts.lessons and not (certificate or parts.version)}


@require_POST
@login_required
def sign_up(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``POST /bijeenkomsten/<id>/aanmelden/``: a place, or one on the waiting list."""
    session = session_seen(request, session_id)
    try:
        seat = services.enrol(session, request.user, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("meeting", session_id)
    if seat.waits:
        messages.info(request, _("You are on the waiting list. If a place comes free, you hear it at once."))
    else:
        messages.success(request, _("You have a place. Put it in your calendar."))
    return redirect("meeting", session_id)


@require_POST
@login_required
def sign_off(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``POST /bijeenkomsten/<id>/afmelden/``: give the place up; the next one in line gets it."""
    seat = own_seat(request, session_id)
    try:
        services.leave(seat, by=request.user)
        messages.success(request, _("You have signed off. Someone else can come now."))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("meeting", session_id)


@require_safe
@login_required
def calendar(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``GET /bijeenkomsten/<id>/agenda.ics``: for one's own calendar (RFC 5545)."""
    seat = own_seat(request, session_id)
    if seat.state not in {SeatState.CONFIRMED, SeatState.ATTENDED}:
        raise NotFound
    content = as_calendar([appointment_of(seat.event)], origin=request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="bijeenkomst.ics"'
    return response


@method_decorator(login_required, name="dispatch")
class CheckInView(View):
    """``GET`` and ``POST /inchecken/<code>/``: the address behind the code at the door."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask for one touch: opening an address changes nothing."""
        session = (
            Session.objects.select_related("course").filter(pk=read_token(services.TOKEN, token)).first()
        )
        if session is None:
            raise NotFound
        seat = services.ENROLMENTS.seat_of(session, request.user)
        context = {"session": session, "seat": seat, "may_join": services.may_join(session, seat)}
        return render(request, "academy/learn/check_in.html", context)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """I am there; with ``join`` also who had no place."""
        seat = services.check_in_by_code(token, by=request.user, join="join" in request.POST)
        messages.success(request, _("Welcome! You are on the list as present."))
        return redirect("meeting", seat.event_id)


@method_decorator(login_required, name="dispatch")
class EvaluationView(View):
    """``GET`` and ``POST /bijeenkomsten/<id>/hoe-was-het/``: three short questions, read without a name."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the meeting. Raises ``NotThere`` for who was not at it, ``NotFound`` for who had no place."""
        self.session = own_seat(request, kwargs["session_id"]).event
        services.require_was_there(reader_of(request), self.session.course, self.session)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        """Show the form, with what was said before."""
        said = Evaluation.objects.filter(user=reader_of(request), session=self.session).first()
        return _evaluation(request, self.session, EvaluationForm.of(said))

    def post(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        """Keep it."""
        form = EvaluationForm(request.POST)
        if not form.is_valid():
            return _evaluation(request, self.session, form, status=422)
        services.evaluate(self.session.course, session=self.session, by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you! With this we make it better."))
        return redirect("learning")


@method_decorator(login_required, name="dispatch")
class CourseEvaluationView(View):
    """``GET`` and ``POST /leren/<slug>/hoe-was-het/``: the same for a course without a meeting."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the course. Raises ``NotThere`` for who has not done it."""
        self.course = _course(kwargs["slug"])
        services.require_was_there(reader_of(request), self.course)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the form."""
        said = Evaluation.objects.filter(user=reader_of(request), course=self.course, session=None).first()
        return _evaluation(request, None, EvaluationForm.of(said), course=self.course)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Keep it."""
        form = EvaluationForm(request.POST)
        if not form.is_valid():
            return _evaluation(request, None, form, course=self.course, status=422)
        services.evaluate(self.course, by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you! With this we make it better."))
        return redirect("learning")


def _course(slug: str) -> Course:
    found = queries.living_courses().filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _evaluation(
    request: HttpRequest,
    session: Session | None,
    form: EvaluationForm,
    *,
    course: Course | None = None,
    status: int = 200,
) -> HttpResponse:
    about = session.course if session else course
    context = {"session": session, "course": about, "form": form}
    return render(request, "academy/learn/evaluation.html", context, status=status)


def session_seen(request: HttpRequest, session_id: UUID) -> Session:
    """A meeting that the person may know of. Raises ``NotFound`` for the others."""
    found = queries.sessions_visible_to(request.user).filter(pk=session_id).first()
    if found is None:
        raise NotFound
    return found


def own_seat(request: HttpRequest, session_id: UUID) -> Enrolment:
    """One's own place at a meeting. Raises ``NotFound``."""
    seat = services.ENROLMENTS.seat_of(session_seen(request, session_id), request.user)
    if seat is None:
        raise NotFound
    return seat
