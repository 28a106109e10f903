"""Who fits a vacancy or a shift: the question, who answers to it best, and where the others drop out.

A room of its own beside ``demand`` and ``candidates``: a vacancy has no resident and nobody is asked in
waves, but it has an organisation, may be online, and its shifts have a day and a time. Whom ``vacancies``
refuses is never listed (``vacancies.queries.eligibility``); the engine's other rules hold as for requests.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast
from uuid import UUID

from django.db.models import IntegerField, Q, QuerySet, Value
from django.utils import timezone

from common import clock
from common.bits import mask_of
from common.seating import Span, busy_people
from matching import explanations
from matching.demand import screenings_in
from matching.engine import Candidate, Demand, Funnel, SupplyIndex, Term, day_number
from matching.models import VacancyTip
from matching.supply import supply, supply_rows
from people.enums import daypart_bit, part_of_hour
from people.models import Resident, Volunteer
from people.queries import members_of
from safeguarding import queries as safeguarding
from vacancies.enums import NEAREST_HELP, OVER, RUNNING
from vacancies.models import Application, Shift, ShiftSeat, Vacancy
from vacancies.queries.eligibility import courses_asked, takes_shifts

_Related: TypeAlias = dict[int, set[UUID]]

# How a volunteer stands to a vacancy or a shift.
_ASKED, _BLOCKED = range(2)
# Where the engine puts what is done online and has no place: no matter where.
_ANYWHERE = (52.0, 5.0)
ADULT = 18


@dataclass(frozen=True, slots=True)
class Question:
    """A vacancy or a shift as the engine's question."""

    demand: Demand

    @property
    def online(self) -> bool:
        """Whether it is no matter how far off somebody lives."""
        return self.demand.anywhere

    def best(self, k: int) -> Sequence[Candidate]:
        """The best ``k`` volunteers who pass every hard filter, best first."""
        with supply.fresh() as index:
            return index.best(self.demand, k=k, today=clock.today())

    def judge(self, volunteer_id: UUID) -> Candidate | None:
        """Judge one volunteer against the database itself; ``None`` for who has left or consents no more."""
        rows = supply_rows([volunteer_id])
        if not rows:
            return None
        return SupplyIndex.from_rows(rows).candidate(self.demand, volunteer_id, today=clock.today())

    def funnel(self) -> Funnel:
        """How many volunteers remain after each filter."""
        with supply.fresh() as index:
            return index.funnel(self.demand, today=clock.today())

    def why(self, candidate: Candidate, *, without: Collection[Term] = ()) -> str:
        """One sentence for staff: why this volunteer stands there; ``without`` what is said beside it."""
        unsaid = {*without, Term.PROXIMITY} if self.online else without
        return explanations.why(candidate, self.demand, without=unsaid)

    def distance_m(self, candidate: Candidate) -> int | None:
        """How far off the volunteer lives; ``None`` where it is no matter."""
        return None if self.online else candidate.distance_m


def question_about(vacancy: Vacancy, shift: Shift | None) -> Question | None:
    """Return the question for volunteers of a vacancy, or of this shift of it."""
    return question_of_vacancy(vacancy) if shift is None else question_of_shift(shift)


def question_of_vacancy(vacancy: Vacancy) -> Question | None:
    """Return the question for volunteers; ``None`` while nobody can answer it, or its place is unknown."""
    if not vacancy.is_public or not _is_somewhere(vacancy):
        return None
    answered = Volunteer.objects.filter(user__applications__vacancy=vacancy)
    begins = vacancy.on_date or vacancy.starts_on
    return _question(
        vacancy,
        _related(vacancy, asked=[answered], busy=()),
        id=vacancy.pk,
        kind="vacancy",
        dayparts=vacancy.dayparts,
        date=day_number(begins) if begins else 0,
    )


def question_of_shift(shift: Shift) -> Question | None:
    """Return the question for volunteers; ``None`` once nobody can sign up, or while its place is unknown.

    Who answered the vacancy may well be asked for one of its shifts, but where one of both said no.
    """
    vacancy = shift.vacancy
    if not shift.is_open or not takes_shifts(vacancy) or not _is_somewhere(vacancy):
        return None
    answers = Application.objects.filter(vacancy=vacancy, user__isnull=False)
    running = answers.filter(state__in=RUNNING)
    over = answers.filter(state__in=OVER).exclude(user__in=running.values("user"))
    return _question(
        vacancy,
        _related(
            vacancy,
            asked=[
                Volunteer.objects.filter(user__in=over.values("user")),
                Volunteer.objects.filter(shift_seats__event=shift),
            ],
            busy=busy_people(Span(shift.starts_at, shift.ends_at, besides=shift.pk)),
        ),
        id=shift.pk,
        kind="shift",
        dayparts=parts_of(shift.starts_at, shift.ends_at),
        date=day_number(timezone.localdate(shift.starts_at)),
    )


@dataclass(frozen=True, slots=True)
class PointedOut:
    """Somebody to whom the centre pointed something out, and what they did since."""

    tip: VacancyTip
    answer: Application | ShiftSeat | None

    @property
    def volunteer(self) -> Volunteer:
        """Who was told."""
        return self.tip.volunteer

    @property
    def answered_at(self) -> datetime | None:
        """When they answered the vacancy, or signed up for the shift; ``None`` until then."""
        if self.answer is None:
            return None
        return self.answer.asked_at if isinstance(self.answer, ShiftSeat) else self.answer.sent_at


def pointed_out(vacancy: Vacancy, shift: Shift | None) -> list[PointedOut]:
    """Return to whom the vacancy, or this shift of it, was pointed out, the last first; two queries.

    What they did after is beside it: a place on a shift is an answer only to what was said of that shift.
    """
    rows = VacancyTip.objects.filter(vacancy=vacancy, shift=shift).order_by("-at", "-pk")
    tips = list(rows.select_related("volunteer__user", "volunteer__district"))
    answers = _answers_to(vacancy, shift, tips) if tips else {}
    return [PointedOut(tip, answers.get(tip.volunteer_id)) for tip in tips]


def _answers_to(
    vacancy: Vacancy, shift: Shift | None, tips: Iterable[VacancyTip]
) -> dict[UUID, Application | ShiftSeat]:
    """Return the last answer of each volunteer since they were told, by volunteer."""
    told = {tip.volunteer_id: tip for tip in tips}
    found: dict[UUID, Application | ShiftSeat] = {}
    if shift is not None:
        seats = ShiftSeat.objects.filter(event=shift, holder__in=told).order_by("asked_at", "pk")
        return {seat.holder_id: seat for seat in seats if seat.asked_at >= told[seat.holder_id].at}
    of_account = {tip.volunteer.user_id: tip for tip in told.values()}
    answers = Application.objects.filter(vacancy=vacancy, user__in=of_account).order_by("sent_at", "pk")
    for answer in answers:
        tip = of_account[cast("UUID", answer.user_id)]
        if answer.sent_at >= tip.at:
            found[tip.volunteer_id] = answer
    return found


def parts_of(starts_at: datetime, ends_at: datetime) -> int:
    """Mask of the parts of the week that a span of time touches; its last moment does not count."""
    last = timezone.localtime(ends_at - timedelta(microseconds=1))
    moments, at = [last], timezone.localtime(starts_at)
    while at < last:
        moments.append(at)
        at += timedelta(hours=1)
    return mask_of(daypart_bit(each.weekday(), part_of_hour(each.hour)) for each in moments)


def _is_somewhere(vacancy: Vacancy) -> bool:
    return vacancy.online or None not in (vacancy.lat, vacancy.lon)


def _question(vacancy: Vacancy, related: _Related, **of: Any) -> Question:
    """Make the question of what a vacancy asks; ``of`` is what a shift of it has of its own."""
    latitude, longitude = _ANYWHERE if vacancy.online else (vacancy.lat, vacancy.lon)
    courses = courses_asked(vacancy).order_by().values_list("bit", flat=True)
    demand = Demand(
        latitude=cast("float", latitude),
        longitude=cast("float", longitude),
        anywhere=vacancy.online,
        required_skills=vacancy.required_skills,
        # As the bank does for who looks for a vacancy: what one likes to do counts, and rules nobody out.
        preferred_skills=vacancy.preferred_skills
        | mask_of(kind.bit for kind in NEAREST_HELP.get(vacancy.category, ())),
        required_languages=vacancy.languages,
        screenings=screenings_in(vacancy.screening),
        trainings=mask_of(set(courses)),
        centres=frozenset({vacancy.centre.code}),
        minimum_age=ADULT if (vacancy.minimum_age or 0) >= ADULT else 0,
        asked=frozenset(related[_ASKED]),
        blocked=frozenset(related[_BLOCKED]),
        waiting_days=_waiting_days(vacancy),
        **of,
    )
    return Question(demand)


def _related(vacancy: Vacancy, *, asked: Iterable[QuerySet[Volunteer]], busy: Collection[UUID]) -> _Related:
    """Volunteers who are not looked for: who answered, and who may not help there or cannot come then.

    Two people may have barred someone from helping at all. Who works for the organisation is no volunteer
    of it, and whoever is kept apart from one of them does not meet them here either.
    """
    contacts = members_of(vacancy.organisation_id)
    residents = Resident.objects.filter(user__in=contacts).values_list("pk", flat=True)
    barred = safeguarding.blocked().filter(volunteer__centre=vacancy.centre_id)
    rows = _pairs(_BLOCKED, barred, "volunteer_id").union(
        _pairs(_BLOCKED, safeguarding.running_blocks(residents), "volunteer_id"),
        _pairs(_BLOCKED, Volunteer.objects.filter(Q(user__in=contacts) | Q(user__in=list(busy))), "pk"),
        *(_pairs(_ASKED, volunteers, "pk") for volunteers in asked),
    )
    found: _Related = {_ASKED: set(), _BLOCKED: set()}
    for relation, volunteer_id in rows:
        found[relation].add(volunteer_id)
    return found


def _pairs(relation: int, rows: QuerySet[Any], volunteer: str) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(Value(relation, IntegerField()), volunteer)


def _waiting_days(vacancy: Vacancy) -> int:
    if vacancy.published_at is None:
        return 0
    return max(0, (clock.today() - timezone.localdate(vacancy.published_at)).days)
