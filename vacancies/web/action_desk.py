"""One-day actions for who keeps them (writing, tasks, who comes, the report) and for the centre."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.checkin import make_token, qr_svg
from common.errors import DomainError, InvalidInput, NotFound
from people.models import Organisation
from people.queries import organisations_of
from vacancies import services
from vacancies.enums import ActionState
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries import actions as queries
from vacancies.rules import is_desk
from vacancies.web.action_forms import ActionForm, NoteForm, ReportForm, TaskForm

SHOWN = 60
FIELDS = ("campaign", "title", "description", "on_date", "place", "bring", "provided")
keepers_only = [never_cache, login_required]


@require_safe
@never_cache
@login_required
def kept(request: HttpRequest) -> HttpResponse:
    """``GET /acties/beheer/``: the actions that one keeps, and those that wait for the centre."""
    own = Organisation.objects.filter(pk__in=organisations_of(request.user), state="approved")
    context = {"actions": list(queries.actions_kept_by(request.user)[:SHOWN]), "organisations": list(own)}
    return render(request, "vacancies/actions/kept.html", context)


@method_decorator(keepers_only, name="dispatch")
class NewActionView(View):
    """``GET`` and ``POST /acties/nieuw/<organisation>/``: begin an action."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the organisation. Raises ``NotFound`` for absent and foreign."""
        found = Organisation.objects.select_related("centre").filter(pk=kwargs["organisation_id"]).first()
        if found is None or not (found.pk in organisations_of(request.user) or is_desk(request.user, found)):
            raise NotFound
        self.organisation: Organisation = found
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, organisation_id: UUID) -> HttpResponse:
        """An empty form."""
        return self._page(ActionForm())

    def post(self, request: HttpRequest, organisation_id: UUID) -> HttpResponse:
        """Keep the draft; or say what is wrong (422)."""
        form = ActionForm(request.POST)
        if form.is_valid():
            try:
                made = services.draft_action(self.organisation, by=request.user, **form.cleaned_data)
            except InvalidInput as refusal:
                _refuse(form, refusal)
            else:
                messages.success(request, _("Kept. Add the tasks, then send it to the centre."))
                return redirect("action-desk", made.pk)
        return self._page(form, status=422)

    def _page(self, form: ActionForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "organisation": self.organisation}
        return render(self.request, "vacancies/actions/form.html", context, status=status)


@require_safe
@never_cache
@login_required
def desk(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``GET /acties/<id>/beheer/``: tasks, who comes, the next step."""
    return _page(request, _kept(request, action_id))


@require_POST
@never_cache
@login_required
def edit(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``POST /acties/<id>/aanpassen/``: change the words."""
    return _filled(
        request,
        _kept(request, action_id),
        "edit",
        lambda action, details: services.edit_action(action, by=request.user, **details),
        _("Kept."),
    )


@require_POST
@never_cache
@login_required
def add_task(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``POST /acties/<id>/taken/``: one task more."""
    return _filled(
        request,
        _kept(request, action_id),
        "task",
        lambda action, details: services.add_task(action, by=request.user, **details),
        _("The task has been added."),
    )


@require_POST
@never_cache
@login_required
def report(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``POST /acties/<id>/verslag/``: close it with a report."""
    return _filled(
        request,
        _kept(request, action_id),
        "report",
        lambda action, details: services.report_action(action, by=request.user, **details),
        _("Thank you! The report stands on the page of the action."),
    )


@require_POST
@never_cache
@login_required
def send_back(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``POST /acties/<id>/terugsturen/``: the centre asks for a change."""
    return _filled(
        request,
        _kept(request, action_id),
        "note",
        lambda action, details: services.send_back_action(action, by=request.user, **details),
        _("Sent back. The organisation hears what to change."),
    )


STEPS: dict[str, tuple[Callable[..., Action], Any]] = {
    "insturen": (services.submit_action, gettext_lazy("Sent to the centre. You hear what they say.")),
    "publiceren": (services.publish_action, gettext_lazy("Published. Everyone can sign up.")),
    "afgelasten": (
        services.cancel_action,
        gettext_lazy("The action is off. Everyone who was to come hears it."),
    ),
}


@require_POST
@never_cache
@login_required
def step(request: HttpRequest, action_id: UUID, step: str) -> HttpResponse:
    """``POST /acties/<id>/stap/<insturen|publiceren|afgelasten>/``."""
    found = _kept(request, action_id)
    try:
        take, said = STEPS[step]
        take(found, by=request.user)
        messages.success(request, said)
    except InvalidInput as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("action-desk", found.pk)


@require_POST
@never_cache
@login_required
def remove_task(request: HttpRequest, action_id: UUID, task_id: UUID) -> HttpResponse:
    """``POST /acties/<id>/taken/<id>/weg/``: a task that nobody has signed up for."""
    found = _kept(request, action_id)
    task = _task_of(found, task_id)
    try:
        services.remove_task(task, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("action-desk", found.pk)


@method_decorator(keepers_only, name="dispatch")
class TaskView(View):
    """``GET`` and ``POST /acties/<id>/taken/<id>/``: change a task; everyone on it hears of other hours."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the task. Raises ``NotFound`` for absent and foreign."""
        self.task = _task_of(_kept(request, kwargs["action_id"]), kwargs["task_id"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, action_id: UUID, task_id: UUID) -> HttpResponse:
        """The task as it is."""
        return self._page(TaskForm(initial=services.task_details(self.task)))

    def post(self, request: HttpRequest, action_id: UUID, task_id: UUID) -> HttpResponse:
        """Keep it; or say what is wrong (422)."""
        form = TaskForm(request.POST)
        if form.is_valid():
            try:
                services.change_task(self.task, by=request.user, **form.cleaned_data)
            except InvalidInput as refusal:
                _refuse(form, refusal)
            else:
                messages.success(request, _("Kept. When the hours have changed, everyone on it is told."))
                return redirect("action-desk", action_id)
        return self._page(form, status=422)

    def _page(self, form: TaskForm, status: int = 200) -> HttpResponse:
        # Also who waits, or was there before: such a task is called off, and not taken away.
        signed_up = self.task.seats.exists()
        context = {"form": form, "task": self.task, "action": self.task.action, "signed_up": signed_up}
        return render(self.request, "vacancies/actions/task.html", context, status=status)


@require_POST
@never_cache
@login_required
def call_off_task(request: HttpRequest, action_id: UUID, task_id: UUID) -> HttpResponse:
    """``POST /acties/<id>/taken/<id>/afgelasten/``: this task is off, the action goes on."""
    services.call_off_task(_task_of(_kept(request, action_id), task_id), by=request.user)
    messages.success(request, _("Called off. Everyone who was to come is told."))
    return redirect("action-desk", action_id)


@require_safe
@never_cache
@login_required
def door_code(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """``GET /acties/<id>/code/``: the code at the door, one for all tasks of the day."""
    found = _kept(request, action_id)
    if found.code_until is None:
        raise NotFound
    token = make_token(services.CHECK_IN_ACTION, found.pk, until=found.code_until)
    address = request.build_absolute_uri(reverse("action-check-in", args=[token]))
    drawn = qr_svg(address, title=_("Code to scan with your phone to check in"))
    return render(request, "vacancies/actions/code.html", {"action": found, "qr": drawn})


SEAT_STEPS: dict[str, Callable[..., TaskSeat]] = {
    "aanwezig": services.check_in_task,
    "afwezig": services.miss_task,
    "terug": services.reopen_task_seat,
    "afmelden": services.give_up_task,
}


@require_POST
@never_cache
@login_required
def seat_step(request: HttpRequest, action_id: UUID, seat_id: UUID, step: str) -> HttpResponse:
    """``POST /acties/<id>/plekken/<id>/<aanwezig|afwezig|afmelden>/``; ``came`` of a group."""
    found = _kept(request, action_id)
    seat = TaskSeat.objects.select_related("event__action", "holder").filter(pk=seat_id, event__action=found)
    chosen = seat.first()
    if chosen is None:
        raise NotFound
    came = request.POST.get("came", "")
    more = {"came": int(came)} if step == "aanwezig" and came.isascii() and came.isdigit() else {}
    try:
        SEAT_STEPS[step](chosen, by=request.user, **more)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("action-desk", found.pk)
    return redirect(f"{reverse('action-desk', args=[found.pk])}#taak-{chosen.event_id}")


def _kept(request: HttpRequest, action_id: UUID) -> Action:
    found = queries.actions_kept_by(request.user).filter(pk=action_id).first()
    if found is None:
        raise NotFound
    return found


def _task_of(action: Action, task_id: UUID) -> ActionTask:
    tasks = ActionTask.objects.select_related("action__organisation")
    found = tasks.filter(pk=task_id, action=action).first()
    if found is None:
        raise NotFound
    return found


def _forms(action: Action, came: int) -> dict[str, forms.Form]:
    return {
        "edit": ActionForm(initial={name: getattr(action, name) for name in FIELDS}, prefix="edit"),
        "task": TaskForm(prefix="task"),
        "report": ReportForm(initial={"people_came": came}, prefix="report"),
        "note": NoteForm(prefix="note"),
    }


KINDS: dict[str, type[forms.Form]] = {
    "edit": ActionForm,
    "task": TaskForm,
    "report": ReportForm,
    "note": NoteForm,
}


def _filled(
    request: HttpRequest, action: Action, name: str, act: Callable[[Action, Any], object], said: str
) -> HttpResponse:
    """Do what the form of this name asks; or show it again with what is wrong (422)."""
    form = KINDS[name](request.POST, prefix=name)
    if form.is_valid():
        try:
            act(action, form.cleaned_data)
        except InvalidInput as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, said)
            return redirect("action-desk", action.pk)
    return _page(request, action, {name: form}, status=422)


def _refuse(form: forms.Form, refusal: InvalidInput) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))


def _may_call_off(action: Action) -> bool:
    coming = action.state == ActionState.PUBLISHED and not action.has_been
    return coming or action.state in {ActionState.DRAFT, ActionState.REVIEW}


def _page(
    request: HttpRequest, action: Action, filled: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "action": action,
        "groups": queries.task_groups(action),
        "forms": _forms(action, queries.came_to(action)) | (filled or {}),
        "is_desk": is_desk(request.user, action),
        "may_call_off": _may_call_off(action),
        "may_report": action.state == ActionState.PUBLISHED and action.on_date <= clock.today(),
        "figures": queries.campaign_told_to(request.user, action) if action.campaign else None,
    }
    return render(request, "vacancies/actions/desk.html", context, status=status)
