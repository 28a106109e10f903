"""One-day actions for everyone: what there is, one action, signing up alone or with a group."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, InvalidInput, NotFound
from common.seating import SeatState
from vacancies import services
from vacancies.models import Action, ActionTask
from vacancies.queries import actions as queries
from vacancies.web.action_forms import CheckInForm, SignUpForm

ON_PAGE = 30
HERE = (SeatState.WAITLISTED, SeatState.CONFIRMED, SeatState.ATTENDED)


@require_safe
@never_cache
def actions(request: HttpRequest) -> HttpResponse:
    """``GET /acties/``: what can be done for one day, and one's own places."""
    page = Paginator(queries.public_actions(), ON_PAGE).get_page(request.GET.get("pagina"))
    mine = queries.tasks_of(request.user).filter(state__in=HERE)[:ON_PAGE]
    return render(request, "vacancies/actions/list.html", {"page": page, "mine": list(mine)})


@require_safe
@never_cache
def action(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``GET /acties/<id>/``: what, when, where, what to bring; a form per task."""
    return _page(request, _visible(request, action_id))


@require_POST
@login_required
def sign_up(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """``POST /acties/taken/<id>/``: take places; or say what is wrong (422)."""
    task = ActionTask.objects.select_related("action__organisation").filter(pk=task_id).first()
    if task is None:
        raise NotFound
    shown = _visible(request, task.action_id)
    form = SignUpForm(request.POST, prefix=str(task.pk))
    if not form.is_valid():
        return _page(request, shown, {task.pk: form}, status=422)
    try:
        seat = services.sign_up_for_task(task, by=request.user, **form.cleaned_data)
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return _page(request, shown, {task.pk: form}, status=422)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("action", task.action_id)
    if seat.waits:
        messages.info(request, _("All places are taken. You are on the waiting list; it moves by itself."))
    else:
        messages.success(request, _("You are in. See you there!"))
    return redirect("action", task.action_id)


@require_POST
@login_required
def give_up(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """``POST /acties/plekken/<id>/afmelden/``: not come after all."""
    seat = queries.tasks_of(request.user).filter(pk=seat_id).first()
    if seat is None:
        raise NotFound
    try:
        services.give_up_task(seat, by=request.user)
        messages.success(request, _("You have given your place up. Thank you for saying so in time."))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("action", seat.event.action_id)


@method_decorator([never_cache, login_required], name="dispatch")
class CheckInView(View):
    """``GET`` and ``POST /acties/inchecken/<token>/``: what the code at the door leads to."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """One's places of that day, with a button for each. Raises ``CodeNotValid``."""
        return self._page(services.action_of_code(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Note that one is there; of a group with how many. What is no number is asked again (422)."""
        shown, form = services.action_of_code(token), CheckInForm(request.POST)
        if not form.is_valid():
            return self._page(shown, form, status=422)
        seat = queries.tasks_of(request.user).filter(pk=form.cleaned_data["seat"]).first()
        if seat is None:
            raise NotFound
        services.check_in_by_action_code(token, seat, came=form.cleaned_data["came"], by=request.user)
        messages.success(request, _("You are checked in. Have a good time!"))
        return redirect("action", shown.pk)

    def _page(self, shown: Action, form: CheckInForm | None = None, status: int = 200) -> HttpResponse:
        seats = queries.tasks_of(self.request.user).filter(event__action=shown, state__in=HERE)
        places = [seat for seat in seats if not seat.waits]
        visible = bool(places) or queries.actions_visible_to(self.request.user).filter(pk=shown.pk).exists()
        context = {"action": shown, "form": form, "seats": places, "shown": visible}
        return render(self.request, "vacancies/actions/check_in.html", context, status=status)


def _visible(request: HttpRequest, action_id: UUID) -> Action:
    found = queries.actions_visible_to(request.user).filter(pk=action_id).first()
    if found is None:
        raise NotFound
    return found


def _page(
    request: HttpRequest, shown: Action, forms: dict[UUID, SignUpForm] | None = None, status: int = 200
) -> HttpResponse:
    own = queries.tasks_of(request.user).filter(event__action=shown, state__in=HERE)
    seats = {seat.event_id: seat for seat in own}
    filled = forms or {}
    rows = [
        (task, seats.get(task.pk), filled.get(task.pk) or SignUpForm(prefix=str(task.pk)))
        for task in shown.tasks.all()
    ]
    context = {"action": shown, "rows": rows, "open": services.goes_on(shown)}
    return render(request, "vacancies/actions/action.html", context, status=status)
