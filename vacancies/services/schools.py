"""Schools, their teachers, classes and holidays; joining with a code."""

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, NotFound
from common.permissions import require
from people.models import Centre, User
from vacancies.errors import CodeUnknown
from vacancies.models import School, SchoolClass, SchoolContact, SchoolHoliday

# Without signs that look alike on a blackboard.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def new_code() -> str:
    """Return a code that nobody guesses and anybody can copy: 31^8, about 8.5e11."""
    return "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(typed.split()).replace("-", "").upper()


@transaction.atomic
def add_school(centre: Centre, *, name: str, by: User | None) -> School:
    """Let a school take part; its code is for teachers. Raises ``InvalidInput`` without a name."""
    require(by, "vacancies.keep_schools", centre)
    if not name.strip():
        raise InvalidInput(_("Fill in the name of the school."), field="name")
    return School.objects.create(centre=centre, name=name.strip(), code=new_code())


@transaction.atomic
def join_school(code: str, *, by: User) -> SchoolContact:
    """A teacher joins with the school's code. The centre confirms before anything is shown.

    Raises:
        CodeUnknown: no school has this code.
    """
    school = School.objects.filter(code=read_code(code)).first()
    if school is None:
        raise CodeUnknown(field="code")
    contact, _made = SchoolContact.objects.get_or_create(school=school, user=by, ended_at=None)
    return contact


@transaction.atomic
def confirm_contact(contact: SchoolContact, *, by: User | None) -> SchoolContact:
    """The centre knows this teacher: from now on they see the students. Repeating changes nothing."""
    require(by, "vacancies.keep_schools", contact.school.centre)
    SchoolContact.objects.filter(pk=contact.pk, confirmed_at=None, ended_at=None).update(
        confirmed_at=clock.now(), confirmed_by=by
    )
    contact.refresh_from_db()
    return contact


@transaction.atomic
def end_contact(contact: SchoolContact, *, by: User) -> SchoolContact:
    """A teacher follows the school no more: by themselves or by the centre."""
    if contact.user_id != by.pk:
        require(by, "vacancies.keep_schools", contact.school.centre)
    SchoolContact.objects.filter(pk=contact.pk, ended_at=None).update(ended_at=clock.now())
    contact.refresh_from_db()
    return contact


@transaction.atomic
def add_class(
    school: School, *, name: str, ends_on: date, hours_required: int, lesson_hours: Any, by: User | None
) -> SchoolClass:
    """Add a class; its code is for its students.

    Raises:
        InvalidInput: the name is empty or taken, the last day has passed, hours make no sense.
    """
    require(by, "vacancies.follow_school", school)
    hold(school)
    made = SchoolClass(
        school=school,
        name=name.strip(),
        code=new_code(),
        ends_on=ends_on,
        hours_required=hours_required,
        lesson_hours=lesson_hours,
    )
    check_class(made)
    made.save()
    return made


def hold(school: School) -> None:
    """Let nobody else change the classes of the school until this transaction ends: names differ."""
    School.objects.select_for_update().get(pk=school.pk)


def check_class(wanted: SchoolClass) -> None:
    """Raise ``InvalidInput`` when a class cannot be so: see ``add_class``. The caller holds the school."""
    others = SchoolClass.objects.filter(school=wanted.school, name=wanted.name).exclude(pk=wanted.pk)
    if not wanted.name or others.exists():
        raise InvalidInput(_("Give the class a name of its own."), field="name")
    if wanted.ends_on <= clock.today():
        raise InvalidInput(_("Choose a last day in the future."), field="ends_on")
    if not 1 <= wanted.hours_required <= 200:
        raise InvalidInput(_("Choose from 1 to 200 hours."), field="hours_required")
    if not 0 <= wanted.lesson_hours <= 9:
        raise InvalidInput(_("Choose from 0 to 9 hours of lessons."), field="lesson_hours")


@transaction.atomic
def add_holiday(
    school: School, *, name: str, starts_on: date, ends_on: date, by: User | None
) -> SchoolHoliday:
    """Note a period without lessons: the legal limits are wider then.

    Raises:
        InvalidInput: it ends before it begins, or lasts longer than ten weeks.
    """
    require(by, "vacancies.follow_school", school)
    if ends_on < starts_on or (ends_on - starts_on).days > 70:
        raise InvalidInput(
            _("The last day is not before the first, and at most ten weeks later."), field="ends_on"
        )
    return SchoolHoliday.objects.create(
        school=school, name=name.strip(), starts_on=starts_on, ends_on=ends_on
    )


def class_of_code(code: str) -> SchoolClass:
    """Return the class of a code. Raises ``CodeUnknown``; ``NotFound`` when its time is over."""
    found = SchoolClass.objects.select_related("school__centre").filter(code=read_code(code)).first()
    if found is None:
        raise CodeUnknown(field="code")
    if found.ends_on < clock.today():
        raise NotFound(_("This class has finished its placements."))
    return found
