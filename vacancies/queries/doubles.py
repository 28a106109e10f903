"""Vacancies that look like one another: perhaps the same was posted twice."""

from itertools import islice

from django.db.models import QuerySet
from rapidfuzz import fuzz

from common.search import words
from vacancies.enums import VacancyState
from vacancies.models import Vacancy
from vacancies.queries.shelf import public_vacancies
from vacancies.queries.words import index

SAME_TITLE, SAME_TASK = 88, 85
"""Of 100: how alike the words of two titles or tasks are, whatever their order."""
MOST_OWN, MOST_OTHERS, MOST_SHOWN = 200, 20, 3


def doubles_of(vacancy: Vacancy) -> list[Vacancy]:
    """Return the living vacancies that may be the same one, the most alike first, the newest of those first.

    The newest of its own organisation are compared; of others those that search finds by the title, and these
    only count when the task is alike as well: two clubs may both look for a treasurer.
    """
    alike = [(_own_likeness(vacancy, other), other) for other in _own(vacancy)]
    alike += [(_others_likeness(vacancy, other), other) for other in _others(vacancy)]
    found = sorted((pair for pair in alike if pair[0] > 0), key=lambda pair: -pair[0])
    return [other for _likeness, other in found[:MOST_SHOWN]]


def _own(vacancy: Vacancy) -> QuerySet[Vacancy]:
    living = Vacancy.objects.filter(organisation_id=vacancy.organisation_id)
    return (
        living.exclude(state=VacancyState.CLOSED)
        .exclude(pk=vacancy.pk)
        .select_related("organisation")
        .order_by("-created_at", "-pk")[:MOST_OWN]
    )


def _others(vacancy: Vacancy) -> list[Vacancy]:
    ids = list(islice((key for key in index.hits(vacancy.title).ids if key != vacancy.pk), MOST_OTHERS))
    found = public_vacancies().filter(pk__in=ids).exclude(organisation_id=vacancy.organisation_id)
    return list(found.order_by("-created_at", "-pk"))


def _own_likeness(vacancy: Vacancy, other: Vacancy) -> float:
    title = _likeness(vacancy.title, other.title)
    task = _likeness(vacancy.task, other.task)
    # The same title on another day is another job.
    other_moment = vacancy.on_date != other.on_date
    return max(title if title >= SAME_TITLE and not other_moment else 0, task if task >= SAME_TASK else 0)


def _others_likeness(vacancy: Vacancy, other: Vacancy) -> float:
    task = _likeness(vacancy.task, other.task)
    return task if task >= SAME_TASK and _likeness(vacancy.title, other.title) >= SAME_TITLE else 0


def _likeness(first: str, second: str) -> float:
    one, two = " ".join(words(first)), " ".join(words(second))
    return fuzz.token_sort_ratio(one, two) if one and two else 0.0
