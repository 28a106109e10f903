"""Student placements: places for students, agreeing, entering hours within the law, signing them."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.checkin import CodeNotValid, make_token, read_token
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import cancel, record
from people.enums import OrganisationState
from people.models import User, Volunteer
from safeguarding.queries import barred_volunteers, refused_steps
from vacancies import events
from vacancies.enums import PLACEMENT_STEPS, EntryState, PlacementState
from vacancies.errors import HoursNotAllowed, NoPlacement
from vacancies.models import HourEntry, Placement, PlacementSpot, School, Student, Vacancy
from vacancies.queries.eligibility import may_place, takes_shifts
from vacancies.queries.placements import minutes_signed
from vacancies.services.moving import lock_vacancy
from vacancies.services.students import require_consent, student_event
from vacancies.working_times import LIMITS, Case, SchoolCalendar, Stint, age_on, objections

HOURS = "vacancies.hours"
SIGN_WITHIN = timedelta(days=60)
AHEAD, BACK = timedelta(days=14), timedelta(days=60)
COUNTING = (EntryState.ENTERED, EntryState.SIGNED)


@transaction.atomic
def keep_spot(
    vacancy: Vacancy,
    *,
    places: int,
    supervisor_name: str,
    supervisor_email: str,
    is_open: bool,
    by: User | None,
) -> PlacementSpot:
    """Let a vacancy take students too, or change how. Two at one instant wait for each other; the last stays.

    Raises:
        InvalidInput: fewer places than students, or nobody who signs.
    """
    require(by, "vacancies.keep_shifts", vacancy)
    if not supervisor_name.strip() or "@" not in supervisor_email:
        raise InvalidInput(
            _("Fill in who signs the hours, with an e-mail address."), field="supervisor_email"
        )
    lock_vacancy(vacancy.pk)  # of what does not exist yet there is no row to lock
    found = PlacementSpot.objects.select_for_update().filter(pk=vacancy.pk).first()
    spot = found or PlacementSpot(vacancy=vacancy)
    if not max(1, spot.taken) <= places <= 50:
        raise InvalidInput(_("Choose a number from the students there are now to 50."), field="places")
    spot.places, spot.open = places, is_open
    spot.supervisor_name, spot.supervisor_email = supervisor_name.strip(), supervisor_email.strip().lower()
    spot.save()
    return spot


@transaction.atomic
def ask_placement(student: Student, spot: PlacementSpot, *, motivation: str, by: User) -> Placement:
    """A student asks for a place. Repeating it gives the same.

    Raises:
        ParentFirst: under sixteen a parent agrees first.
        NoPlacement: it is closed, full, for people who are older, or asks for steps or trainings that the
            student does not hold.
        InvalidTransition: all hours are done.
    """
    require(by, "vacancies.own_student", student)
    Student.objects.select_for_update().get(pk=student.pk)
    require_consent(student, clock.today())
    if student.completed_at is not None:
        raise InvalidTransition
    standing = Placement.objects.filter(student=student, spot=spot, state__in=_RUNNING).first()
    if standing is not None:
        return standing
    old_enough = age_on(clock.today(), student.born) >= (spot.vacancy.minimum_age or 0)
    closed = not spot.open or spot.taken >= spot.places or not takes_shifts(spot.vacancy)
    if closed or not old_enough or not may_place(student.user, spot.vacancy):
        raise NoPlacement
    placement = Placement.objects.create(student=student, spot=spot, motivation=motivation.strip()[:500])
    _record(placement, by)
    return placement


@transaction.atomic
def agree_placement(placement: Placement, *, by: User) -> Placement:
    """The organisation takes the student; never more than there are places. Repeating changes nothing.

    Raises:
        ParentFirst: the parent has taken their word back.
        NoPlacement: all places are taken, or the vacancy asks for what the student does not hold (any more).
        InvalidTransition: it was answered otherwise.
    """
    require(by, "vacancies.keep_shifts", placement.spot.vacancy)
    spot = PlacementSpot.objects.select_for_update().get(pk=placement.spot_id)
    placement.refresh_from_db()
    if placement.state == PlacementState.AGREED:
        return placement
    require_consent(placement.student, clock.today())
    if not may_place(placement.student.user, placement.spot.vacancy):
        raise NoPlacement
    room = PlacementSpot.objects.filter(pk=spot.pk, taken__lt=F("places"))
    if placement.state == PlacementState.ASKED and room.update(taken=F("taken") + 1) != 1:
        raise NoPlacement
    return _step(placement, PlacementState.AGREED, by, agreed_at=clock.now())


@transaction.atomic
def decline_placement(placement: Placement, *, by: User) -> Placement:
    """The organisation cannot take the student. Raises ``InvalidTransition`` when it said otherwise."""
    require(by, "vacancies.keep_shifts", placement.spot.vacancy)
    placement.refresh_from_db()
    if placement.state == PlacementState.DECLINED:
        return placement
    return _step(placement, PlacementState.DECLINED, by, ended_at=clock.now())


@transaction.atomic
def stop_placement(placement: Placement, *, by: User | None) -> Placement:
    """Either side stops; hours that were worked stay, planned ones go. Repeating it changes nothing."""
    require(by, "vacancies.stop_placement", placement)
    Student.objects.select_for_update().get(pk=placement.student_id)  # no hours are entered meanwhile
    PlacementSpot.objects.select_for_update().get(pk=placement.spot_id)
    placement.refresh_from_db()
    if placement.state == PlacementState.STOPPED:
        return placement
    _free_place(placement)
    _drop_planned(placement)
    return _step(placement, PlacementState.STOPPED, by, ended_at=clock.now())


@transaction.atomic
def enter_hours(
    placement: Placement, *, day: date, begins: time, ends: time, pause: int = 0, by: User
) -> HourEntry:
    """A student enters hours, worked or planned; what the law does not allow at this age is refused.

    The hours of all placements of the student count together. The supervisor is asked once they are over.

    Raises:
        ParentFirst: a parent has to agree first.
        HoursNotAllowed: a legal limit is in the way; the message says which.
        InvalidInput: the day is too long ago or too far ahead, or hours overlap.
        InvalidTransition: the placement does not run, or its organisation does not take part now.
    """
    require(by, "vacancies.own_student", placement.student)
    student = Student.objects.select_for_update(of=("self",)).get(pk=placement.student_id)
    placement.refresh_from_db()
    if placement.state != PlacementState.AGREED or not _takes_part(placement.spot):
        raise InvalidTransition
    _check_day(day, student)
    if ends <= begins or not 0 <= pause < 240:
        raise InvalidInput(_("The end lies after the beginning, on the same day."), field="ends")
    consent = require_consent(student, day)
    new = Stint(day, begins, ends, pause)
    if new.hours <= 0:
        raise InvalidInput(_("The break is longer than the work."), field="pause")
    case = Case(
        new,
        others=_other_stints(student),
        limits=LIMITS[min(17, max(13, age_on(day, student.born)))],
        school=calendar_of(student),
        sundays_allowed=bool(consent and consent.sundays),
    )
    if any(other.day == day and other.begins < ends and begins < other.ends for other in case.others):
        raise InvalidInput(_("These hours overlap with others of yours."), field="begins")
    if found := objections(case):
        raise HoursNotAllowed(" ".join(str(each) for each in found), field="day")
    entry = HourEntry.objects.create(placement=placement, day=day, begins=begins, ends=ends, pause=pause)
    event = student_event(events.HoursToSign, student, placement_id=placement.pk, entry_id=entry.pk)
    record(event, actor=by, due_at=max(end_of(entry), clock.now()), key=_timer(entry))
    return entry


@transaction.atomic
def remove_entry(entry: HourEntry, *, by: User) -> HourEntry:
    """A student takes hours back that nobody has signed. Raises ``InvalidTransition`` when someone has."""
    require(by, "vacancies.own_student", entry.placement.student)
    if _answer(entry, EntryState.REMOVED):
        cancel(_timer(entry))
    elif entry.state != EntryState.REMOVED:
        raise InvalidTransition
    return entry


def hours_token(entry: HourEntry) -> str:
    """Return the code of the link by which the supervisor signs these hours, once."""
    return make_token(HOURS, entry.pk, until=end_of(entry) + SIGN_WITHIN)


def entry_of_token(token: str) -> HourEntry:
    """Return the hours that a link is of.

    Raises:
        CodeNotValid: it is not ours, its time is over, or the organisation does not take part now: then
            nobody of it learns anything of a student.
    """
    found = HourEntry.objects.filter(pk=read_token(HOURS, token)).exclude(state=EntryState.REMOVED)
    entry = found.select_related("placement__student__user", "placement__spot__vacancy__organisation").first()
    if entry is None or not _takes_part(entry.placement.spot):
        raise CodeNotValid(_("This link works no more."))
    return entry


def sign_by_link(token: str, *, right: bool) -> HourEntry:
    """The supervisor answers by the link in the mail. Raises ``InvalidTransition`` when it was answered."""
    entry = entry_of_token(token)
    return _sign(entry, right=right, name=entry.placement.spot.supervisor_name, by=None)


def sign_hours(entry: HourEntry, *, right: bool, by: User) -> HourEntry:
    """A contact of the organisation answers with their account. Raises as ``sign_by_link``."""
    require(by, "vacancies.keep_shifts", entry.placement.spot.vacancy)
    return _sign(entry, right=right, name=by.name or entry.placement.spot.supervisor_name, by=by)


@transaction.atomic
def _sign(entry: HourEntry, *, right: bool, name: str, by: User | None) -> HourEntry:
    student = Student.objects.select_for_update(of=("self",)).get(pk=entry.placement.student_id)
    if end_of(entry) > clock.now():
        raise InvalidTransition(_("These hours are not over yet."))
    to = EntryState.SIGNED if right else EntryState.REFUSED
    if not _answer(entry, to, signed_by=name[:80]):
        if entry.state == to:
            return entry
        raise InvalidTransition
    event = student_event(
        events.HoursAnswered, student, placement_id=entry.placement_id, entry_id=entry.pk, state=entry.state
    )
    record(event, actor=by)
    if right:
        finish_when_done(student, by)
    return entry


def _takes_part(spot: PlacementSpot) -> bool:
    return spot.vacancy.organisation.state == OrganisationState.APPROVED


def calendar_of(student: Student) -> SchoolCalendar:
    """The school days of a student."""
    school: School = student.school_class.school
    holidays = tuple(school.holidays.values_list("starts_on", "ends_on"))
    return SchoolCalendar(holidays=holidays, lesson_hours=float(student.school_class.lesson_hours))


def end_of(entry: HourEntry) -> datetime:
    """The moment at which the hours are over."""
    return datetime.combine(entry.day, entry.ends, timezone.get_default_timezone())


_RUNNING = (PlacementState.ASKED, PlacementState.AGREED)


def stop_all_of(student: Student, *, by: User | None = None) -> int:
    """Stop what runs of a student: somebody took a word back, or the student leaves; return how many."""
    running = list(Placement.objects.filter(student=student, state__in=_RUNNING).order_by("spot_id"))
    for placement in running:
        stop_placement(placement, by=by)
    return len(running)


@transaction.atomic
def stop_closed(volunteer: Volunteer) -> int:
    """Two people refused or blocked a step of who is a student too: stop what they closed; return how many.

    A block stops every placement, a refusal those where that step is asked.
    """
    closed = Placement.objects.filter(student__user=volunteer.user_id, state__in=_RUNNING)
    if not barred_volunteers([volunteer.pk]):
        asked = F("spot__vacancy__screening").bitand(refused_steps(volunteer.pk))
        closed = closed.filter(state=PlacementState.AGREED).alias(asked=asked).filter(asked__gt=0)
    stopped = list(closed.order_by("spot_id"))
    for placement in stopped:
        stop_placement(placement, by=None)
    return len(stopped)


def finish_when_done(student: Student, by: User | None) -> None:
    """Close the placements of a student who has signed hours enough; the caller holds the student's row."""
    if student.completed_at is not None:
        return
    if minutes_signed(student) < student.school_class.hours_required * 60:
        return
    Student.objects.filter(pk=student.pk).update(completed_at=clock.now())
    for placement in Placement.objects.filter(student=student, state=PlacementState.AGREED):
        _free_place(placement)
        _step(placement, PlacementState.DONE, by, ended_at=clock.now())
    record(student_event(events.StudentDone, student), actor=by)


def _free_place(placement: Placement) -> None:
    if placement.state == PlacementState.AGREED:
        PlacementSpot.objects.filter(pk=placement.spot_id, taken__gt=0).update(taken=F("taken") - 1)


def _drop_planned(placement: Placement) -> None:
    """Nobody is asked to sign hours that will not be worked."""
    planned = HourEntry.objects.filter(
        placement=placement, state=EntryState.ENTERED, day__gte=clock.today()
    ).order_by("pk")
    for entry in planned:
        if end_of(entry) > clock.now() and _answer(entry, EntryState.REMOVED):
            cancel(_timer(entry))


def _step(placement: Placement, to: PlacementState, by: User | None, **values: object) -> Placement:
    if to not in PLACEMENT_STEPS[PlacementState(placement.state)]:
        raise InvalidTransition
    rows = Placement.objects.filter(pk=placement.pk, state=placement.state).update(state=to, **values)
    if rows != 1:
        raise InvalidTransition
    placement.refresh_from_db()
    _record(placement, by)
    return placement


def _record(placement: Placement, by: User | None) -> None:
    event = student_event(
        events.PlacementChanged,
        placement.student,
        placement_id=placement.pk,
        organisation_id=placement.spot.vacancy.organisation_id,
        state=str(placement.state),
    )
    record(event, actor=by)


def _answer(entry: HourEntry, to: EntryState, **values: object) -> bool:
    rows = HourEntry.objects.filter(pk=entry.pk, state=EntryState.ENTERED).update(
        state=to, answered_at=clock.now(), **values
    )
    entry.refresh_from_db(fields=["state", "answered_at", "signed_by"])
    return rows == 1


def _check_day(day: date, student: Student) -> None:
    today = clock.today()
    if not today - BACK <= day <= min(today + AHEAD, student.school_class.ends_on):
        raise InvalidInput(
            _("Choose a day from two months ago to two weeks ahead, within the term of your class."),
            field="day",
        )


def _other_stints(student: Student) -> tuple[Stint, ...]:
    rows = HourEntry.objects.filter(placement__student=student, state__in=COUNTING)
    return tuple(Stint(row.day, row.begins, row.ends, row.pause) for row in rows)


def _timer(entry: HourEntry) -> str:
    return f"vacancies.hours_to_sign:{entry.pk}"
