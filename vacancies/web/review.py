"""The centre's side: what waits for it, the list to tick for a vacancy and for an organisation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Forbidden, InvalidInput, NotFound
from people.enums import OrganisationState
from people.models import Organisation
from people.queries import without_members
from vacancies import services
from vacancies.enums import VacancyState
from vacancies.queries import desk as queries
from vacancies.web.desk import vacancy_page
from vacancies.web.review_forms import OrganisationReviewForm, ReviewForm


def _must_coordinate(request: HttpRequest) -> None:
    if not queries.desk_centres(request.user):
        raise Forbidden


@require_safe
@login_required
@never_cache
def review_desk(request: HttpRequest) -> HttpResponse:
    """``GET /balie/vacatures/``: organisations and vacancies that wait, and who hears nothing."""
    _must_coordinate(request)
    centres = queries.desk_centres(request.user)
    organisations = Organisation.objects.filter(centre_id__in=centres).order_by("created_at")
    mine = queries.vacancies_at_desk(request.user).filter(centre_id__in=centres)
    context = {
        "requested": list(organisations.filter(state=OrganisationState.REQUESTED)),
        "waiting": list(mine.filter(state=VacancyState.REVIEW).order_by("submitted_at")),
        "silent": list(queries.silent_answers(request.user)),
        "unmanned": list(
            without_members(organisations.filter(state=OrganisationState.APPROVED)).order_by("name")
        ),
        "organisations": list(organisations.exclude(state=OrganisationState.REQUESTED).order_by("name")),
    }
    return render(request, "vacancies/review/desk.html", context)


@require_POST
@login_required
@never_cache
def decide_vacancy(request: HttpRequest, vacancy_id: UUID, slug: str) -> HttpResponse:
    """``POST /balie/vacatures/<id>/<publiceren|terugsturen>/``."""
    found = queries.vacancies_at_desk(request.user).filter(pk=vacancy_id).first()
    if found is None:
        raise NotFound
    form = ReviewForm(request.POST)
    try:
        if form.is_valid() and slug == "publiceren":
            services.publish_vacancy(found, checks=form.cleaned_data["checks"], by=request.user)
            messages.success(request, _("Published. Everybody can find it now."))
        elif form.is_valid():
            services.send_back_vacancy(found, note=form.cleaned_data["note"], by=request.user)
            messages.success(request, _("Sent back to the organisation, with your word."))
    except InvalidInput as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal.message))
    if form.errors:
        return vacancy_page(request, found, form)
    return redirect("review-desk")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def decide_organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """``GET`` and ``POST /balie/organisaties/<id>/``: what it says of itself, and the centre's decision."""
    _must_coordinate(request)
    rows = Organisation.objects.filter(centre_id__in=queries.desk_centres(request.user))
    found = rows.select_related("centre", "decided_by", "district").filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    form = OrganisationReviewForm(
        request.POST if request.method == "POST" else None, initial={"checks": found.checks}
    )
    if form.is_bound and form.is_valid() and _decided(request, found, form):
        return redirect("review-organisation", found.pk)
    context = {"organisation": found, "form": form, "contact": found.contact or {}}
    return render(request, "vacancies/review/organisation.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, found: Organisation, form: OrganisationReviewForm) -> bool:
    user: Any = request.user
    note = form.cleaned_data["note"]
    try:
        if "goedkeuren" in request.POST:
            services.approve_organisation(found, checks=form.cleaned_data["checks"], note=note, by=user)
        elif "afwijzen" in request.POST:
            services.decline_organisation(found, note=note, by=user)
        else:
            services.suspend_organisation(found, note=note, by=user)
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return False
    messages.success(request, _("It has been decided."))
    return True
