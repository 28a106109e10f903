"""Joining as a volunteer: five short screens, then an account, then at once what can be done near by."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.signup import complete_signup
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.errors import InvalidInput, NotFound
from people.enums import Language, Transport, VolunteerState
from people.errors import AlreadyVolunteer
from people.queries import may_act, volunteer_of
from people.services import answers_left, forget_answers, leave_answers, register_volunteer, suggested
from people.web.drafts import STEPS, JoinDraft
from people.web.volunteer_forms import QUESTIONS, AboutAndAccountForm, AboutForm

# What a screen shows ticked before anything has been filled in.
BEFORE: dict[str, dict[str, Any]] = {
    "where": {"reach": "5", "transport": Transport.to_mask([Transport.BICYCLE])},
    "extras": {"languages": Language.to_mask([Language.DUTCH])},
}


def form_class(step: str, *, signed_in: bool) -> type[Any]:
    """Return the form of a step. Raises ``NotFound`` for another word."""
    if step not in STEPS:
        raise NotFound
    if step == "about":
        return AboutForm if signed_in else AboutAndAccountForm
    return QUESTIONS[step]


def initial_of(form: BaseForm, typed: QueryDict) -> dict[str, Any]:
    """What was typed, as initial values: a screen that one comes back to looks as it was left."""
    fields = form.fields.items()
    return {
        name: field.widget.value_from_datadict(typed, {}, name) for name, field in fields if name in typed
    }


def is_volunteer(request: HttpRequest) -> bool:
    """Whether the reader takes part already."""
    volunteer = volunteer_of(request.user)
    return volunteer is not None and volunteer.state != VolunteerState.LEFT


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """``GET /doe-mee/``: what it is to join, and the way in."""
    if is_volunteer(request):
        return redirect("profile")
    draft = JoinDraft(request.session)
    if may_act(request.user) and not draft.started and (left := answers_left(request.user.email)):
        draft.take_over(left)
        messages.info(request, _("The answers that were given with your e-mail address are still here."))
    context = {"started": draft.started, "step": draft.first_open or STEPS[-1], "first": STEPS[0]}
    return render(request, "people/join.html", context)


class JoinStepView(View):
    """``GET`` and ``POST /doe-mee/<step>/``: one screen. A button named ``back`` keeps what was typed too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Who takes part already changes the profile instead."""
        if is_volunteer(request):
            return redirect("profile")
        self.draft = JoinDraft(request.session)
        self.form_class = form_class(kwargs["step"], signed_in=may_act(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, step: str) -> HttpResponse:
        """Show the screen as it was left."""
        typed = self.draft.typed(step)
        empty = self.form_class()
        before = BEFORE.get(step, {}) | suggested(request.session).get(step, {})
        initial = before if typed is None else initial_of(empty, typed)
        if step == "about" and may_act(request.user):
            initial.setdefault("name", request.user.name)
        return self._screen(step, self.form_class(initial=initial))

    def post(self, request: HttpRequest, step: str) -> HttpResponse:
        """Keep the answers and go on; or say what is wrong (422)."""
        form = self.form_class(request.POST)
        if "back" in request.POST:
            self._keep(step, form, answered=False)
            before = STEPS.index(step) - 1
            return redirect("join-step", step=STEPS[before]) if before >= 0 else redirect("join")
        if not form.is_valid():
            return self._screen(step, form, status=422)
        self._keep(step, form, answered=True)
        return self._onward(request, form)

    def _keep(self, step: str, form: Any, *, answered: bool) -> None:
        # Of who turns out to be too young, or does not agree, nothing is kept.
        if step != "about" or answered:
            self.draft.keep(step, self.request.POST, form.fields, answered=answered)

    def _onward(self, request: HttpRequest, form: Any) -> HttpResponse:
        if (unanswered := self.draft.first_open) is not None:
            return redirect("join-step", step=unanswered)
        if may_act(request.user):
            return redirect("join-finish")
        response = sign_up(request, form)
        if response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            leave_answers(form.cleaned_data["email"], self.draft.answers)
        return response

    def _screen(self, step: str, form: Any, status: int = 200) -> HttpResponse:
        context = {"form": form, "step": step, "number": STEPS.index(step) + 1, "total": len(STEPS)}
        return render(self.request, "people/join_step.html", context, status=status)


def sign_up(request: HttpRequest, form: AboutAndAccountForm) -> HttpResponse:
    """Make the account, or mail who has one already; the answer is the same: fill in the code."""
    limited = ratelimit.consume_or_429(request, action="signup")
    if limited:
        return limited
    user, response = form.try_save(request)
    if response is not None:
        return response
    try:
        return complete_signup(request, user=user, redirect_url=reverse("join-finish"))
    except ImmediateHttpResponse as ready:
        return ready.response


@never_cache
@require_safe
@login_required
def join_finish(request: HttpRequest) -> HttpResponse:
    """``GET /doe-mee/klaar/``: turn the answers into a profile, once the address has been verified.

    Signing in can only redirect, so this is a GET; it acts on nothing but the reader's own answers, to
    which they have said yes, and a second time finds nothing left to do.
    """
    draft = JoinDraft(request.session)
    if (unanswered := draft.first_open) is not None:
        return redirect("profile" if is_volunteer(request) else reverse("join-step", args=[unanswered]))
    try:
        values = answers_of(draft)
        register_volunteer(request.user, by=request.user, **values)
    except AlreadyVolunteer:
        draft.clear()
        return redirect("profile")
    except InvalidInput as refusal:
        messages.error(request, str(refusal.message))
        return redirect("join")
    draft.clear()
    forget_answers(request.user.email)
    messages.success(request, _("Welcome! You are signed up. Have a look at what you can do near you."))
    return redirect("near-me")


def answers_of(draft: JoinDraft) -> dict[str, Any]:
    """Return the answers of all steps as arguments of ``register_volunteer``.

    Raises:
        InvalidInput: an answer that was right is not any more.
    """
    values: dict[str, Any] = {"skills": 0}
    for step in STEPS:
        form = form_class(step, signed_in=True)(draft.typed(step))
        if not form.is_valid():
            raise InvalidInput
        values |= form.changes(values["skills"])
    return values
