"""Who fits a vacancy or a shift, for the coordinators of its centre."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotFound
from common.permissions import require
from matching import queries, services
from matching.engine import Funnel, Term
from matching.errors import NotEligible
from matching.explanations import NOBODY_FOR_SHIFT, NOBODY_FOR_VACANCY, VACANCY_STEPS
from matching.fitting import Question, pointed_out, question_about
from matching.web.access import desk_only
from people import queries as people
from people.models import Volunteer
from vacancies.models import Shift, Vacancy

SHOWN = 20


@require_safe
@desk_only
def vacancy_fitting(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``GET /balie/wie-past/vacatures/<id>/``: the volunteers who fit a vacancy best, and why."""
    return _page(request, _vacancy(request, vacancy_id), None)


@require_safe
@desk_only
def shift_fitting(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``GET /balie/wie-past/diensten/<id>/``: the same for one of its dates."""
    shift = _shift(request, shift_id)
    return _page(request, shift.vacancy, shift)


@require_POST
@desk_only
def vacancy_tip(request: HttpRequest, vacancy_id: UUID, volunteer_id: UUID) -> HttpResponse:
    """``POST /balie/wie-past/vacatures/<id>/<volunteer>/``: point the vacancy out to one of them."""
    vacancy = _vacancy(request, vacancy_id)
    _point_out(request, vacancy, None, volunteer_id)
    return redirect("vacancy-fitting", vacancy.pk)


@require_POST
@desk_only
def shift_tip(request: HttpRequest, shift_id: UUID, volunteer_id: UUID) -> HttpResponse:
    """``POST /balie/wie-past/diensten/<id>/<volunteer>/``: point the date out to one of them."""
    shift = _shift(request, shift_id)
    _point_out(request, shift.vacancy, shift, volunteer_id)
    return redirect("shift-fitting", shift.pk)


def _vacancy(request: HttpRequest, vacancy_id: UUID) -> Vacancy:
    vacancy = queries.vacancies_at_desk_of(request.user).filter(pk=vacancy_id).first()
    if vacancy is None:
        raise NotFound
    return vacancy


def _shift(request: HttpRequest, shift_id: UUID) -> Shift:
    shift = queries.shifts_at_desk_of(request.user).filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    return shift


def _point_out(request: HttpRequest, vacancy: Vacancy, shift: Shift | None, volunteer_id: UUID) -> None:
    volunteer = people.volunteers_in_scope(request.user).filter(pk=volunteer_id).first()
    if volunteer is None:
        raise NotFound
    name = volunteer.user.name
    try:
        services.point_out(vacancy, volunteer, shift=shift, by=request.user)
    except NotEligible as error:
        messages.warning(request, f"{name}: {error.message}")
    else:
        messages.success(request, _("%(name)s gets a message about it.") % {"name": name})


def _page(request: HttpRequest, vacancy: Vacancy, shift: Shift | None) -> HttpResponse:
    require(request.user, "matching.view_fitting", vacancy, hide=True)
    told, question = pointed_out(vacancy, shift), question_about(vacancy, shift)
    context: dict[str, Any] = {"vacancy": vacancy, "shift": shift, "told": told, "closed": ""}
    if question is None:
        context["closed"] = NOBODY_FOR_VACANCY if shift is None else NOBODY_FOR_SHIFT
    else:
        context |= _supply(question, {each.volunteer.pk: each.tip.at for each in told})
    return render(request, "matching/desk/fitting.html", context)


def _supply(question: Question, told: Mapping[UUID, datetime]) -> dict[str, Any]:
    """Who fits, and where the others drop out."""
    funnel, rows = question.funnel(), _rows(question, told)
    return {
        "rows": rows,
        "nobody": "" if rows else _why_nobody(funnel),
        "funnel": [(VACANCY_STEPS[step.filter], step.remaining) for step in funnel.steps],
        "funnel_total": funnel.total,
    }


def _rows(question: Question, told: Mapping[UUID, datetime]) -> list[dict[str, Any]]:
    best = question.best(SHOWN)
    known = Volunteer.objects.select_related("user", "district").in_bulk([each.volunteer_id for each in best])
    return [
        {
            "volunteer": known[each.volunteer_id],
            "percent": round(each.score * 100),
            "distance_m": question.distance_m(each),
            "why": question.why(each, without={Term.PROXIMITY}),
            "told_at": told.get(known[each.volunteer_id].pk),
        }
        # Whoever left a moment ago may still be in the index.
        for each in best
        if each.volunteer_id in known
    ]


def _why_nobody(funnel: Funnel) -> str:
    """Say which rule the last volunteers fail on."""
    before = funnel.total
    if not before:
        return _("Nobody fits now: there are no volunteers yet.")
    for step in funnel.steps:
        if not step.remaining:
            break
        before = step.remaining
    return ngettext(
        "Nobody fits now. The last %(count)d person drops out here: %(step)s.",
        "Nobody fits now. The last %(count)d people drop out here: %(step)s.",
        before,
    ) % {"count": before, "step": VACANCY_STEPS[step.filter]}
