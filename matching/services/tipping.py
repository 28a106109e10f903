"""Pointing a vacancy out to a volunteer whom it may suit."""

from django.db import transaction

from common.permissions import require
from events.services import record
from matching.engine import Filter
from matching.errors import NotEligible
from matching.events import VacancyTipped
from matching.fitting import question_of_vacancy
from matching.models import VacancyTip
from people.models import User, Volunteer
from vacancies.models import Vacancy


@transaction.atomic
def tip_vacancy(vacancy: Vacancy, volunteer: Volunteer, *, by: User) -> VacancyTip:
    """Tell a volunteer, once, that the centre thinks a vacancy may suit them. Repeating it changes nothing.

    Who takes a break, or was asked as often as they want, is left in peace.

    Raises:
        NotFound: the vacancy is not of a centre that ``by`` coordinates.
        NotEligible: nobody can answer it now, or it does not fit; names the rules that fail.
    """
    locked = Vacancy.objects.select_for_update(of=("self",)).select_related("organisation", "centre")
    vacancy = locked.get(pk=vacancy.pk)
    require(by, "matching.view_fitting", vacancy, hide=True)
    tip = VacancyTip.objects.filter(vacancy=vacancy, volunteer=volunteer).first()
    if tip is not None:
        return tip
    question = question_of_vacancy(vacancy)
    judged = question.judge(volunteer.pk) if question is not None else None
    if judged is None or judged.failed:
        failed = judged.failed if judged is not None else Filter(0)
        raise NotEligible(tuple(rule.name or "" for rule in Filter if rule & failed))
    tip = VacancyTip.objects.create(vacancy=vacancy, volunteer=volunteer, tipped_by=by)
    record(
        VacancyTipped(vacancy_id=vacancy.pk, volunteer_id=volunteer.pk, centre_id=vacancy.centre_id), actor=by
    )
    return tip
