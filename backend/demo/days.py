"""Shifts, a day of NLdoet and a school class of the demonstration town, each in every state."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.utils import timezone

from backend.demo.logins import PASSWORD
from common import clock
from common.errors import DomainError
from common.seating import SeatState
from people.models import Centre, Organisation, User, Volunteer
from places.models import Postcode
from recognition.enums import Source
from recognition.services import propose_hours
from vacancies import services
from vacancies.enums import ALL_VACANCY_CHECKS, ActionState, Repeat, VacancyCategory, VacancyKind
from vacancies.models import Action, ActionTask, Shift, ShiftSeat, Student, TaskSeat, Vacancy

WEDNESDAY, SATURDAY = 2, 5
WEEKS = 8
PLACES = 3
# Name, age, and how far: the order is that of the stages.
STUDENTS = (
    ("Yara Bouzid", 14, "parent"),
    ("Daan Visser", 15, "refused"),
    ("Lieke Mulder", 15, "looking"),
    ("Ayoub El Amrani", 16, "asked"),
    ("Noor Jansen", 14, "running"),
    ("Sem Bakker", 16, "done"),
)


def stage_days(
    organisation: Organisation,
    helpers: list[Volunteer],
    stars: list[Volunteer],
    coordinator: User,
    contact: User,
) -> None:
    """Everything of days: shifts to sign up for, a job for groups, and a class that does placements."""
    helpers = (helpers * 10)[:10]  # a small town has few
    vacancy = _vacancy(organisation, coordinator, contact)
    _stage_shifts(vacancy, helpers, stars, contact)
    _stage_actions(organisation, helpers, stars, coordinator, contact)
    _stage_school(organisation.centre, vacancy, coordinator, contact)


def _vacancy(organisation: Organisation, coordinator: User, contact: User) -> Vacancy:
    place = Postcode.objects.order_by("code").first()
    made = services.draft_vacancy(
        organisation,
        by=contact,
        title="Samen tuinieren op woensdag",
        task="Je wiedt, plant en oogst met buurtgenoten, en schenkt koffie in de kas.",
        offer="Verse groente mee naar huis, en gezelligheid.",
        category=VacancyCategory.NATURE,
        kind=VacancyKind.RECURRING,
        hours=Decimal(2),
        postcode=place.code if place else "",
        address="Kastanjelaan 1",
        city="Nieuwegein",
        contact_name="Saskia Zandstra",
        contact_email="organisatie@demo.example",
        contact_phone="030 000 00 01",
    )
    sent = services.submit_vacancy(made, by=contact)
    return services.publish_vacancy(sent, checks=ALL_VACANCY_CHECKS, by=coordinator)


def _stage_shifts(vacancy: Vacancy, helpers: list[Volunteer], stars: list[Volunteer], contact: User) -> None:
    first = _next(clock.today() + timedelta(days=1), WEDNESDAY)
    series = services.plan_shifts(
        vacancy,
        {"day": first, "begins": time(14), "ends": time(16)},
        capacity=PLACES,
        repeat=Repeat.WEEKLY,
        until=first + timedelta(weeks=WEEKS - 1),
        note="Meld je bij de kas. Trek oude kleren aan.",
        by=contact,
    )
    full, open_still, other = series[:3]
    _join(full, [*helpers[:PLACES], stars[-1], *helpers[PLACES : PLACES + 2]])
    _join(open_still, stars[:1])
    _join(other, [helpers[0], *stars[:1]])
    _ask_swap(other, helpers[0])
    _past(vacancy, first - timedelta(weeks=1), [*stars, helpers[1]])


def _join(shift: Shift, volunteers: Iterable[Volunteer]) -> None:
    for volunteer in volunteers:
        try:
            services.sign_up(shift, volunteer, by=None)
        except DomainError:
            continue  # has something else at that time


def _ask_swap(shift: Shift, volunteer: Volunteer) -> None:
    seat = services.SHIFTS.seat_of(shift, volunteer)
    if seat is not None:
        services.ask_swap(seat, by=volunteer.user)


def _past(vacancy: Vacancy, day: date, volunteers: list[Volunteer]) -> None:
    """A shift that has been: two were there, one did not come."""
    starts_at = datetime.combine(day, time(14), timezone.get_default_timezone())
    shift = Shift.objects.create(
        vacancy=vacancy,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        capacity=PLACES,
        taken=len(volunteers),
    )
    for number, volunteer in enumerate(volunteers):
        came = number < len(volunteers) - 1
        ShiftSeat.objects.create(
            event=shift,
            holder=volunteer,
            state=SeatState.ATTENDED if came else SeatState.NO_SHOW,
            asked_at=starts_at - timedelta(days=5),
            confirmed_at=starts_at - timedelta(days=5),
            checked_in_at=starts_at if came else None,
        )


def _stage_actions(
    organisation: Organisation,
    helpers: list[Volunteer],
    stars: list[Volunteer],
    coordinator: User,
    contact: User,
) -> None:
    day = _next(clock.today() + timedelta(days=21), SATURDAY)
    action = services.draft_action(
        organisation,
        by=contact,
        campaign=f"NLdoet {day.year}",
        title="De buurttuin klaar voor het voorjaar",
        description="Met veel handen zetten we de tuin in één dag op orde: snoeien, verven en planten.",
        on_date=day,
        place="Kastanjelaan 1, Nieuwegein",
        bring="Oude kleren en stevige schoenen.",
        provided="Gereedschap, koffie, soep en broodjes.",
    )
    hours = {"begins": time(10), "ends": time(15)}
    prune = services.add_task(action, title="Snoeien en planten", capacity=10, by=contact, **hours)
    paint = services.add_task(action, title="Het hek verven", capacity=6, by=contact, **hours)
    services.submit_action(action, by=contact)
    services.publish_action(action, by=coordinator)
    for task in (prune, paint):
        task.refresh_from_db()
    groups = ((prune, 6, "Team van de gemeente"), (paint, 4, "Hockeyclub De Vliet"), (paint, 5, "Rotary"))
    for (task, size, name), helper in zip(groups, helpers[6:9], strict=True):
        services.sign_up_for_task(task, size=size, group_name=name, by=helper.user)
    services.sign_up_for_task(prune, by=helpers[9].user)
    second = services.draft_action(
        organisation,
        by=contact,
        campaign=f"NLdoet {day.year}",
        title="Een insectenhotel bouwen",
        description="Samen zagen en timmeren.",
        on_date=day,
        place="Kastanjelaan 1, Nieuwegein",
        bring="",
        provided="Hout en gereedschap.",
    )
    services.add_task(second, title="Timmeren", capacity=5, by=contact, **hours)
    services.submit_action(second, by=contact)
    _past_action(organisation, stars)


def _past_action(organisation: Organisation, volunteers: list[Volunteer]) -> None:
    """A day that has been, with its report: who was there has still to say that the hours are right."""
    day = _next(clock.today() - timedelta(days=13), SATURDAY)
    action = Action.objects.create(
        organisation=organisation,
        centre=organisation.centre,
        state=ActionState.REPORTED,
        title="De boomgaard in het najaar",
        description="Appels plukken, sap persen en de paden schoonmaken.",
        on_date=day,
        place="Kastanjelaan 1, Nieuwegein",
        report="Met elkaar plukten we twaalf kratten appels. Het sap was op voor het donker werd.",
        people_came=len(volunteers),
        reported_at=clock.now(),
    )
    begins = datetime.combine(day, time(10), timezone.get_default_timezone())
    hours = {"starts_at": begins, "ends_at": begins + timedelta(hours=4)}
    count = len(volunteers)
    task = ActionTask.objects.create(action=action, title="Appels plukken", capacity=12, taken=count, **hours)
    for volunteer in volunteers:
        seat = TaskSeat.objects.create(
            event=task,
            holder=volunteer.user,
            state=SeatState.ATTENDED,
            asked_at=begins - timedelta(days=9),
            confirmed_at=begins - timedelta(days=9),
            checked_in_at=begins,
            came=1,
        )
        propose_hours(
            volunteer.user,
            source=Source.ACTION,
            source_id=seat.pk,
            centre=action.centre,
            organisation=organisation,
            day=day,
            minutes=240,
            role=action.title,
        )


def _stage_school(centre: Centre, vacancy: Vacancy, coordinator: User, contact: User) -> None:
    school = services.add_school(centre, name="Oosterlicht College", by=coordinator)
    teacher = _account("docent", "Karin Smit")
    services.confirm_contact(services.join_school(school.code, by=teacher), by=coordinator)
    school_class = services.add_class(
        school,
        name="3 havo B",
        ends_on=clock.today() + timedelta(days=200),
        hours_required=30,
        lesson_hours=Decimal(6),
        by=teacher,
    )
    services.keep_spot(
        vacancy,
        places=4,
        supervisor_name="Saskia Zandstra",
        supervisor_email="organisatie@demo.example",
        is_open=True,
        by=contact,
    )
    for number, (name, age, stage) in enumerate(STUDENTS, 1):
        user = _account(f"leerling{number}", name)
        student = services.join_class(
            school_class.code, born=_born(age), parent_email=f"ouder{number}@demo.example", by=user
        )
        _walk(student, stage, vacancy, contact)


def _walk(student: Student, stage: str, vacancy: Vacancy, contact: User) -> None:
    consent = student.consents.first()
    if stage == "parent":
        return
    if consent is not None:
        agrees = stage != "refused"
        name = "Ouder van " + student.user.first_name
        services.answer_for_child(services.parent_token(consent), name=name, agrees=agrees)
    if stage in ("refused", "looking"):
        return
    asked = services.ask_placement(
        student, vacancy.placement_spot, motivation="Ik ben graag buiten.", by=student.user
    )
    if stage == "asked":
        return
    placement = services.agree_placement(asked, by=contact)
    weekday, hours, pause = (
        (WEDNESDAY, (time(15), time(17)), 0) if stage == "running" else (SATURDAY, (time(9), time(18)), 60)
    )
    last = _next(clock.today() - timedelta(days=7), weekday)
    for week in range(4):
        entry = services.enter_hours(
            placement,
            day=last - timedelta(weeks=week),
            begins=hours[0],
            ends=hours[1],
            pause=pause,
            by=student.user,
        )
        if stage == "done" or week:
            services.sign_hours(entry, right=True, by=contact)


def _account(key: str, name: str) -> User:
    user = User.objects.create_user(f"{key}@demo.example", PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _born(age: int) -> date:
    """A month in which someone of this age was born, half a year after their birthday."""
    half_a_year_ago = clock.today() - timedelta(days=183)
    return date(half_a_year_ago.year - age, half_a_year_ago.month, 1)


def _next(day: date, weekday: int) -> date:
    """The first such day of the week from ``day`` on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
