"""Who fits a vacancy or a shift, for the coordinators of its centre."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
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
from matching.engine import Filter, Funnel, Term
from matching.errors import NotEligible
from matching.explanations import OVERTAKEN, VACANCY_STEPS, VACANCY_WHY_NOT
from matching.fitting import Question, question_of_shift, question_of_vacancy
from matching.models import VacancyTip
from matching.web.access import desk_only
from people import queries as people
from people.models import Volunteer
from vacancies.models import Shift, Vacancy

SHOWN = 20


@require_safe
@desk_only
def vacancy_fitting(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``GET /balie/wie-past/vacatures/<id>/``: the volunteers who fit a vacancy best, and why."""
    vacancy = queries.vacancies_at_desk_of(request.user).filter(pk=vacancy_id).first()
    if vacancy is None:
        raise NotFound
    tips = dict(VacancyTip.objects.filter(vacancy=vacancy).values_list("volunteer_id", "at"))
    return _page(request, vacancy, None, question_of_vacancy(vacancy), tips)


@require_POST
@desk_only
def vacancy_tip(request: HttpRequest, vacancy_id: UUID, volunteer_id: UUID) -> HttpResponse:
    """``POST /balie/wie-past/vacatures/<id>/<volunteer>/``: point the vacancy out to one of them."""
    vacancy = queries.vacancies_at_desk_of(request.user).filter(pk=vacancy_id).first()
    volunteer = people.volunteers_in_scope(request.user).filter(pk=volunteer_id).first()
    if vacancy is None or volunteer is None:
        raise NotFound
    try:
        services.tip_vacancy(vacancy, volunteer, by=request.user)
    except NotEligible as error:
        sentences = [VACANCY_WHY_NOT[Filter[name]] for name in error.failed] or [OVERTAKEN["not-eligible"]]
        said = " ".join([f"{volunteer.user.name}:", *map(str, sentences)])
        messages.warning(request, said)
    else:
        messages.success(request, _("%(name)s gets a message about it.") % {"name": volunteer.user.name})
    return redirect("vacancy-fitting", vacancy.pk)


@require_safe
@desk_only
def shift_fitting(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """``GET /balie/wie-past/diensten/<id>/``: the same for one of its dates."""
    shift = queries.shifts_at_desk_of(request.user).filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    return _page(request, shift.vacancy, shift, question_of_shift(shift))


def _page(
    request: HttpRequest,
    vacancy: Vacancy,
    shift: Shift | None,
    question: Question | None,
    tips: Mapping[UUID, datetime] = MappingProxyType({}),
) -> HttpResponse:
    require(request.user, "matching.view_fitting", vacancy, hide=True)
    context = {"vacancy": vacancy, "shift": shift, "closed": question is None}
    if question is not None:
        context |= _supply(question, tips)
    return render(request, "matching/desk/fitting.html", context)


def _supply(question: Question, tips: Mapping[UUID, datetime]) -> dict[str, Any]:
    """Who fits, and where the others drop out."""
    funnel, rows = question.funnel(), _rows(question, tips)
    return {
        "rows": rows,
        "nobody": "" if rows else _why_nobody(funnel),
        "funnel": [(VACANCY_STEPS[step.filter], step.remaining) for step in funnel.steps],
        "funnel_total": funnel.total,
    }


def _rows(question: Question, tips: Mapping[UUID, datetime]) -> list[dict[str, Any]]:
    best = question.best(SHOWN)
    known = Volunteer.objects.select_related("user", "district").in_bulk([each.volunteer_id for each in best])
    return [
        {
            "volunteer": known[each.volunteer_id],
            "percent": round(each.score * 100),
            "distance_m": question.distance_m(each),
            "why": question.why(each, without={Term.PROXIMITY}),
            "tipped_at": tips.get(known[each.volunteer_id].pk),
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
