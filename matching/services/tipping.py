"""Pointing a vacancy, or one of its shifts, out to a volunteer whom it may suit."""

from django.db import transaction

from common.permissions import require
from events.base import Event
from events.services import record
from matching.engine import Filter
from matching.errors import NotEligible
from matching.events import ShiftTipped, VacancyTipped
from matching.explanations import NOBODY_FOR_SHIFT, NOBODY_FOR_VACANCY, OVERTAKEN, why_not_there
from matching.fitting import question_about
from matching.models import VacancyTip
from people.models import User, Volunteer
from vacancies.models import Shift, Vacancy


@transaction.atomic
def point_out(vacancy: Vacancy, volunteer: Volunteer, *, by: User, shift: Shift | None = None) -> VacancyTip:
    """Tell a volunteer, once, that the centre thinks a vacancy, or this shift of it, may suit them.

    Repeating it changes nothing. Who takes a break, or was asked as often as they want, is left in peace.

    Raises:
        NotFound: the vacancy is not of a centre that ``by`` coordinates.
        NotEligible: nobody can answer it now, or it does not fit; names the rules that fail.
    """
    vacancy, shift = _locked(vacancy, shift)
    require(by, "matching.view_fitting", vacancy, hide=True)
    tip = VacancyTip.objects.filter(vacancy=vacancy, shift=shift, volunteer=volunteer).first()
    if tip is not None:
        return tip
    _require_fit(vacancy, shift, volunteer)
    tip = VacancyTip.objects.create(vacancy=vacancy, shift=shift, volunteer=volunteer, tipped_by=by)
    record(_told(tip), actor=by)
    return tip


def may_be_told(event: VacancyTipped | ShiftTipped) -> VacancyTip | None:
    """Return what was pointed out if the volunteer may still hear it: meanwhile much can happen."""
    tips = VacancyTip.objects.filter(
        vacancy=event.vacancy_id, shift=getattr(event, "shift_id", None), volunteer=event.volunteer_id
    )
    tip = tips.select_related(
        "volunteer__user", "vacancy__organisation", "vacancy__centre", "shift__vacancy__organisation",
        "shift__vacancy__centre",
    ).first()  # fmt: skip
    if tip is None:
        return None
    question = question_about(tip.vacancy, tip.shift)
    judged = question.judge(tip.volunteer_id) if question is not None else None
    return tip if judged is not None and not judged.failed else None


def _locked(vacancy: Vacancy, shift: Shift | None) -> tuple[Vacancy, Shift | None]:
    """Return the vacancy, and the shift, as they are; what is pointed out is locked."""
    if shift is None:
        rows = Vacancy.objects.select_for_update(of=("self",)).select_related("organisation", "centre")
        return rows.get(pk=vacancy.pk), None
    held = Shift.objects.select_for_update(of=("self",))
    shift = held.select_related("vacancy__organisation", "vacancy__centre").get(pk=shift.pk)
    return shift.vacancy, shift


def _require_fit(vacancy: Vacancy, shift: Shift | None, volunteer: Volunteer) -> None:
    question = question_about(vacancy, shift)
    if question is None:
        raise NotEligible(message=NOBODY_FOR_VACANCY if shift is None else NOBODY_FOR_SHIFT)
    judged = question.judge(volunteer.pk)
    if judged is None:
        raise NotEligible(message=OVERTAKEN[NotEligible.code])
    if judged.failed:
        names = tuple(rule.name or "" for rule in Filter if rule & judged.failed)
        sentences = why_not_there(judged.failed, of_shift=shift is not None)
        raise NotEligible(names, " ".join(sentences))


def _told(tip: VacancyTip) -> Event:
    about = {
        "vacancy_id": tip.vacancy_id,
        "volunteer_id": tip.volunteer_id,
        "centre_id": tip.vacancy.centre_id,
    }
    return VacancyTipped(**about) if tip.shift_id is None else ShiftTipped(shift_id=tip.shift_id, **about)
