"""Full-text search over vacancies: Dutch, and forgiving (``common.search``)."""

from django.utils import translation

from academy.queries import SYNONYMS
from common.search import SearchIndex
from vacancies.enums import VacancyCategory
from vacancies.models import Vacancy, VacancyIndexed

index = SearchIndex(
    VacancyIndexed,
    weights={"title": 5, "organisation": 3, "category": 2, "place": 2, "task": 1, "rest": 1},
    synonyms=SYNONYMS,
)


def words_of(vacancy: Vacancy) -> dict[str, str]:
    """Return what a vacancy is found by. The names of kinds in Dutch, as people here search."""
    return {
        "title": vacancy.title,
        "organisation": vacancy.organisation.name,
        "category": _dutch(vacancy.category),
        "place": f"{vacancy.city} {vacancy.district.name if vacancy.district else ''}",
        "task": vacancy.task,
        "rest": f"{vacancy.profile} {vacancy.offer}",
    }


def _dutch(category: str) -> str:
    if not category:
        return ""
    with translation.override("nl"):
        return str(VacancyCategory(category).label)
