"""A student takes back by themselves what their parent agreed to; the parent does it by their link."""

from django.db import transaction

from common import clock
from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from people.models import User
from vacancies.enums import ConsentState
from vacancies.events import StudentTookBack
from vacancies.models import ParentalConsent, Student
from vacancies.services.placements import stop_all_of
from vacancies.services.students import student_event


@transaction.atomic
def take_word_back(student: Student, *, by: User) -> Student:
    """Take back what a parent agreed to: what runs stops at once. Repeating it changes nothing.

    Without asking the parent, as easily as it was given; a parent can be asked again later.

    Raises:
        Forbidden: it is not the student, or one who is too young to do this alone.
        InvalidTransition: no parent has agreed.
    """
    require(by, "vacancies.take_word_back", student)
    Student.objects.select_for_update().get(pk=student.pk)
    latest = ParentalConsent.objects.filter(student=student).exclude(answered_at=None).last()
    if latest is not None and latest.withdrawn_by_student:
        return student
    rows = ParentalConsent.objects.filter(student=student, state=ConsentState.GIVEN).update(
        state=ConsentState.WITHDRAWN, withdrawn_at=clock.now(), withdrawn_by_student=True
    )
    if latest is None or rows != 1:
        raise InvalidTransition
    stop_all_of(student, by=by)
    record(student_event(StudentTookBack, student, consent_id=latest.pk), actor=by)
    return student
