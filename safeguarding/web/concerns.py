"""The confidential officer's desk. What was told is on the page of one concern, and each look is noted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput, NotFound
from people.enums import Role
from people.models import User
from people.queries import roles_of
from people.services import shown_phone
from safeguarding import services
from safeguarding.enums import (
    CONCERN_CLOSED,
    CONCERN_TRANSITIONS,
    ConcernState,
    ConcernSubject,
    Danger,
    NoteKind,
    Party,
    ReadVia,
)
from safeguarding.models import Concern, ConcernNote
from safeguarding.queries import concerns_visible_to
from safeguarding.rules import officiates
from safeguarding.web import concern_forms
from safeguarding.web.fields import error_of

PAGE_SIZE = 50
LOG_SHOWN = 100
CLOSED = "dicht"


@dataclass(frozen=True)
class Act:
    """Something to do with a concern: its address, its words, its form and its service."""

    url_name: str
    title: Any
    said: Any
    form: Callable[..., forms.Form]
    perform: Callable[..., Any]
    for_officer: bool = True


def _note(concern: Concern, user: User, answers: dict[str, Any]) -> None:
    services.add_note(concern, answers["text"], by=user)


def _entrust(concern: Concern, user: User, answers: dict[str, Any]) -> None:
    services.entrust_concern(concern, answers["coordinator"], by=user)


def _hand_over(concern: Concern, user: User, answers: dict[str, Any]) -> None:
    services.hand_over_concern(concern, Party(answers.pop("party")), by=user, **answers)


NOTE = Act(
    "concern-note",
    gettext_lazy("Add a note"),
    gettext_lazy("The note has been added."),
    concern_forms.NoteForm,
    _note,
    for_officer=False,
)
ENTRUST = Act(
    "concern-entrust",
    gettext_lazy("Entrust to a coordinator"),
    gettext_lazy("It has been recorded who reads along."),
    concern_forms.EntrustForm,
    _entrust,
)
HAND_OVER = Act(
    "concern-hand-over",
    gettext_lazy("Hand over"),
    gettext_lazy("The hand-over has been recorded."),
    concern_forms.HandOverForm,
    _hand_over,
)
STEP_WORDS: dict[ConcernState, Any] = {
    ConcernState.RECEIVED: gettext_lazy("I have received it"),
    ConcernState.ADVICE: gettext_lazy("Take advice"),
    ConcernState.WEIGHING: gettext_lazy("Weigh"),
    ConcernState.HANDLED: gettext_lazy("Handled"),
    ConcernState.PASSED_ON: gettext_lazy("Passed on"),
}


@require_safe
@login_required
@never_cache
def concerns(request: HttpRequest) -> HttpResponse:
    """``GET /zorgsignalen/?lijst=dicht&page=``: which there are, without a word of what they say."""
    return render(request, "safeguarding/concerns/desk.html", _list(request))


@require_safe
@login_required
@never_cache
def concern(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """``GET /zorgsignalen/<id>/``: one concern with its record. Each look is noted."""
    return _show(request, concern_id)


@sensitive_post_parameters()
@require_POST
@login_required
@never_cache
def step(request: HttpRequest, concern_id: UUID, state: str) -> HttpResponse:
    """``POST /zorgsignalen/<id>/stap/<state>/``: the next step; what has no place in the table is refused."""
    if state not in STEP_WORDS:
        raise NotFound
    to = ConcernState(state)
    return _perform(request, concern_id, _step_act(to))


@sensitive_post_parameters()
@require_POST
@login_required
@never_cache
def note(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """``POST /zorgsignalen/<id>/notitie/``: add a line to the step record."""
    return _perform(request, concern_id, NOTE)


@require_POST
@login_required
@never_cache
def entrust(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """``POST /zorgsignalen/<id>/toevertrouwen/``: who reads along."""
    return _perform(request, concern_id, ENTRUST)


@sensitive_post_parameters()
@require_POST
@login_required
@never_cache
def hand_over(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """``POST /zorgsignalen/<id>/overdragen/``: record a hand-over."""
    return _perform(request, concern_id, HAND_OVER)


def _step_act(to: ConcernState) -> Act:
    def move(concern: Concern, user: User, answers: dict[str, Any]) -> None:
        services.move_concern(concern, to, by=user, **answers)

    form = concern_forms.CloseForm if to in CONCERN_CLOSED else concern_forms.StepForm
    return Act("concern-step", STEP_WORDS[to], gettext_lazy("The step has been recorded."), form, move)


def _perform(request: HttpRequest, concern_id: UUID, act: Act) -> HttpResponse:
    found = concerns_visible_to(request.user).filter(pk=concern_id).first()
    if found is None or (act.for_officer and not officiates(request.user, found)):
        raise NotFound
    form = _form_of(act, found, request.POST)
    if form.is_valid():
        try:
            act.perform(found, request.user, form.cleaned_data)
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, error_of(refusal))
    if form.errors:
        return _show(request, concern_id, tried=(str(act.title), form))
    messages.success(request, str(act.said))
    return redirect("concern", concern_id)


def _form_of(act: Act, concern: Concern, data: Any = None) -> forms.Form:
    if act is ENTRUST:
        return act.form(data, concern=concern)
    return act.form(data, auto_id=f"id_{act.url_name}_%s")


def _show(
    request: HttpRequest, concern_id: UUID, tried: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    found = services.read_concern(concern_id, by=request.user, via=ReadVia.PAGE)
    context = _list(request) | _panel(found, request.user, tried)
    return render(request, "safeguarding/concerns/desk.html", context, status=422 if tried else 200)


def _list(request: HttpRequest) -> dict[str, Any]:
    rows = concerns_visible_to(request.user)
    is_officer = Role.CONFIDENTIAL_OFFICER in roles_of(request.user)
    if not is_officer and not rows.exists():
        raise NotFound
    closed = request.GET.get("lijst") == CLOSED
    chosen = rows.filter(state__in=CONCERN_CLOSED) if closed else rows.exclude(state__in=CONCERN_CLOSED)
    page = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page": page, "closed": closed, "is_officer": is_officer}


def _panel(concern: Concern, user: User, tried: tuple[str, forms.Form] | None) -> dict[str, Any]:
    may_handle = officiates(user, concern)
    lines = list(concern.notes.all())
    reads = list(concern.reads.all()[:LOG_SHOWN]) if may_handle else []
    people = _names(
        {line.by_id for line in lines} | {line.to_id for line in lines} | {r.reader_id for r in reads}
    )
    return {
        "concern": concern,
        "told": concern.told,
        "subject": ConcernSubject(concern.told["subject"]).label,
        "danger": Danger(concern.told["danger"]).label,
        "phone": shown_phone(concern.told["phone"]),
        "request_url": _address_of_request(concern.told["help_request"]),
        "lines": [_line(line, people) for line in lines],
        "reads": [(read, people.get(read.reader_id, _("someone who left"))) for read in reads],
        "choices": _choices(concern, may_handle, tried),
        "may_handle": may_handle,
    }


def _choices(
    concern: Concern, may_handle: bool, tried: tuple[str, forms.Form] | None
) -> list[dict[str, Any]]:
    """The acts that are possible now, each with its address, form and number key."""
    steps = sorted(CONCERN_TRANSITIONS[ConcernState(concern.state)], key=list(ConcernState).index)
    acts = (
        [(_step_act(to), reverse("concern-step", args=[concern.pk, to])) for to in steps]
        if may_handle
        else []
    )
    others = [NOTE] if concern.state in CONCERN_CLOSED or not may_handle else [NOTE, HAND_OVER, ENTRUST]
    acts += [(act, reverse(act.url_name, args=[concern.pk])) for act in others]
    return [
        {
            "key": number,
            "title": act.title,
            "url": url,
            "form": tried[1] if tried and tried[0] == str(act.title) else _unbound(act, concern, number),
            "open": bool(tried and tried[0] == str(act.title)),
        }
        for number, (act, url) in enumerate(acts, 1)
    ]


def _unbound(act: Act, concern: Concern, number: int) -> forms.Form:
    form = _form_of(act, concern)
    form.auto_id = f"id_{number}_%s"
    return form


def _line(line: ConcernNote, people: dict[UUID, str]) -> dict[str, Any]:
    return {
        "line": line,
        "who": people.get(line.by_id, _("someone who left")),
        "to": people.get(line.to_id, "") if line.to_id else "",
        "is_step": line.kind == NoteKind.STEP,
        "is_entrusted": line.kind == NoteKind.ASSIGNED,
        "is_hand_over": line.kind == NoteKind.HANDED_OVER,
    }


def _names(ids: set[UUID | None]) -> dict[UUID, str]:
    return {
        user.pk: user.name or user.email
        for user in User.objects.filter(pk__in=[each for each in ids if each])
    }


def _address_of_request(help_request: str) -> str:
    """Where the desk shows the request; that page belongs to a higher app, so it may be absent."""
    try:
        return reverse("desk-request", args=[help_request]) if help_request else ""
    except NoReverseMatch:
        return ""
