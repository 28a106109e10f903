"""The trainer's desk: the meetings of one's centre, the list at the door, the code to scan."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.errors import RoleUntrained
from academy.models import Enrolment, Session
from academy.web.forms import SessionForm
from common import clock
from common.checkin import make_token, qr_svg
from common.errors import DomainError, InvalidInput, NotFound
from common.exports import ExportFormat, Table, export_response
from common.permissions import require
from common.seating import SeatState
from common.small_figures import shown
from people.models import Centre, User

PAST_SHOWN = 20
# What may be done with one name on the list.
TICKS = {
    "aanwezig": services.check_in,
    "niet-gekomen": services.mark_missed,
    "terug": services.reopen_seat,
    "afmelden": services.leave,
}


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """``GET /trainer/``: meetings to come, lists to close, what was."""
    centre = teaching_centre(request)
    sessions, now = queries.sessions_taught_by(request.user), clock.now()
    context = {
        "centre": centre,
        "coming": sessions.filter(ends_at__gt=now, cancelled_at=None).order_by("starts_at", "pk"),
        "to_close": sessions.filter(ends_at__lte=now, cancelled_at=None, closed_at=None).order_by(
            "starts_at"
        ),
        "past": sessions.filter(closed_at__isnull=False).order_by("-starts_at")[:PAST_SHOWN],
    }
    return render(request, "academy/trainer/desk.html", context)


@method_decorator(login_required, name="dispatch")
class PlanView(View):
    """``GET`` and ``POST /trainer/bijeenkomsten/nieuw/``: plan a meeting."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        centre = teaching_centre(request)
        course = request.GET.get("training", "")
        chosen = queries.courses_on_offer().filter(slug=course).first()
        return self._page(SessionForm(centre=centre, initial={"course": chosen, "trainer": request.user.pk}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Plan it, or say what is wrong (422)."""
        centre = teaching_centre(request)
        form = SessionForm(request.POST, centre=centre)
        if form.is_valid():
            details = form.details()
            try:
                session = services.plan_session(details.pop("course"), centre, by=request.user, **details)
            except InvalidInput as refusal:
                show(form, refusal)
            else:
                messages.success(request, _("The meeting is planned. People can sign up."))
                return redirect("trainer-session", session.pk)
        return self._page(form, status=422)

    def _page(self, form: SessionForm, status: int = 200) -> HttpResponse:
        return render(self.request, "academy/trainer/plan.html", {"form": form}, status=status)


@method_decorator(login_required, name="dispatch")
class ChangeView(View):
    """``GET`` and ``POST /trainer/bijeenkomsten/<id>/wijzig/``: another time, place or number of places."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the meeting. Raises ``NotFound`` for absent and foreign."""
        self.session = session_taught(request, kwargs["session_id"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        """Show the form as it is now."""
        return self._page(self._form(initial=SessionForm.initial_of(self.session)))

    def post(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        """Change it, or say what is wrong (422)."""
        form = self._form(request.POST)
        if form.is_valid():
            try:
                services.change_session(self.session, by=request.user, **form.details())
            except InvalidInput as refusal:
                show(form, refusal)
            else:
                messages.success(request, _("Kept. Who has a place is told when time or place changed."))
                return redirect("trainer-session", session_id)
        return self._page(form, status=422)

    def _form(self, *args: Any, **kwargs: Any) -> SessionForm:
        return SessionForm(*args, centre=self.session.centre, fixed=self.session.course, **kwargs)

    def _page(self, form: SessionForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "session": self.session}
        return render(self.request, "academy/trainer/plan.html", context, status=status)


@require_safe
@login_required
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``GET /trainer/bijeenkomsten/<id>/``: who comes, who waits, and the list at the door."""
    found = session_taught(request, session_id)
    seats = list(queries.seats_at(found))
    context = {
        "session": found,
        "seats": [seat for seat in seats if not seat.waits],
        "waiting": [seat for seat in seats if seat.waits],
        "begun": clock.now() >= found.starts_at,
        "evaluations": found.evaluations.all(),
        "may_add": found.is_open or found.takes_check_ins,
        "formats": list(ExportFormat),
    }
    return render(request, "academy/trainer/session.html", context)


@require_safe
@login_required
def door(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``GET /trainer/bijeenkomsten/<id>/deur/``: the code to scan, for a screen or a sheet of paper."""
    found = session_taught(request, session_id)
    token = make_token(services.TOKEN, found.pk, until=found.ends_at)
    address = request.build_absolute_uri(reverse("check-in", args=[token]))
    context = {"session": found, "address": address, "qr": qr_svg(address, title=_("Scan to check in"))}
    response = render(request, "academy/trainer/door.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def tick(request: HttpRequest, session_id: UUID, seat_id: UUID, tick: str) -> HttpResponse:
    """``POST /trainer/bijeenkomsten/<id>/lijst/<id>/<what>/``: there, not there, undo, or sign off."""
    found = session_taught(request, session_id)
    seat = Enrolment.objects.select_related("event", "holder").filter(pk=seat_id, event=found).first()
    if seat is None:
        raise NotFound
    try:
        TICKS[tick](seat, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("trainer-session", session_id)


@method_decorator(login_required, name="dispatch")
class AddView(View):
    """``GET`` and ``POST /trainer/bijeenkomsten/<id>/erbij/``: find somebody, and add them.

    What is searched for is a name, so it is posted and stands in no address.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the meeting. Raises ``NotFound`` for absent and foreign."""
        self.session = session_taught(request, kwargs["session_id"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        """Ask whom to add."""
        return self._page("")

    def _page(self, asked: str, status: int = 200) -> HttpResponse:
        found = queries.found_at_door(self.session, asked)
        seats = {seat.holder_id: seat for seat in queries.seats_at(self.session)}
        context = {
            "session": self.session,
            "asked": asked,
            "found": found,
            "people": [(person, queries.hint_of(person), seats.get(person.pk)) for person in found.people],
        }
        return render(self.request, "academy/trainer/add.html", context, status=status)

    def post(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        """Show who is meant; put the person who was chosen on the list, or say why not."""
        chosen, asked = request.POST.get("person", ""), request.POST.get("q", "").strip()[:100]
        if not chosen:
            return self._page(asked, status=200 if asked else 422)
        try:
            person = queries.known_at(self.session.centre).get(pk=UUID(chosen))
            seat = services.put_on_list(self.session, person, by=request.user)
        except (ValueError, User.DoesNotExist):
            raise NotFound from None
        except DomainError as refusal:
            messages.warning(request, str(refusal.message))
            return self._page(asked, status=422)
        messages.success(request, _added(seat))
        return redirect("trainer-session", session_id)


def _added(seat: Enrolment) -> str:
    words = {
        SeatState.ATTENDED: _("%(name)s is on the list as present, and hears it."),
        SeatState.WAITLISTED: _("All places are taken. %(name)s is on the waiting list."),
    }
    return words.get(SeatState(seat.state), _("%(name)s has a place, and hears it.")) % {
        "name": seat.holder.name or seat.holder.email
    }


@require_POST
@login_required
def close(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``POST /trainer/bijeenkomsten/<id>/afronden/``: settle who was there."""
    found = session_taught(request, session_id)
    try:
        messages.success(request, _closed(services.close_session(found, by=request.user)))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("trainer-session", session_id)


def _closed(session: Session) -> str:
    """What comes of it for who was there."""
    came, left = queries.still_to_learn(session)
    if not came:
        return _("Done. Nobody was there.")
    if not left:
        return _("Done. Who was there gets the certificate and is asked how it was.")
    words = ngettext(
        "Done. Who was there is asked how it was. %(left)d person has lessons left before the certificate.",
        "Done. Who was there is asked how it was. %(left)d people have lessons left before the certificate.",
        left,
    )
    return words % {"left": left}


@require_POST
@login_required
def call_off(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``POST /trainer/bijeenkomsten/<id>/afgelasten/``: it does not go on."""
    found = session_taught(request, session_id)
    try:
        services.call_off_session(found, by=request.user)
        messages.success(request, _("Called off. Everybody who had a place is told."))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("trainer-session", session_id)


@require_safe
@login_required
def list_file(request: HttpRequest, session_id: UUID, kind: str) -> HttpResponse:
    """``GET /trainer/bijeenkomsten/<id>/lijst.<csv|xlsx|ods>``: the list to take along."""
    found = session_taught(request, session_id)
    rows = [
        (seat.holder.name, seat.get_state_display(), seat.checked_in_at) for seat in queries.seats_at(found)
    ]
    table = Table(found.course.title, [_("Name"), _("State"), _("Checked in")], rows)
    return export_response(table, ExportFormat(kind))


@require_safe
@login_required
def numbers(request: HttpRequest) -> HttpResponse:
    """``GET /trainer/cijfers/``: what came of every course."""
    centre = teaching_centre(request)
    figures = queries.course_figures(queries.teaching_centres(request.user))
    context = {"centre": centre, "figures": figures, "formats": list(ExportFormat)}
    return render(request, "academy/trainer/numbers.html", context)


@require_safe
@login_required
def numbers_file(request: HttpRequest, kind: str) -> HttpResponse:
    """``GET /trainer/cijfers.<csv|xlsx|ods>``: the same, to take along.

    A file goes further than the desk, so small figures are left out of it and the others are rounded.
    """
    teaching_centre(request)
    columns = [
        _("Training"), _("Lessons begun"), _("Lessons finished"), _("Enrolled"), _("Were there"),
        _("Did not come"), _("Have done it"), _("Rating"), _("Ratings"), _("Tasks before, per person"),
        _("Tasks after, per person"),
    ]  # fmt: skip
    rows = [_row(each) for each in queries.course_figures(queries.teaching_centres(request.user))]
    return export_response(Table(_("Trainings"), columns, rows), ExportFormat(kind))


def _row(of: queries.Figures) -> tuple[Any, ...]:
    counts = queries.shown_figures(of)
    return (
        of.course.title,
        *(counts[name] for name in ("begun", "finished", "enrolled", "attended", "missed", "completed")),
        of.rating if counts["ratings"] else None,
        counts["ratings"],
        *((of.effect.per_person_before, of.effect.per_person_after) if _of_enough(of) else (None, None)),
    )


def _of_enough(of: queries.Figures) -> bool:
    return of.effect is not None and shown(of.effect.people) is not None


def teaching_centre(request: HttpRequest) -> Centre:
    """The centre where the person coordinates or gives training.

    Raises:
        RoleUntrained: they are a trainer, and have yet to do what the centre asks of trainers.
        NotFound: they are neither.
    """
    own = Centre.objects.filter(pk__in=queries.teaching_centres(request.user)).order_by("code")
    for centre in own:
        if request.user.has_perm("academy.plan_sessions", centre):
            return centre
    if lacking := queries.untrained_at(request.user):
        raise RoleUntrained(lacking[0].title)
    raise NotFound


def session_taught(request: HttpRequest, session_id: UUID) -> Session:
    """A meeting that the person may run. Raises ``NotFound`` for absent and foreign alike."""
    if not request.user.is_authenticated:
        raise NotFound
    found = queries.sessions_taught_by(request.user).filter(pk=session_id).first()
    require(request.user, "academy.run_session", found, hide=True)
    if found is None:
        raise NotFound
    return found


def show(form: Any, refusal: InvalidInput) -> None:
    """Put the sentence of a refusal at its field."""
    named = {"starts_at": "day", "ends_at": "ends"}.get(refusal.field or "", refusal.field)
    form.add_error(named if named in form.fields else None, str(refusal.message))
