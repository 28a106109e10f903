"""The desk of an organisation: its vacancies, who answered, what waits; and writing a vacancy."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, NotFound
from common.permissions import require
from people.models import Organisation
from vacancies import services
from vacancies.enums import (
    EDITABLE,
    SILENT,
    UNDER_WAY,
    VACANCY_STEPS,
    ApplicationState,
    PlacementState,
    VacancyState,
)
from vacancies.models import Vacancy
from vacancies.queries import desk as queries
from vacancies.queries.desk import logo_of
from vacancies.queries.doubles import doubles_of
from vacancies.queries.eligibility import courses_asked
from vacancies.queries.placements import entries_to_sign, placements_kept_by
from vacancies.queries.shifts import shifts_soon
from vacancies.queries.signing import hours_waiting
from vacancies.rules import acts_for, is_desk
from vacancies.services.coaching import coach
from vacancies.web.fields import attempt
from vacancies.web.review_forms import ReviewForm
from vacancies.web.vacancy_form import WORDS, VacancyForm

SOON, COMING = timedelta(days=14), 10
View = Callable[..., HttpResponse]
Act = Callable[..., Vacancy]
# What a button does, and where it may be pressed.
ACTS: dict[str, tuple[Act, frozenset[VacancyState]]] = {
    "insturen": (services.submit_vacancy, frozenset({VacancyState.DRAFT})),
    "pauzeren": (services.pause_vacancy, frozenset({VacancyState.PUBLISHED})),
    "hervatten": (services.resume_vacancy, frozenset({VacancyState.PAUSED, VacancyState.FILLED})),
    "verlengen": (services.renew_vacancy, frozenset({VacancyState.PUBLISHED, VacancyState.EXPIRED})),
    "vervuld": (services.fill_vacancy, frozenset({VacancyState.PUBLISHED, VacancyState.PAUSED})),
    "sluiten": (
        services.close_vacancy,
        frozenset(state for state, steps in VACANCY_STEPS.items() if VacancyState.CLOSED in steps),
    ),
}


def of_organisation(view: View) -> View:
    """Call the view with the organisation of the address. Raises ``NotFound`` when it is another's."""

    @wraps(view)
    def guarded(request: HttpRequest, organisation_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        found = queries.organisations_at_desk(request.user).filter(pk=organisation_id).first()
        if found is None:
            raise NotFound
        return view(request, found, *args, **kwargs)

    return never_cache(login_required(guarded))


def of_vacancy(view: View) -> View:
    """Call the view with the vacancy of the address. Raises ``NotFound`` when it is another's."""

    @wraps(view)
    def guarded(request: HttpRequest, vacancy_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        found = queries.vacancies_at_desk(request.user).filter(pk=vacancy_id).first()
        if found is None:
            raise NotFound
        return view(request, found, *args, **kwargs)

    return never_cache(login_required(guarded))


@require_safe
@login_required
@never_cache
def organisation_home(request: HttpRequest) -> HttpResponse:
    """``GET /organisatie/``: the desk of one's organisation; a choice for who has several."""
    found = list(queries.own_organisations(request.user))
    if len(found) == 1:
        return redirect("organisation-desk", found[0].pk)
    return render(request, "vacancies/desk/choose.html", {"organisations": found})


@require_safe
@of_organisation
def organisation_desk(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET /organisatie/<id>/``: what waits first, then all vacancies."""
    vacancies = queries.with_answers(organisation.vacancies.exclude(state=VacancyState.CLOSED))
    # Of who answered an organisation sees nothing while it does not take part; its centre does.
    handled = queries.applications_at_desk(request.user).filter(organisation=organisation)
    listed = list(handled.filter(state__in=UNDER_WAY).order_by("sent_at"))
    soon = shifts_soon(request.user, within=SOON)
    context = {
        "organisation": organisation,
        "vacancies": list(vacancies.order_by("state", "-created_at")),
        "waiting": [one for one in listed if one.state in SILENT and one.heard_at is None],
        "talking": [one for one in listed if one.state not in SILENT or one.heard_at is not None],
        "coming": list(soon.filter(vacancy__organisation=organisation)[:COMING]),
        "students_ask": placements_kept_by(request.user)
        .filter(state=PlacementState.ASKED, spot__vacancy__organisation=organisation)
        .count(),
        "students_sign": entries_to_sign(request.user)
        .filter(placement__spot__vacancy__organisation=organisation)
        .count(),
        "hours_to_sign": hours_waiting(request.user, organisation),
        "started": list(handled.filter(state=ApplicationState.STARTED).order_by("started_at")),
        "may_write": acts_for.test(request.user, organisation)
        or request.user.has_perm("vacancies.decide_organisation", organisation),
        "may_manage": request.user.has_perm("vacancies.edit_organisation", organisation),
    }
    return render(request, "vacancies/desk/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_organisation
def new_vacancy(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET`` and ``POST /organisatie/<id>/vacatures/nieuw/``: a draft, which may be half finished."""
    blank = Vacancy(organisation=organisation, centre=organisation.centre)
    require(request.user, "vacancies.edit_vacancy", blank)
    known = _usual(organisation) | _begun(request)
    form = VacancyForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        made = attempt(form, lambda: services.draft_vacancy(organisation, by=request.user, **form.details()))
        if made is not None:
            return _saved(request, made)
    return _form_page(request, form, organisation)


@require_http_methods(["GET", "HEAD", "POST"])
@of_vacancy
def edit_vacancy(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """``GET`` and ``POST /organisatie/vacatures/<id>/aanpassen/``."""
    require(request.user, "vacancies.edit_vacancy", vacancy)
    form = VacancyForm(request.POST if request.method == "POST" else None, vacancy=vacancy)
    if form.is_bound and form.is_valid():
        changed = attempt(form, lambda: services.edit_vacancy(vacancy, by=request.user, **form.details()))
        if changed is not None:
            return _saved(request, changed)
    return _form_page(request, form, vacancy.organisation, vacancy)


def _usual(organisation: Organisation) -> dict[str, Any]:
    """What most vacancies of an organisation share: those of the last one that it wrote."""
    last = organisation.vacancies.order_by("-created_at").first()
    names = ("address", "postcode", "city", "contact_name", "contact_email", "contact_phone", "reimbursement")
    known = {name: getattr(last, name) for name in names} if last else {
        "address": organisation.address, "postcode": organisation.postcode,
    }  # fmt: skip
    return known | {"kind": "recurring", "hours": 3, "screening": organisation.screening}


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the page from which one comes has filled in already: title and what it is about."""
    begun = {name: request.GET.get(name, "")[:80] for name in ("title", "category")}
    return {name: word for name, word in begun.items() if word}


def _saved(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """On to the preview; with the button for it, to the centre at once."""
    if "insturen" in request.POST and vacancy.state == VacancyState.DRAFT:
        try:
            services.submit_vacancy(vacancy, by=request.user)
        except InvalidInput as refusal:
            messages.error(request, str(refusal.message))
            return redirect("edit-vacancy", vacancy.pk)
        messages.success(request, _("Sent. The centre looks at it, mostly within two working days."))
    else:
        messages.success(request, _("Saved."))
    return redirect("desk-vacancy", vacancy.pk)


def _form_page(
    request: HttpRequest, form: VacancyForm, organisation: Organisation, vacancy: Vacancy | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "organisation": organisation,
        "vacancy": vacancy,
        "advice": form.advice if form.is_bound or vacancy else [],
        "unsent": vacancy is None or vacancy.state == VacancyState.DRAFT,
    }
    return render(request, "vacancies/desk/form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def coaching(request: HttpRequest) -> HttpResponse:
    """``POST /organisatie/vacatures/meelezen/``: advice about what stands in the form now. Keeps nothing."""
    words = {name: request.POST.get(name, "")[:3000] for name in WORDS}
    return render(request, "vacancies/desk/_advice.html", {"advice": coach(**words)})


@require_safe
@of_vacancy
def desk_vacancy(request: HttpRequest, vacancy: Vacancy) -> HttpResponse:
    """``GET /organisatie/vacatures/<id>/``: the preview, what can be done with it, and who answered."""
    return vacancy_page(request, vacancy, ReviewForm())


def vacancy_page(request: HttpRequest, vacancy: Vacancy, review: ReviewForm) -> HttpResponse:
    """The page of one vacancy for who works on it; the centre has its list to tick beside it."""
    user = request.user
    words = {name: getattr(vacancy, name) for name in WORDS}
    state = VacancyState(vacancy.state)
    reviews = state == VacancyState.REVIEW and user.has_perm("vacancies.review_vacancy", vacancy)
    context = {
        "vacancy": vacancy,
        "courses": list(courses_asked(vacancy)),
        "logo": logo_of(vacancy.organisation_id),
        "answers": list(
            queries.applications_at_desk(user).filter(vacancy=vacancy).order_by("state", "-sent_at")
        ),
        "advice": coach(**words, hours=vacancy.hours)
        if state in (VacancyState.DRAFT, VacancyState.REVIEW)
        else [],
        "doubles": doubles_of(vacancy) if state in (VacancyState.DRAFT, VacancyState.REVIEW) else [],
        "acts": [slug for slug, (_act, states) in ACTS.items() if state in states],
        "may_edit": state in EDITABLE and user.has_perm("vacancies.edit_vacancy", vacancy),
        "review": review if reviews else None,
        "exposure": _exposure(vacancy),
        "may_look_for": vacancy.is_public and is_desk.test(user, vacancy),
    }
    return render(request, "vacancies/desk/vacancy.html", context, status=422 if review.errors else 200)


def _exposure(vacancy: Vacancy) -> dict[str, int]:
    days = list(vacancy.exposure.values_list("shown", "opened"))
    return {"shown": sum(day[0] for day in days), "opened": sum(day[1] for day in days)}


@require_POST
@of_vacancy
def vacancy_act(request: HttpRequest, vacancy: Vacancy, slug: str) -> HttpResponse:
    """``POST /organisatie/vacatures/<id>/<act>/``: one step in its life."""
    if slug not in ACTS:
        raise NotFound
    try:
        changed = ACTS[slug][0](vacancy, by=request.user)
    except InvalidInput as refusal:
        messages.error(request, str(refusal.message))
        return redirect("edit-vacancy", vacancy.pk)
    messages.success(
        request, _("Done. The vacancy is now: %(state)s.") % {"state": changed.get_state_display()}
    )
    return redirect("desk-vacancy", vacancy.pk)
