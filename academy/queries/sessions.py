"""Reads of meetings: who has a place, who gives them, and what came of them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from academy.models import Certificate, Completion, Course, Enrolment, Evaluation, Learning, Session
from academy.queries.courses import living_courses, teaching_centres
from academy.queries.learning import Effect, effects_in
from common import clock, small_figures
from common.seating import HOLDING, RUNNING, SeatState
from common.small_figures import guarded
from people.enums import COORDINATING, Role
from people.models import Centre, User
from people.queries import may_act, staff_of
from places.models import District, MeetingPlace


def nobody() -> QuerySet[Enrolment]:
    """Return no places at all."""
    none: QuerySet[Enrolment] = Enrolment.objects.none()
    return none


def trainers_of(centre: Centre) -> QuerySet[User]:
    """Return who may give meetings at a centre: its trainers, coordinators and administrators, by name."""
    return staff_of(centre.pk, Role.TRAINER, *COORDINATING).order_by("name", "pk")


def places_of(*centres: Centre | UUID) -> QuerySet[MeetingPlace]:
    """Return where centres can hold their meetings: the places in their districts, by name."""
    inside = MeetingPlace.objects.filter(district__in=District.objects.filter(centres__in=centres))
    return inside.select_related("district")


def sessions_taught_by(user: Any) -> QuerySet[Session]:
    """Return the meetings of the centres where ``user`` is staff or gives training."""
    found = Session.objects.filter(centre_id__in=teaching_centres(user))
    return found.select_related("course", "centre", "place__district", "trainer")


def sessions_visible_to(user: Any) -> QuerySet[Session]:
    """Return the meetings that ``user`` may know of: those to come, their own, and those they run."""
    if not may_act(user):
        return Session.objects.none()
    open_to_all = Q(starts_at__gt=clock.now(), course__published=True)
    mine = Q(pk__in=Enrolment.objects.filter(holder=user).values("event_id"))
    found = Session.objects.filter(open_to_all | mine | Q(centre_id__in=teaching_centres(user)))
    return found.select_related("course", "centre", "place__district", "trainer")


def seats_of(user: Any, *, running: bool = False) -> QuerySet[Enrolment]:
    """Return someone's places at meetings, the first to come first; with ``running`` those to come only."""
    if not may_act(user):
        return nobody()
    found: QuerySet[Enrolment] = Enrolment.objects.filter(holder=user).select_related(
        "event__course", "event__centre", "event__place__district", "event__trainer"
    )
    if running:
        found = found.filter(state__in=RUNNING, event__ends_at__gt=clock.now())
    return found.order_by("event__starts_at", "pk")


def enrolments_visible_to(user: Any) -> QuerySet[Enrolment]:
    """Return the places that ``user`` may see: their own and those at the meetings they run."""
    if not may_act(user):
        return nobody()
    seen = Q(holder=user) | Q(event__centre_id__in=teaching_centres(user))
    found: QuerySet[Enrolment] = Enrolment.objects.filter(seen).select_related("event__course", "holder")
    return found


def seats_at(session: Session) -> QuerySet[Enrolment]:
    """Return who has, had or waits for a place, cancelled ones left out: by name, then the waiting list."""
    found: QuerySet[Enrolment] = session.seats.filter(state__in=HOLDING | {SeatState.WAITLISTED})
    return found.select_related("holder", "event").order_by(
        F("position").asc(nulls_first=True), "holder__name", "pk"
    )


def seats_by_session(user: User, sessions: list[Session]) -> dict[UUID, Enrolment]:
    """Return what someone has at each of these meetings."""
    found = Enrolment.objects.filter(
        holder=user, event__in=sessions, state__in=HOLDING | {SeatState.WAITLISTED}
    )
    return {seat.event_id: seat for seat in found.select_related("event")}


def to_evaluate(user: User) -> QuerySet[Enrolment]:
    """Return the meetings someone was at and has not said anything about yet, the last first."""
    said = Evaluation.objects.filter(user=user).exclude(session=None).values("session_id")
    there: QuerySet[Enrolment] = Enrolment.objects.filter(
        holder=user, state=SeatState.ATTENDED, event__closed_at__isnull=False
    )
    there = there.exclude(event_id__in=said).select_related("event__course")
    return there.order_by("-event__starts_at")


def still_to_learn(session: Session) -> tuple[int, int]:
    """Return how many were at a meeting, and how many of those have not done the course: lessons are left."""
    there = session.seats.filter(state=SeatState.ATTENDED)
    today = clock.today()
    holds = Certificate.objects.filter(course_id=session.course_id, revoked_at=None).filter(
        Q(valid_until=None) | Q(valid_until__gte=today)
    )
    came = there.count()
    return came, came - there.filter(holder__in=holds.values("user_id")).count()


# --- Numbers ------------------------------------------------------------------------------------


@dataclass
class Figures:
    """What came of one course in some centres."""

    course: Course
    begun: int = 0
    finished: int = 0
    enrolled: int = 0
    attended: int = 0
    missed: int = 0
    completed: int = 0
    ratings: int = 0
    rating: float | None = None
    words: list[str] = field(default_factory=list)
    effect: Effect | None = None


def course_figures(centre_ids: frozenset[UUID]) -> list[Figures]:
    """Return the numbers of every living course for these centres; six queries and that of the effect.

    Lessons count the volunteers of the centres; meetings whoever came to one of theirs.
    """
    found = {course.pk: Figures(course) for course in living_courses()}
    own = {"user__volunteer__centre__in": centre_ids}
    here = {"event__centre__in": centre_ids}
    for row in _per(Learning.objects.filter(**own), "course_id", all=Count("pk"), done=Count("finished_at")):
        _fill(found, row["course_id"], begun=row["all"], finished=row["done"])
    seats = Enrolment.objects.filter(**here, state__in=HOLDING | {SeatState.WAITLISTED})
    came = {state: Sum("size", filter=Q(state=state), default=0) for state in ("attended", "no_show")}
    for row in _per(seats, "event__course_id", all=Sum("size"), **came):
        counts = {"enrolled": row["all"], "attended": row["attended"], "missed": row["no_show"]}
        _fill(found, row["event__course_id"], **counts)
    done = Completion.objects.filter(volunteer__centre__in=centre_ids, revoked_at=None)
    for row in _per(done, "course_id", people=Count("volunteer", distinct=True)):
        _fill(found, row["course_id"], completed=row["people"])
    others = Certificate.objects.filter(centre__in=centre_ids, completion=None, revoked_at=None)
    for row in _per(others, "course_id", people=Count("user", distinct=True)):
        found[row["course_id"]].completed += row["people"] if row["course_id"] in found else 0
    about = Q(session__centre__in=centre_ids) | Q(session=None, user__volunteer__centre__in=centre_ids)
    for row in _per(Evaluation.objects.filter(about), "course_id", all=Count("pk"), mean=Avg("rating")):
        _fill(found, row["course_id"], ratings=row["all"], rating=round(row["mean"], 1))
    for course_id, effect in effects_in(centre_ids).items():
        _fill(found, course_id, effect=effect)
    return list(found.values())


def shown_figures(of: Figures) -> dict[str, int | None]:
    """Return the counts of a course as they may leave the desk (``common.small_figures``).

    Who has begun and not finished is a count too, and so is who neither came nor stayed away.
    """
    counts = {
        "begun": of.begun,
        "finished": of.finished,
        "unfinished": of.begun - of.finished,
        "enrolled": of.enrolled,
        "attended": of.attended,
        "missed": of.missed,
        "to come": of.enrolled - of.attended - of.missed,
        "completed": of.completed,
        "ratings": of.ratings,
    }
    sums = {"begun": ("finished", "unfinished"), "enrolled": ("attended", "missed", "to come")}
    return guarded(small_figures.Figures(counts, sums, unsaid=frozenset({"unfinished", "to come"})))


def words_about(course: Course, centre_ids: frozenset[UUID], limit: int = 20) -> list[Evaluation]:
    """Return what people said of a course, the last first; the reader sees no names."""
    about = Q(session__centre__in=centre_ids) | Q(session=None, user__volunteer__centre__in=centre_ids)
    return list(Evaluation.objects.filter(about, course=course).exclude(words="").order_by("-at")[:limit])


def _per(rows: QuerySet[Any], key: str, **sums: Any) -> QuerySet[Any, dict[str, Any]]:
    found: QuerySet[Any, dict[str, Any]] = rows.order_by().values(key).annotate(**sums)
    return found


def _fill(found: dict[UUID, Figures], course_id: UUID, **values: Any) -> None:
    if course_id in found:
        for name, value in values.items():
            setattr(found[course_id], name, value)
