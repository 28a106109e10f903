"""Reads of schools, students, placements and their hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from academy.models import Course
from common import clock
from people.enums import COORDINATING, OrganisationState
from people.queries import may_act, organisations_of, standing_of, volunteer_of
from vacancies.enums import ConsentState, EntryState, PlacementState, StudentStage
from vacancies.models import (
    HourEntry,
    ParentalConsent,
    Placement,
    PlacementSpot,
    School,
    SchoolClass,
    SchoolContact,
    Student,
)
from vacancies.queries.eligibility import OPEN_FOR_SHIFTS, may_place
from vacancies.working_times import age_on

ADULT_IN_THIS = 16
_PLACED_WITH = (
    "student__user",
    "student__school_class__school__centre",
    "spot__vacancy__organisation",
    "spot__vacancy__centre",
)


@dataclass(frozen=True)
class Progress:
    """How far one student is; hours."""

    student: Student
    stage: StudentStage
    signed: float
    entered: float

    @property
    def percent(self) -> int:
        """Signed hours of those that are needed; 100 at most."""
        return min(100, round(100 * self.signed / self.student.school_class.hours_required))


def student_of(user: Any) -> Student | None:
    """Return the student that this person is, or ``None``."""
    return students_of(user).first()


def students_of(user: Any) -> QuerySet[Student]:
    """Return the student that this person is: one row, or none."""
    if not may_act(user):
        return Student.objects.none()
    found = Student.objects.filter(user_id=user.pk, left_at=None)
    return found.select_related("user", "school_class__school__centre")


def follows_school(user: Any) -> bool:
    """Whether this person is a teacher of a school, confirmed by the centre or not yet."""
    return may_act(user) and SchoolContact.objects.filter(user_id=user.pk, ended_at=None).exists()


def schools_of(user: Any) -> QuerySet[School]:
    """Return the schools of the centres that this person coordinates, and those they follow as a teacher."""
    if not may_act(user):
        return School.objects.none()
    follows = SchoolContact.objects.filter(user_id=user.pk, ended_at=None)
    mine = Q(pk__in=follows.exclude(confirmed_at=None).values("school"))
    desk = Q(centre_id__in=standing_of(user).centres(COORDINATING))
    return School.objects.filter(mine | desk)


def classes_of(user: Any) -> QuerySet[SchoolClass]:
    """Return the classes of those schools."""
    return SchoolClass.objects.filter(school__in=schools_of(user)).select_related("school__centre")


def waiting_contacts(user: Any) -> QuerySet[SchoolContact]:
    """Return the teachers of the centre who joined with a code, those whom it has yet to confirm first."""
    found = SchoolContact.objects.filter(
        school__centre_id__in=standing_of(user).centres(COORDINATING), ended_at=None
    )
    return found.select_related("school", "user").order_by(
        F("confirmed_at").asc(nulls_first=True), "joined_at", "pk"
    )


def unconfirmed_of(user: Any) -> QuerySet[SchoolContact]:
    """Return the schools that this person joined as a teacher and that the centre has yet to confirm."""
    found = SchoolContact.objects.filter(user_id=user.pk, ended_at=None, confirmed_at=None)
    return found.select_related("school")


def minutes_signed(student: Student) -> int:
    """Return how many minutes of work are signed."""
    rows = HourEntry.objects.filter(placement__student=student, state=EntryState.SIGNED)
    return sum(entry.minutes for entry in rows)


def progress_of(students: Iterable[Student]) -> list[Progress]:
    """Return how far each student is, in three queries however many there are."""
    listed = list(students)
    ids = [student.pk for student in listed]
    minutes: dict[tuple[UUID, str], int] = {}
    entries = HourEntry.objects.filter(placement__student__in=ids).annotate(owner=F("placement__student"))
    for entry in entries:
        key = (entry.owner, entry.state)
        minutes[key] = minutes.get(key, 0) + entry.minutes
    consents = dict(
        ParentalConsent.objects.filter(student__in=ids)
        # Of two asked at the same moment the one that was given counts.
        .order_by("asked_at", Case(When(state=ConsentState.GIVEN, then=1), default=0), "pk")
        .values_list("student_id", "state")
    )
    placed: dict[UUID, set[str]] = {}
    for student_id, state in Placement.objects.filter(student__in=ids).values_list("student_id", "state"):
        placed.setdefault(student_id, set()).add(state)
    return [
        Progress(
            student,
            _stage(student, consents.get(student.pk, ""), placed.get(student.pk, set())),
            minutes.get((student.pk, EntryState.SIGNED), 0) / 60,
            minutes.get((student.pk, EntryState.ENTERED), 0) / 60,
        )
        for student in listed
    ]


_WITHOUT_PARENT: dict[str, StudentStage] = {
    ConsentState.REFUSED: StudentStage.REFUSED,
    ConsentState.WITHDRAWN: StudentStage.TAKEN_BACK,
}


def _stage(student: Student, consent: str, placements: set[str]) -> StudentStage:
    if student.completed_at is not None:
        return StudentStage.DONE
    if age_on(clock.today(), student.born) < ADULT_IN_THIS and consent != ConsentState.GIVEN:
        return _WITHOUT_PARENT.get(consent, StudentStage.PARENT)
    if PlacementState.AGREED in placements:
        return StudentStage.RUNNING
    return StudentStage.ASKED if PlacementState.ASKED in placements else StudentStage.LOOKING


def class_progress(school_class: SchoolClass) -> list[Progress]:
    """Return how far every student of a class is, by name."""
    students = school_class.students.filter(left_at=None).select_related("user", "school_class")
    return sorted(progress_of(students), key=lambda each: each.student.user.name.lower())


def spot_of(vacancy_id: UUID) -> PlacementSpot | None:
    """Return the place for students at a vacancy, or ``None``; asking for it says whether it is open."""
    found = PlacementSpot.objects.filter(pk=vacancy_id)
    return found.select_related("vacancy__organisation", "vacancy__centre").first()


def open_spots(student: Student) -> list[PlacementSpot]:
    """Return the places in the student's centre that are open, free and for them, by title.

    Where they asked already is none to ask for.
    """
    here = Placement.objects.filter(student=student, state__in=[PlacementState.ASKED, PlacementState.AGREED])
    found = PlacementSpot.objects.filter(
        open=True,
        taken__lt=F("places"),
        vacancy__state__in=OPEN_FOR_SHIFTS,
        vacancy__centre=student.school_class.school.centre_id,
        vacancy__organisation__state=OrganisationState.APPROVED,
    ).exclude(pk__in=here.values("spot"))
    found = found.select_related("vacancy__organisation")
    age, volunteer = age_on(clock.today(), student.born), volunteer_of(student.user)
    if volunteer is None:  # as most: a place where nothing is asked first
        asked = Course.objects.filter(retired_at=None)
        found = found.filter(vacancy__screening=0).exclude(vacancy__required_courses__in=asked)
    return [
        spot
        for spot in found.order_by("vacancy__title")
        if (spot.vacancy.minimum_age or 0) <= age
        and (volunteer is None or may_place(student.user, spot.vacancy))
    ]


def placements_of(student: Student) -> QuerySet[Placement]:
    """Return the student's placements, the latest first."""
    found = Placement.objects.filter(student=student).select_related("spot__vacancy__organisation")
    return found.order_by("-asked_at", "-pk")


def placements_kept_by(user: Any) -> QuerySet[Placement]:
    """Return the placements at vacancies that this person keeps.

    An organisation sees a student under sixteen only after a parent has agreed: before, none can be asked.
    """
    found = Placement.objects.filter(_kept_by(user)) if may_act(user) else Placement.objects.none()
    return found.select_related(*_PLACED_WITH)


def placements_visible_to(user: Any) -> QuerySet[Placement]:
    """Return the student's own placements, and those at vacancies that this person keeps."""
    if not may_act(user):
        return Placement.objects.none()
    mine = Q(student__user_id=user.pk, student__left_at=None)
    return Placement.objects.filter(mine | _kept_by(user)).select_related(*_PLACED_WITH)


def entries_visible_to(user: Any) -> QuerySet[HourEntry]:
    """Return the student's own hours, and those that wait for a signature where this person keeps it."""
    if not may_act(user):
        return HourEntry.objects.none()
    own = Q(placement__student__user_id=user.pk, placement__student__left_at=None)
    kept = Q(state=EntryState.ENTERED, placement__in=Placement.objects.filter(_kept_by(user)).values("pk"))
    found = HourEntry.objects.filter(own & ~Q(state=EntryState.REMOVED) | kept)
    return found.select_related(*(f"placement__{path}" for path in _PLACED_WITH))


def spots_kept_by(user: Any) -> QuerySet[PlacementSpot]:
    """Return the places for students at vacancies that this person keeps."""
    found = PlacementSpot.objects.filter(_kept_by(user, "vacancy__"))
    return found.select_related("vacancy__organisation") if may_act(user) else found.none()


def contacts_visible_to(user: Any) -> QuerySet[SchoolContact]:
    """Return the schools that this person follows or asks to, and the teachers of those of their centre."""
    if not may_act(user):
        return SchoolContact.objects.none()
    mine = Q(user_id=user.pk) | Q(school__centre_id__in=standing_of(user).centres(COORDINATING))
    return SchoolContact.objects.filter(mine, ended_at=None).select_related("school__centre", "user")


def _kept_by(user: Any, path: str = "spot__vacancy__") -> Q:
    """At vacancies of their organisations, and of the centres that they coordinate."""
    own = {f"{path}organisation_id__in": organisations_of(user)}
    desk = {f"{path}centre_id__in": standing_of(user).centres(COORDINATING)}
    return Q(**own, **{f"{path}organisation__state": OrganisationState.APPROVED}) | Q(**desk)


def entries_to_sign(user: Any) -> QuerySet[HourEntry]:
    """Return the hours that were worked and wait for this person's signature, the oldest first."""
    return entries_unsigned(user).filter(_worked())


def entries_planned(user: Any) -> QuerySet[HourEntry]:
    """Return the hours that are to come at vacancies that this person keeps, the first first."""
    return entries_unsigned(user).exclude(_worked())


def _worked() -> Q:
    now = timezone.localtime(clock.now())
    return Q(day__lt=now.date()) | Q(day=now.date(), ends__lte=now.time())


def entries_unsigned(user: Any) -> QuerySet[HourEntry]:
    """Return the hours without a signature at vacancies that this person keeps, over or not, by day."""
    found = HourEntry.objects.filter(state=EntryState.ENTERED, placement__in=placements_kept_by(user))
    return found.select_related(
        "placement__student__user",
        "placement__student__school_class",
        "placement__spot__vacancy__organisation",
    )


def entries_of(student: Student) -> QuerySet[HourEntry]:
    """Return the student's hours, the latest first; those taken back are left out."""
    found = HourEntry.objects.filter(placement__student=student).exclude(state=EntryState.REMOVED)
    return found.select_related("placement__spot__vacancy__organisation").order_by("-day", "-begins", "-pk")


def age_of_student(user: Any, on: date) -> int | None:
    """Return how old a student is on a day, as far as the month of birth tells; ``None`` for others."""
    born = Student.objects.filter(user_id=user.pk).values_list("born", flat=True).first()
    return age_on(on, born) if born else None
