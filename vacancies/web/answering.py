"""Answering a vacancy: two taps for who is known, one minute for who is not; and where answers stand."""

import json
from typing import Any, cast
from uuid import UUID

from allauth.account import forms as allauth
from allauth.account.internal.flows.signup import complete_signup
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from cryptography.fernet import InvalidToken
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

from common.encryption import decrypt, encrypt
from common.errors import Forbidden, InvalidInput, NotFound
from people.models import User
from people.queries import may_act, volunteer_of
from people.services.going_on import go_on_at
from safeguarding.queries import valid_requirements
from vacancies import services
from vacancies.enums import RUNNING, UNDER_WAY, ApplicationState
from vacancies.errors import VacancyGone
from vacancies.models import Application, Vacancy
from vacancies.queries.desk import application_of
from vacancies.queries.shelf import public_vacancies
from vacancies.rules import is_member
from vacancies.web.fields import attempt

KEY = "answer"


class AnswerForm(forms.Form):
    """What the volunteer tells the organisation. The message is there already; nothing has to be typed."""

    message = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone number, if they may call you"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "size": 16}),
    )


class AnswerAndAccountForm(AnswerForm, allauth.SignupForm):
    """The same for who has no account yet: name and address too. A code by mail proves the address."""

    field_order = ["message", "name", "email", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password1"]
        self.fields["email"].label = gettext_lazy("E-mail address")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


@method_decorator(never_cache, name="dispatch")
class AnswerView(View):
    """``GET`` and ``POST /vacatures/<id>/aanmelden/``."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the vacancy; who has answered it goes there. Raises ``VacancyGone``, ``Forbidden``."""
        rows = public_vacancies().filter(pk=kwargs["vacancy_id"])
        vacancy = rows.first()
        if vacancy is None:
            raise VacancyGone
        self.vacancy = vacancy
        if may_act(request.user):
            if is_member.test(request.user, vacancy):
                raise Forbidden(_("This is a vacancy of your own organisation."))
            own = Application.objects.filter(
                user_id=cast("User", request.user).pk, vacancy=vacancy, state__in=RUNNING
            ).first()
            if own is not None:
                return redirect("my-application", own.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
        """A message that only has to be sent."""
        volunteer = volunteer_of(request.user)
        known = {"message": first_words(self.vacancy, request.user), "phone": volunteer and volunteer.phone}
        form = AnswerForm if may_act(request.user) else AnswerAndAccountForm
        return self._page(form(initial=known))

    def post(self, request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
        """Send it, or keep it and make an account first."""
        if may_act(request.user):
            return self._send(request)
        form = AnswerAndAccountForm(request.POST)
        if not form.is_valid():
            return self._page(form, 422)
        keep_answer(request, self.vacancy, form.cleaned_data)
        return sign_up(request, form)

    def _send(self, request: HttpRequest) -> HttpResponse:
        form = AnswerForm(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            sent = attempt(form, lambda: services.send_application(self.vacancy, by=request.user, **told))
            if sent is not None:
                messages.success(request, _sent_words(self.vacancy))
                return redirect("my-application", sent.pk)
        return self._page(form, 422)

    def _page(self, form: AnswerForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "vacancy": self.vacancy, "lacking": lacking(self.vacancy, self.request.user)}
        return render(self.request, "vacancies/answering/answer.html", context, status=status)


def first_words(vacancy: Vacancy, user: Any) -> str:
    """The message as it stands there before anybody has typed."""
    opening = _("Hello %(name)s,") % {"name": vacancy.contact_name or vacancy.organisation.name}
    line = _("I would like to help with “%(title)s”. Could we get to know each other?")
    name = user.name if user.is_authenticated else ""
    return "\n".join(part for part in (opening, line % {"title": vacancy.title}, name) if part)


def lacking(vacancy: Vacancy, user: Any) -> int:
    """The mask of steps that the vacancy asks and this person has not taken, as far as is known."""
    volunteer = volunteer_of(user) if vacancy.screening else None
    return vacancy.screening & ~(valid_requirements(volunteer) if volunteer else 0)


def keep_answer(request: HttpRequest, vacancy: Vacancy, told: dict[str, Any]) -> None:
    """Keep an answer in the session, encrypted, until its writer has an account; go on there after that."""
    answer = {"vacancy": str(vacancy.pk), "message": told["message"], "phone": told["phone"]}
    answer["email"] = told["email"].lower()
    request.session[KEY] = encrypt(json.dumps(answer))
    go_on_at(request.session, reverse("answer-finish"))


def sign_up(request: HttpRequest, form: AnswerAndAccountForm) -> HttpResponse:
    """Make the account, or mail who has one already; the answer is the same: fill in the code."""
    limited = ratelimit.consume_or_429(request, action="signup")
    if limited:
        return limited
    user, response = form.try_save(request)
    if response is not None:
        return response
    try:
        return complete_signup(request, user=user, redirect_url=reverse("answer-finish"))
    except ImmediateHttpResponse as ready:
        return ready.response


@never_cache
@require_safe
@login_required
def answer_finish(request: HttpRequest) -> HttpResponse:
    """``GET /vacatures/aanmelden/klaar/``: send the answer that was kept while the account was made.

    Signing in can only redirect, so this is a GET; it acts on nothing but what the reader wrote in this
    session and said to send, and a second time finds nothing left to do. Whoever signs in after them on the
    same computer, with another address, sends nothing.
    """
    kept = _kept(request)
    if kept is None or kept["email"] != request.user.email.lower():
        return redirect("my-applications")
    vacancy = public_vacancies().filter(pk=kept["vacancy"]).first()
    if vacancy is None:
        raise VacancyGone
    words, phone = kept["message"], kept["phone"]
    try:
        sent = services.send_application(vacancy, message=words, phone=phone, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, str(refusal.message))
        return redirect("answer-vacancy", vacancy.pk)
    messages.success(request, _sent_words(vacancy))
    return redirect("my-application", sent.pk)


def _sent_words(vacancy: Vacancy) -> str:
    return _("Your answer has been sent to %(name)s.") % {"name": vacancy.organisation.name}


def _kept(request: HttpRequest) -> dict[str, str] | None:
    token = request.session.pop(KEY, None)
    try:
        return dict(json.loads(decrypt(token))) if token else None
    except (InvalidToken, ValueError):
        return None


@require_safe
@login_required
@never_cache
def my_applications(request: HttpRequest) -> HttpResponse:
    """``GET /mijn-aanmeldingen/``: what this person answered; what runs first."""
    rows = Application.objects.filter(user_id=cast("User", request.user).pk).select_related(
        "vacancy__organisation", "organisation"
    )
    listed = list(rows.order_by("-sent_at"))
    running = [row for row in listed if row.state in RUNNING]
    over = [row for row in listed if row.state not in RUNNING]
    return render(request, "vacancies/answering/list.html", {"running": running, "over": over})


class NoteForm(forms.Form):
    """A word for the other side."""

    text = forms.CharField(
        label=gettext_lazy("Write something"), max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )


@never_cache
@login_required
def my_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """``GET`` and ``POST /mijn-aanmeldingen/<id>/``: where it stands, what was said; a word back."""
    found = application_of(request.user, application_id)
    if found is None:
        raise NotFound
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(form, lambda: services.add_note(found, text=text, by=request.user)):
            return redirect("my-application", found.pk)
    context = {
        "application": found,
        "vacancy": found.vacancy,
        "steps": steps_of(found),
        "notes": found.notes.filter(shared=True).select_related("author"),
        "form": form,
        "under_way": found.state in UNDER_WAY,
        "running": found.state in RUNNING,
        "lacking": lacking(found.vacancy, request.user) if found.state in UNDER_WAY else 0,
        "contact_open": found.heard_at is not None and found.state in RUNNING,
    }
    return render(
        request, "vacancies/answering/application.html", context, status=422 if form.errors else 200
    )


@require_POST
@login_required
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """``POST /mijn-aanmeldingen/<id>/intrekken/``: take it back, or stop."""
    found = application_of(request.user, application_id)
    if found is None:
        raise NotFound
    services.withdraw_application(found, by=request.user)
    messages.success(request, _("Done. Thank you for wanting to help."))
    return redirect("my-applications")


def steps_of(application: Application) -> list[dict[str, Any]]:
    """The line of time of an answer, as the design system draws it."""
    order = [
        ApplicationState.SENT,
        ApplicationState.READ,
        ApplicationState.CONVERSATION,
        ApplicationState.STARTED,
    ]
    states = {ApplicationState.TRIAL: 2, ApplicationState.ENDED: 3}
    state = ApplicationState(application.state)
    reached = states.get(state, order.index(state) if state in order else 1)
    stamps = [application.sent_at, application.read_at, application.heard_at, application.started_at]
    looks = ["done" if place < reached else "now" if place == reached else "" for place in range(len(order))]
    if state == ApplicationState.ENDED:
        looks[-1] = "done"
    return [
        {"title": step.label, "at": at if look else None, "look": look}
        for step, at, look in zip(order, stamps, looks, strict=True)
    ]
