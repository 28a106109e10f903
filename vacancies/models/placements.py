"""Student placements (maatschappelijke stage): schools and classes, students, consent of a parent, hours.

Of a minor we keep the least that the law's limits need (docs/decisions/010-students.md): month and year of
birth, no day; a parent's address until they have answered.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common import clock
from common.encryption import EncryptedTextField
from common.ids import new_id
from people.models import Centre, User
from vacancies.enums import ConsentState, EntryState, PlacementState
from vacancies.models.vacancies import Vacancy

HOURS_REQUIRED = 30


class School(models.Model):
    """A secondary school. With its ``code`` a teacher joins; the centre confirms them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="schools")
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=12, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class SchoolHoliday(models.Model):
    """A period without lessons: first and last day. The legal limits are wider then."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="holidays")
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ("starts_on",)
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="holiday_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name


class SchoolContact(models.Model):
    """A teacher who follows the placements of a school, once the centre has confirmed it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="school_contacts")
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "user"], condition=Q(ended_at=None), name="one_running_school_contact"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class SchoolClass(models.Model):
    """A class that does placements. With its ``code`` a student joins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="classes")
    name = models.CharField(max_length=40)
    code = models.CharField(max_length=12, unique=True)
    hours_required = models.PositiveSmallIntegerField(default=HOURS_REQUIRED)
    lesson_hours = models.DecimalField(
        max_digits=3, decimal_places=1, default=6, help_text="Hours of lessons on a school day"
    )
    ends_on = models.DateField(help_text="Last day on which hours count")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "school classes"
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="one_class_of_a_name"),
            models.CheckConstraint(
                condition=Q(hours_required__gte=1) & Q(hours_required__lte=200), name="class_hours_sane"
            ),
            models.CheckConstraint(
                condition=Q(lesson_hours__gte=0) & Q(lesson_hours__lte=9), name="lesson_hours_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Student(models.Model):
    """Someone of a class. ``born`` is the first of the month of birth: the day is not kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="student")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="students")
    born = models.DateField(help_text="First of the month of birth")
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, help_text="All hours are signed")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(born__day=1), name="student_born_in_a_month"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ParentalConsent(models.Model):
    """A parent was asked whether their child may do placements, by a link; the rows are history.

    The parent's address goes as soon as they have answered; their name stays as whose word it was.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="consents")
    state = models.CharField(max_length=9, choices=ConsentState.choices, default=ConsentState.ASKED)
    parent_email = EncryptedTextField(blank=True, default="")
    parent_name = EncryptedTextField(blank=True, default="")
    version = models.CharField(max_length=12, help_text="Of the text that was shown")
    sundays = models.BooleanField(default=False, help_text="Agrees to Sundays too")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_student = models.BooleanField(default=False, help_text="Else by the parent")

    class Meta:
        ordering = ("asked_at", "id")
        indexes = [models.Index(fields=["state", "asked_at"], name="parent_asked")]
        constraints = [
            models.UniqueConstraint(
                fields=["student"], condition=Q(state__in=["asked", "given"]), name="one_running_parent"
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(answered_at__isnull=False), name="consent_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PlacementSpot(models.Model):
    """A vacancy that also takes students: how many at a time, and who signs their hours."""

    vacancy = models.OneToOneField(
        Vacancy, on_delete=models.CASCADE, primary_key=True, related_name="placement_spot"
    )
    places = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0)
    supervisor_name = models.CharField(max_length=80)
    supervisor_email = EncryptedTextField()
    open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="placements_never_overbooked")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Placement(models.Model):
    """A student does a placement at a vacancy: asked, agreed with the organisation, done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="placements")
    spot = models.ForeignKey(PlacementSpot, on_delete=models.PROTECT, related_name="placements")
    state = models.CharField(max_length=9, choices=PlacementState.choices, default=PlacementState.ASKED)
    motivation = EncryptedTextField(blank=True, default="")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["student", "spot"],
                condition=Q(state__in=["asked", "agreed"]),
                name="one_running_placement_per_spot",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class HourEntry(models.Model):
    """Hours of a student on one day, on the clock in town. Signed by the supervisor with one touch."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="entries")
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    pause = models.PositiveSmallIntegerField(default=0, help_text="Minutes of break")
    state = models.CharField(max_length=8, choices=EntryState.choices, default=EntryState.ENTERED)
    entered_at = models.DateTimeField(default=clock.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=80, blank=True, help_text="Name of the supervisor")

    class Meta:
        ordering = ("day", "begins", "id")
        verbose_name_plural = "hour entries"
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="entry_ends_after_start"),
            models.UniqueConstraint(
                fields=["placement", "day", "begins"],
                condition=Q(state__in=["entered", "signed"]),
                name="one_entry_per_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def minutes(self) -> int:
        """Minutes of work, without the break."""
        there = (self.ends.hour - self.begins.hour) * 60 + self.ends.minute - self.begins.minute
        return there - self.pause


def month_of(day: date) -> date:
    """The first of a day's month: all that is kept of a birthday."""
    return day.replace(day=1)
