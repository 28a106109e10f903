"""What there is that suits someone's answers: vacancies, kinds of help and trainings, for pages and API."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from academy.models import Course
from academy.queries import courses_on_offer
from matching import advice, queries
from people.enums import HelpCategory
from vacancies.models import Vacancy
from vacancies.queries.shelf import public_vacancies

VACANCIES, KINDS, TRAININGS, DISTRICTS = 5, 4, 3, 3
# So many of the kinds of vacancies that suit best are looked through, and so many of their newest.
LOOKED_AT, NEWEST = 6, 200


@dataclass(frozen=True)
class Advised:
    """Something that suits, and why; ``districts`` is where help of the kind is waited for now."""

    thing: Any
    fit: advice.Fit
    districts: tuple[str, ...] = ()


def vacancies_advised(given: advice.Answers) -> list[Advised]:
    """The published vacancies that suit best; of equal ones the newest."""
    topics = {topic.value: fit for topic, fit in islice(advice.roles_that_suit(given).items(), LOOKED_AT)}
    found = public_vacancies().filter(category__in=topics).order_by("-published_at", "-pk")
    rated = [_rated(vacancy, topics[vacancy.category], given) for vacancy in found[:NEWEST]]
    return sorted(rated, key=lambda each: -each.fit.points)[:VACANCIES]


def _rated(vacancy: Vacancy, fit: advice.Fit, given: advice.Answers) -> Advised:
    moment = advice.moment_fit(given, vacancy.dayparts, vacancy.kind)
    return Advised(vacancy, advice.with_moment(fit, moment))


def help_advised(given: advice.Answers) -> list[Advised]:
    """The kinds of help that suit best, and where someone waits for one: no request of anybody."""
    topics = dict(islice(advice.help_that_suits(given).items(), KINDS))
    places = queries.districts_asking([topic.value for topic in topics])
    return [
        Advised(topic, fit, tuple(places.get(topic.value, [])[:DISTRICTS])) for topic, fit in topics.items()
    ]


def trainings_advised(given: advice.Answers, kinds: list[HelpCategory]) -> list[tuple[Course, Any]]:
    """Trainings that help of these kinds asks for; for who wants to learn others too. With the reason."""
    wish = advice.wants_to_learn(given)
    if wish is False:
        return []
    asked_first: list[tuple[Course, Any]] = []
    others: list[tuple[Course, Any]] = []
    order = [kind.value for kind in kinds]
    for course in courses_on_offer().prefetch_related("requirements"):
        asked = {each.category for each in course.requirements.all()}
        kind = next((HelpCategory(value) for value in order if value in asked), None)
        if kind is not None:
            asked_first.append((course, _("It is asked for: %(kind)s.") % {"kind": str(kind.label).lower()}))
        elif wish:
            others.append((course, _("You would like to learn something.")))
    return [*asked_first, *others][:TRAININGS]
