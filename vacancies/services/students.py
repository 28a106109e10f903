"""Students: joining a class, the consent of a parent under sixteen, and taking it back."""

from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from common.checkin import CodeNotValid, make_token, read_token
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from people.models import User
from vacancies import events
from vacancies.enums import ConsentState, PlacementState
from vacancies.errors import AskedTooOften, ParentFirst
from vacancies.models import ParentalConsent, Placement, SchoolClass, Student, month_of
from vacancies.services.schools import class_of_code
from vacancies.working_times import LIMITS, age_on

PARENT = "vacancies.parent"
# Of the words in templates/vacancies/students/_parent_text.html. Another text, another version.
TEXT_VERSION = "2026-11-3"
ANSWER_WITHIN = timedelta(days=30)
LINK_WORKS = timedelta(days=730)
# A mail to whom we do not know leaves at a student's word: so many a day.
ASKED_A_DAY = 3
ADULT_IN_THIS = 16
StudentEvent = TypeVar("StudentEvent", bound=events.StudentEvent)


@transaction.atomic
def join_class(code: str, *, born: date, parent_email: str = "", by: User) -> Student:
    """A student joins their class. Under sixteen a parent is asked at once.

    ``born`` is any day in the month of birth: only the month is kept.

    Raises:
        CodeUnknown: no class has this code.
        InvalidInput: younger than 13 or older than 17, or another month than before; or no address of a
            parent where one is needed.
        AskedTooOften: as ``ask_parent``.
    """
    school_class = class_of_code(code)
    age = age_on(clock.today(), born)
    if age not in LIMITS:
        raise InvalidInput(_("A student placement is for people of 13 to 17."), field="born")
    asks = age < ADULT_IN_THIS and not _agreed(by)
    if asks:
        _check_parent(parent_email, by)
    # Two taps at once wait for each other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    student = Student.objects.select_for_update().filter(user=by).first()
    if student is None:
        student = Student.objects.create(user=by, school_class=school_class, born=month_of(born))
    else:
        _move(student, school_class, born)
    record(student_event(events.StudentJoined, student), actor=by)
    if asks:
        ask_parent(student, parent_email, by=by)
    return student


def _agreed(user: User) -> bool:
    return ParentalConsent.objects.filter(student__user=user, state=ConsentState.GIVEN).exists()


def _move(student: Student, school_class: SchoolClass, born: date) -> None:
    """Another class, a year later: what was done stays, the rest begins anew.

    Nobody grows older by joining again: else that would do without the word of a parent.
    """
    if month_of(born) != student.born:
        raise InvalidInput(
            _("You gave another month of birth before. Ask the centre to put it right."), field="born"
        )
    if Placement.objects.filter(student=student, state__in=_RUNNING).exists():
        raise InvalidTransition
    student.school_class = school_class
    student.completed_at, student.left_at, student.joined_at = None, None, clock.now()
    student.save()


@transaction.atomic
def ask_parent(student: Student, email: str, *, by: User | None) -> ParentalConsent:
    """Ask a parent by mail; a question that is open already is replaced.

    Raises:
        InvalidInput: the address is missing, or the student's own.
        InvalidTransition: a parent has agreed already.
        AskedTooOften: it was asked three times in a day.
    """
    require(by, "vacancies.own_student", student)
    _check_parent(email, student.user)
    Student.objects.select_for_update().get(pk=student.pk)
    running = ParentalConsent.objects.filter(student=student)
    if running.filter(state=ConsentState.GIVEN).exists():
        raise InvalidTransition
    if running.filter(asked_at__gt=clock.now() - timedelta(days=1)).count() >= ASKED_A_DAY:
        raise AskedTooOften(field="parent_email")
    running.filter(state=ConsentState.ASKED).update(state=ConsentState.WITHDRAWN, parent_email="")
    asked = ParentalConsent.objects.create(
        student=student, parent_email=email.strip().lower(), version=TEXT_VERSION
    )
    record(student_event(events.ParentAsked, student, consent_id=asked.pk), actor=by)
    return asked


def unanswered(moment: datetime) -> QuerySet[ParentalConsent]:
    """Return the questions that no parent can answer any more at a moment, and that still hold an address."""
    late = ParentalConsent.objects.filter(state=ConsentState.ASKED, asked_at__lte=moment - ANSWER_WITHIN)
    return late.exclude(parent_email="").order_by("asked_at", "pk")


@transaction.atomic
def forget_unanswered(moment: datetime, most: int) -> int:
    """Let such addresses go: the link works no more. Return how many."""
    chosen = list(unanswered(moment).values_list("pk", flat=True)[:most])
    return ParentalConsent.objects.filter(pk__in=chosen).update(parent_email="")


def parent_token(consent: ParentalConsent) -> str:
    """Return the code of the link for the parent. It answers for a month, and takes back for two years."""
    return make_token(PARENT, consent.pk, until=consent.asked_at + LINK_WORKS)


def consent_of_token(token: str) -> ParentalConsent:
    """Return the question that a link is of. Raises ``CodeNotValid`` when it is not ours or was replaced."""
    found = ParentalConsent.objects.select_related("student__user", "student__school_class__school").filter(
        pk=read_token(PARENT, token)
    )
    consent = found.first()
    if consent is None:
        raise CodeNotValid
    replaced = consent.state == ConsentState.WITHDRAWN and consent.answered_at is None
    too_late = consent.state == ConsentState.ASKED and clock.now() >= consent.asked_at + ANSWER_WITHIN
    if replaced or too_late:
        raise CodeNotValid(_("This link works no more. Your child can send a new one."))
    return consent


@transaction.atomic
def answer_for_child(token: str, *, name: str, agrees: bool, sundays: bool = False) -> ParentalConsent:
    """A parent answers by the link; their address is not kept after that. The answer is given once.

    Raises:
        CodeNotValid: the link works no more.
        InvalidInput: who agrees gives their name.
        InvalidTransition: it was answered before.
    """
    consent = consent_of_token(token)
    if agrees and not name.strip():
        raise InvalidInput(_("Fill in your name, so that we know who agreed."), field="name")
    rows = ParentalConsent.objects.filter(pk=consent.pk, state=ConsentState.ASKED).update(
        state=ConsentState.GIVEN if agrees else ConsentState.REFUSED,
        sundays=agrees and sundays,
        answered_at=clock.now(),
        version=TEXT_VERSION,  # what the page showed, also when the question was sent with an older text
    )
    if rows != 1:
        raise InvalidTransition
    consent.refresh_from_db()
    consent.parent_email, consent.parent_name = "", name.strip()[:120]
    consent.save(update_fields=["parent_email", "parent_name"])
    _record_answer(consent)
    return consent


@transaction.atomic
def take_consent_back(token: str) -> ParentalConsent:
    """A parent takes it back by the same link: what runs stops. Repeating it changes nothing."""
    consent = consent_of_token(token)
    rows = ParentalConsent.objects.filter(pk=consent.pk, state=ConsentState.GIVEN).update(
        state=ConsentState.WITHDRAWN, withdrawn_at=clock.now()
    )
    consent.refresh_from_db()
    if rows:
        _record_answer(consent)
    elif consent.state != ConsentState.WITHDRAWN:
        raise InvalidTransition
    return consent


def require_consent(student: Student, on: date) -> ParentalConsent | None:
    """Return the running consent. Raises ``ParentFirst`` without one, for who is under sixteen on a day."""
    given = ParentalConsent.objects.filter(student=student, state=ConsentState.GIVEN).first()
    if given is None and age_on(on, student.born) < ADULT_IN_THIS:
        raise ParentFirst
    return given


def student_event(kind: type[StudentEvent], student: Student, **more: object) -> StudentEvent:
    """The event of ``kind`` about this student."""
    school = student.school_class.school
    return kind(student_id=student.pk, school_id=school.pk, centre_id=school.centre_id, **more)


_RUNNING = (PlacementState.ASKED, PlacementState.AGREED)


def _record_answer(consent: ParentalConsent) -> None:
    event = student_event(events.ParentAnswered, consent.student, consent_id=consent.pk, state=consent.state)
    record(event)


def _check_parent(email: str, student: User) -> None:
    if "@" not in email or email.strip().lower() == student.email:
        raise InvalidInput(
            _("Fill in the e-mail address of a parent or guardian. It is another than your own."),
            field="parent_email",
        )
