"""A teacher puts right what was filled in wrong: a class, or a holiday that is none."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput
from common.permissions import require
from people.models import User
from vacancies.enums import EntryState
from vacancies.models import HourEntry, SchoolClass, SchoolHoliday, Student
from vacancies.services.placements import finish_when_done
from vacancies.services.schools import check_class, hold


@transaction.atomic
def change_class(
    school_class: SchoolClass,
    *,
    name: str,
    ends_on: date,
    hours_required: int,
    lesson_hours: Any,
    by: User | None,
) -> SchoolClass:
    """Change a class; its code stays. Who has enough hours by what it is now, is done at once.

    Who was done stays done, and hours that were entered stay: limits hold for what is entered from now on.

    Raises:
        InvalidInput: as ``add_class``.
    """
    require(by, "vacancies.follow_school", school_class.school)
    hold(school_class.school)
    found = (
        SchoolClass.objects.select_for_update(of=("self",)).select_related("school").get(pk=school_class.pk)
    )
    found.name, found.ends_on = name.strip(), ends_on
    found.hours_required, found.lesson_hours = hours_required, lesson_hours
    check_class(found)
    found.save()
    waiting = Student.objects.filter(school_class=found, completed_at=None, left_at=None).order_by("pk")
    for student in waiting.select_for_update(of=("self",)).select_related("school_class__school"):
        finish_when_done(student, by)
    return found


@transaction.atomic
def remove_holiday(holiday: SchoolHoliday, *, by: User | None) -> None:
    """Take a holiday away that was filled in wrong: the limits of school days hold again.

    Raises:
        InvalidInput: students have planned hours in it, which might then be more than the law allows.
    """
    require(by, "vacancies.follow_school", holiday.school)
    students = Student.objects.filter(school_class__school=holiday.school).order_by("pk")
    list(students.select_for_update(of=("self",)))  # no hours are entered meanwhile
    planned = HourEntry.objects.filter(
        placement__student__school_class__school=holiday.school,
        state=EntryState.ENTERED,
        day__gte=max(clock.today(), holiday.starts_on),
        day__lte=holiday.ends_on,
    )
    if planned.exists():
        raise InvalidInput(
            _("Students have planned hours in this holiday. Ask them to take those away first.")
        )
    holiday.delete()
