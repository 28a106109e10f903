"""Reads of lessons and certificates: what someone has done, does, and may begin with."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from academy.enums import Audience, CourseForm, VersionState
from academy.models import (
    BadgeKey,
    Certificate,
    Course,
    CourseVersion,
    Enrolment,
    Learning,
    LessonPicture,
    Session,
    Step,
)
from academy.queries.courses import courses_on_offer, courses_visible_to, teaching_centres
from academy.queries.done import courses_done
from common import clock
from common.seating import SeatState
from people.models import User, Volunteer
from people.queries import may_act, volunteer_of

# --- What the apps above know -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """What one course would open to a volunteer, who lacks that one only."""

    course: Course
    requests: int
    vacancies: int

    @property
    def total(self) -> int:
        """How much in all."""
        return self.requests + self.vacancies


Openings = Callable[[Volunteer], Iterable[Opened]]
_openings: list[Openings] = []


def opens(function: Openings) -> Openings:
    """Register what tells which courses would open something to a volunteer: matching does."""
    _openings.append(function)
    return function


def openings_for(volunteer: Volunteer) -> dict[UUID, Opened]:
    """Return per course what it would let a volunteer do more; a course that opens nothing has no key."""
    return {opened.course.pk: opened for tell in _openings for opened in tell(volunteer)}


@dataclass(frozen=True, slots=True)
class Effect:
    """Tasks done in the weeks before and after a course, over the people of whom both are known."""

    people: int
    before: int
    after: int

    @property
    def per_person_before(self) -> float:
        """Tasks of one person before, on average."""
        return round(self.before / self.people, 1)

    @property
    def per_person_after(self) -> float:
        """Tasks of one person after, on average."""
        return round(self.after / self.people, 1)


Effects = Callable[[Collection[UUID]], Mapping[UUID, Effect]]
_effects: list[Effects] = []


def has_effect(function: Effects) -> Effects:
    """Register what tells, of the volunteers of some centres, what each course did: matching does."""
    _effects.append(function)
    return function


def effects_in(centre_ids: Iterable[UUID]) -> dict[UUID, Effect]:
    """Return per course what it did for the volunteers of these centres."""
    wanted = list(centre_ids)
    return {course: effect for tell in _effects for course, effect in tell(wanted).items()}


# --- What someone has done ----------------------------------------------------------------------


def missing_prerequisites(course: Course, user: User) -> list[Course]:
    """Return the courses that come before this one and that someone has yet to do."""
    before = course.prerequisites.filter(retired_at=None).order_by("title_nl")
    rows = list(before)
    done = courses_done(user) if rows else set()
    return [each for each in rows if each.pk not in done]


def in_a_ring(course: Course, before: Iterable[Course]) -> list[Course]:
    """Return which of ``before`` cannot come before a course: they wait for it, however far away.

    One query, whatever the number of courses; a course waits for itself.
    """
    waits_for: dict[UUID, list[UUID]] = {}
    for later, earlier in Course.prerequisites.through.objects.values_list("from_course_id", "to_course_id"):
        waits_for.setdefault(later, []).append(earlier)
    return [each for each in before if _waits(each.pk, course.pk, waits_for)]


def _waits(course: UUID, for_: UUID, waits_for: Mapping[UUID, list[UUID]]) -> bool:
    seen, ahead = set[UUID](), [course]
    while ahead:
        now = ahead.pop()
        if now == for_:
            return True
        if now not in seen:
            seen.add(now)
            ahead += waits_for.get(now, [])
    return False


@dataclass(frozen=True, slots=True)
class Parts:
    """The lessons and the meeting of a course: which of them it has, and which are done."""

    lessons: bool
    meeting: bool
    version: CourseVersion | None
    session: Session | None

    @property
    def all_done(self) -> bool:
        """Whether nothing is left to do, and something was done."""
        done = self.version is not None or self.session is not None
        return done and not (
            (self.lessons and self.version is None) or (self.meeting and self.session is None)
        )


def parts_done(user: User, course: Course) -> Parts:
    """Return what of a course someone has done since they last got its certificate."""
    last = Certificate.objects.filter(user=user, course=course, revoked_at=None).order_by("-issued_at")
    since = last.values_list("issued_at", flat=True).first()
    lessons = Learning.objects.filter(user=user, course=course).exclude(finished_at=None)
    seats = Enrolment.objects.filter(
        holder=user, event__course=course, event__closed_at__isnull=False, state=SeatState.ATTENDED
    )
    if since is not None:
        lessons, seats = lessons.filter(finished_at__gt=since), seats.filter(event__closed_at__gt=since)
    learned = lessons.select_related("version").order_by("-finished_at").first()
    seat = seats.select_related("event").order_by("-event__starts_at").first()
    return Parts(
        lessons=published_version(course) is not None,
        meeting=course.needs_session,
        version=learned.version if learned else None,
        session=seat.event if seat else None,
    )


# --- Lessons ------------------------------------------------------------------------------------


def pictures_visible_to(user: Any) -> QuerySet[LessonPicture]:
    """Return the pictures of lessons that ``user`` may know of, or does or did."""
    if not may_act(user):
        return LessonPicture.objects.none()
    own = Learning.objects.filter(user=user).values("course_id")
    return LessonPicture.objects.filter(Q(course__in=courses_visible_to(user)) | Q(course__in=own))


def published_version(course: Course) -> CourseVersion | None:
    """Return the lessons as they are given now; ``None`` when the course has none."""
    return course.versions.filter(state=VersionState.PUBLISHED).first()


def form_of(course: Course, *, lessons: bool) -> CourseForm:
    """How one takes the course."""
    if not lessons:
        return CourseForm.SESSION
    return CourseForm.BLENDED if course.needs_session else CourseForm.ONLINE


@dataclass(frozen=True, slots=True)
class Listed:
    """A course as it stands in the catalogue."""

    course: Course
    form: CourseForm
    steps: int
    minutes: int
    next_session: Session | None


def catalogue(*, theme: str = "", audience: Audience | None = None) -> list[Listed]:
    """Return the courses on offer with how they are taken and the next meeting; two queries."""
    of_course = Step.objects.filter(version__course=OuterRef("pk"), version__state=VersionState.PUBLISHED)
    sums = of_course.order_by().values("version").annotate(count=Count("pk"), total=Sum("minutes"))
    rows = courses_on_offer().annotate(
        steps=Subquery(sums.values("count")[:1]), minutes=Subquery(sums.values("total")[:1])
    )
    if theme:
        rows = rows.filter(theme=theme)
    upcoming: dict[UUID, Session] = {}
    for session in upcoming_sessions():
        upcoming.setdefault(session.course_id, session)
    return [
        Listed(
            course=row,
            form=form_of(row, lessons=bool(row.steps)),
            steps=row.steps or 0,
            minutes=row.minutes or 0,
            next_session=upcoming.get(row.pk),
        )
        for row in rows
        if audience is None or audience in row.meant_for
    ]


def upcoming_sessions() -> QuerySet[Session]:
    """Return the meetings that people can sign up for, the first first."""
    found = Session.objects.filter(starts_at__gt=clock.now(), cancelled_at=None, course__retired_at=None)
    return found.select_related("course", "centre", "place__district", "trainer").order_by("starts_at", "pk")


def learnings_of(user: Any) -> QuerySet[Learning]:
    """Return the lessons that someone does or did, the last seen first."""
    if not may_act(user):
        return Learning.objects.none()
    found = Learning.objects.filter(user=user).select_related("course", "version")
    return found.annotate(steps_done=Count("done", distinct=True)).order_by("-seen_at", "-pk")


def steps_done(learning: Learning) -> set[UUID]:
    """Return the steps of a learning that are done."""
    return set(learning.done.values_list("step_id", flat=True))


def next_step(learning: Learning, done: set[UUID]) -> Step | None:
    """Return the first step that is not done yet: where one goes on."""
    return next((step for step in learning.version.steps.all() if step.pk not in done), None)


# --- Certificates -------------------------------------------------------------------------------


def certificates_of(user: User) -> QuerySet[Certificate]:
    """Return someone's certificates that were not taken back, newest first."""
    return Certificate.objects.filter(user=user, revoked_at=None).select_related("course", "centre", "user")


def certificates_visible_to(user: Any) -> QuerySet[Certificate]:
    """Return the certificates that ``user`` may see: their own, and those of who learned where they teach."""
    if not may_act(user):
        return Certificate.objects.none()
    own = teaching_centres(user)
    seen = Q(user=user) | Q(user__volunteer__centre__in=own) | Q(centre__in=own)
    return Certificate.objects.filter(seen).select_related("course", "centre", "user")


def certificate_at(certificate_id: UUID) -> Certificate | None:
    """Return the certificate of an address, for whoever was given it."""
    rows = Certificate.objects.select_related("course", "centre", "user", "session")
    return rows.filter(pk=certificate_id).first()


def badge_key(key_id: UUID) -> BadgeKey | None:
    """Return a key that badges name; its public half is for everyone."""
    return BadgeKey.objects.filter(pk=key_id).first()


def best_certificates(user: User) -> list[Certificate]:
    """Return per course the certificate that counts longest."""
    best: dict[UUID, Certificate] = {}
    for each in certificates_of(user):
        known = best.get(each.course_id)
        if known is None or _longer(each.valid_until, known.valid_until):
            best[each.course_id] = each
    return list(best.values())


def _longer(one: date | None, other: date | None) -> bool:
    return other is not None and (one is None or one > other)


def still_ends(user_id: UUID, course_id: UUID, until: date) -> bool:
    """Whether ``until`` is the last day of the longest that someone holds of a course: nothing renewed it."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return False
    on_the_day = course_id in courses_done(user, until)
    volunteer = volunteer_of(user)
    left = volunteer is not None and volunteer.left_at is not None
    return (
        on_the_day
        and not left
        and course_id not in courses_done(user, date.fromordinal(until.toordinal() + 1))
    )
