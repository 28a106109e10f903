"""The public bank: looking around, one vacancy, keeping it in mind, and lists for machines."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.api.etag import weak_etag
from common.errors import NotFound
from common.words import distance_words
from people.models import User
from vacancies import services
from vacancies.enums import RUNNING
from vacancies.models import Application, SavedVacancy, Vacancy
from vacancies.queries.bank import Found, Wanted, look
from vacancies.queries.desk import logo_of
from vacancies.queries.eligibility import courses_asked
from vacancies.queries.shelf import public_vacancies, shelf
from vacancies.queries.shifts import coming_shifts
from vacancies.rules import is_member
from vacancies.services.exposure import tally
from vacancies.templatetags.vacancies import moments_words, place_words
from vacancies.web.bank_form import BankForm
from vacancies.web.sharing import json_ld

DATES_SHOWN = 3
PER_PAGE = 20
# More of them lie over each other, and take longer to make than the whole list.
MOST_POINTS = 60
ALSO = 3
# A list opens no contact data and reads no page of text that it does not show.
SHOWN_IN_LISTS = (
    "title",
    "task",
    "category",
    "kind",
    "on_date",
    "dayparts",
    "hours",
    "online",
    "city",
    "lat",
    "lon",
    "organisation__name",
    "district__name",
)
# It is set by the first page and tells nothing about what the next one shows.
CSRF = settings.CSRF_COOKIE_NAME


@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    """``GET /vacatures/``: search, filter, list or map. Nobody needs to sign in."""
    columns = shelf.columns()
    form = BankForm(request.GET, columns=columns)
    found = look(form.wanted(), request.user, columns)
    if (unchanged := _unchanged(request, found)) is not None:
        return unchanged
    form.tell(found)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(_number(request.GET.get("pagina")), 1), pages)
    rows = in_order(found.page(number, PER_PAGE))
    tally.shown(row.pk for row in rows)
    as_map = request.GET.get("als") == "kaart"
    context = {
        "form": form,
        "found": found,
        "cards": [card(row, found) for row in rows],
        "number": number,
        "pages": pages,
        "as_map": as_map,
        "points": _points(found) if as_map else [],
        "most_points": MOST_POINTS if as_map and len(found) > MOST_POINTS else 0,
        "query": _query(request, "pagina"),
        "view_query": _query(request, "pagina", "als"),
        "robots": "noindex, follow" if request.GET else "",
    }
    response = render(request, "vacancies/bank/list.html", context, status=422 if form.errors else 200)
    return _tagged(request, found, response)


@require_safe
def vacancy_page(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``GET /vacatures/<id>/``: all there is to know, and the way to answer; or what else there is."""
    vacancy = Vacancy.objects.select_related("organisation", "district").filter(pk=vacancy_id).first()
    if vacancy is None or not (vacancy.is_public or _has_to_do_with(request.user, vacancy)):
        return _gone(request)
    if vacancy.is_public:
        tally.opened(vacancy.pk)
    answer = own_answer(request.user, vacancy)
    context = {
        "vacancy": vacancy,
        "courses": list(courses_asked(vacancy)),
        "logo": logo_of(vacancy.organisation_id),
        "answer": answer,
        "saved": request.user.is_authenticated
        and SavedVacancy.objects.filter(user_id=request.user.pk, vacancy=vacancy).exists(),
        "is_member": request.user.is_authenticated and is_member.test(request.user, vacancy),
        "also": also(vacancy),
        "dates": list(coming_shifts(vacancy)[:DATES_SHOWN]) if vacancy.is_public else [],
        "json_ld": json_ld(vacancy) if vacancy.is_public else None,
        "address": settings.BASE_URL + reverse("vacancy", args=[vacancy.pk]),
        "image": settings.BASE_URL + reverse("vacancy-image", args=[vacancy.pk]),
    }
    return render(request, "vacancies/bank/vacancy.html", context)


@require_POST
@login_required
def save(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``POST /vacatures/<id>/bewaren/``: keep it in mind; with ``weg`` let it go."""
    if "weg" in request.POST:
        vacancy = Vacancy.objects.filter(pk=vacancy_id).first()
    else:
        vacancy = public_vacancies().filter(pk=vacancy_id).first()
    if vacancy is None:
        raise NotFound
    change = services.forget_vacancy if "weg" in request.POST else services.save_vacancy
    change(vacancy, by=request.user)
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if own else reverse("vacancy", args=[vacancy.pk]))


@require_safe
@login_required
@never_cache
def saved(request: HttpRequest) -> HttpResponse:
    """``GET /vacatures/bewaard/``: what this person keeps in mind; what is gone says so."""
    rows = SavedVacancy.objects.filter(user_id=cast("User", request.user).pk).select_related(
        "vacancy__organisation", "vacancy__district"
    )
    return render(request, "vacancies/bank/saved.html", {"rows": list(rows)})


def in_order(ids: list[UUID]) -> list[Vacancy]:
    """Return these vacancies, as a list shows them, in this order; without those that have gone meanwhile."""
    rows = public_vacancies().only(*SHOWN_IN_LISTS).in_bulk(ids)
    return [rows[each] for each in ids if each in rows]


def card(vacancy: Vacancy, found: Found) -> dict[str, Any]:
    """What a list shows of a vacancy beside its own words."""
    return {
        "vacancy": vacancy,
        "metres": found.metres(vacancy.pk),
        "reasons": found.reasons(vacancy.pk),
    }


def also(vacancy: Vacancy) -> list[Vacancy]:
    """A few others about the same, of other places first."""
    found = look(Wanted(categories=frozenset({vacancy.category}))).page(1, ALSO + 1)
    return in_order([each for each in found if each != vacancy.pk][:ALSO])


def own_answer(user: Any, vacancy: Vacancy) -> Application | None:
    """The person's running answer to a vacancy."""
    if not user.is_authenticated:
        return None
    return Application.objects.filter(user=user, vacancy=vacancy, state__in=RUNNING).first()


def _has_to_do_with(user: Any, vacancy: Vacancy) -> bool:
    """Who answered may read back what it was; the organisation and its centre may look beforehand."""
    if not user.is_authenticated:
        return False
    if user.has_perm("vacancies.view_vacancy", vacancy):
        return True
    return Application.objects.filter(user=user, vacancy=vacancy).exists()


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a vacancy that is over, is not public, or never was."""
    others = in_order(look(Wanted()).page(1, ALSO))
    return render(request, "vacancies/bank/gone.html", {"also": others}, status=404)


def _points(found: Found) -> list[dict[str, Any]]:
    rows = in_order(found.page(1, MOST_POINTS))
    return [
        {
            "lat": row.lat,
            "lon": row.lon,
            "title": row.title,
            "text": _point_text(row, found),
            "url": reverse("vacancy", args=[row.pk]),
        }
        for row in rows
        if row.lat is not None
    ]


def _point_text(row: Vacancy, found: Found) -> str:
    metres = found.metres(row.pk)
    parts = [row.organisation.name, place_words(row), moments_words(row)]
    return " · ".join([*parts, *([distance_words(metres)] if metres is not None else [])])


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _query(request: HttpRequest, *without: str) -> str:
    """What was asked, without some of it, for the next link."""
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()


def _etag(request: HttpRequest, found: Found) -> str:
    parts = [request.get_full_path(), found.columns.version, translation.get_language() or ""]
    kept = request.COOKIES.items() - {(CSRF, request.COOKIES.get(CSRF, ""))}
    parts += [f"{name}={value}" for name, value in sorted(kept)]
    return weak_etag("\n".join(parts).encode())


def _unchanged(request: HttpRequest, found: Found) -> HttpResponse | None:
    """A visitor who has this page already need not get it again."""
    if request.user.is_authenticated or "HTTP_IF_NONE_MATCH" not in request.META:
        return None
    empty = HttpResponse()
    response = get_conditional_response(request, etag=_etag(request, found), response=empty)
    return response if isinstance(response, HttpResponse) and response is not empty else None


def _tagged(request: HttpRequest, found: Found, response: HttpResponse) -> HttpResponse:
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
        return response
    response["ETag"] = _etag(request, found)
    response["Cache-Control"] = "private, no-cache"
    return response
