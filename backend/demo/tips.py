"""To whom the demonstration town's desk pointed vacancies and dates out, and what came of it."""

from datetime import timedelta

from backend.demo.moments import by_day
from common import clock
from matching.fitting import question_about
from matching.models import VacancyTip
from matching.services import point_out
from people.models import Centre, User, Volunteer
from vacancies import services
from vacancies.enums import VacancyKind
from vacancies.models import Application, Shift, ShiftSeat, Vacancy
from vacancies.queries.shifts import coming_shifts

VACANCIES = 3
TOLD = 3
ANSWERED_WITH = "De centrale wees me hierop. Het lijkt me erg leuk. Mag ik een keer komen kijken?"


def point_some_out(centre: Centre, coordinator: User) -> None:
    """A few vacancies and a date, each to the best volunteers; one answered and one signed up."""
    vacancies = Vacancy.objects.filter(centre=centre, state="published", kind=VacancyKind.RECURRING)
    listed = list(vacancies.select_related("organisation", "centre").order_by("-published_at", "pk"))
    told = [(each, _tell(each, None, coordinator)) for each in listed[:VACANCIES]]
    for vacancy, volunteers in told[:1]:
        for volunteer in volunteers[:1]:
            _answer(vacancy, volunteer)
    date = next((shift for each in listed for shift in coming_shifts(each)[3:4]), None)
    if date is not None:
        for volunteer in _tell(date.vacancy, date, coordinator)[:1]:
            _sign_up(date, volunteer)


def _tell(vacancy: Vacancy, shift: Shift | None, coordinator: User) -> list[Volunteer]:
    """Point it out to the best, some days ago; return them, the best first."""
    question = question_about(vacancy, shift)
    best = [each.volunteer_id for each in question.best(TOLD)] if question is not None else []
    known = Volunteer.objects.select_related("user").in_bulk(best)
    for days, volunteer_id in enumerate(best, 3):
        tip = point_out(vacancy, known[volunteer_id], shift=shift, by=coordinator)
        VacancyTip.objects.filter(pk=tip.pk).update(at=by_day(clock.now() - timedelta(days=days)))
    return [known[volunteer_id] for volunteer_id in best]


def _answer(vacancy: Vacancy, volunteer: Volunteer) -> None:
    answer = services.send_application(vacancy, message=ANSWERED_WITH, by=volunteer.user)
    Application.objects.filter(pk=answer.pk).update(sent_at=by_day(clock.now() - timedelta(days=2)))


def _sign_up(shift: Shift, volunteer: Volunteer) -> None:
    seat = services.sign_up(shift, volunteer, by=volunteer.user)
    ShiftSeat.objects.filter(pk=seat.pk).update(asked_at=by_day(clock.now() - timedelta(days=1)))
