"""Answers to vacancies: sending, reading, talking, trying, starting, declining, withdrawing, stopping."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.queries import holds_course
from common import clock
from common.errors import Forbidden, InvalidInput
from common.permissions import require
from common.workdays import after_workdays
from events.services import cancel, record
from people.enums import Why
from people.models import User, Volunteer
from people.queries import may_act, volunteer_of
from people.services import normalise_phone, note_reads
from safeguarding.queries import barred_volunteers, refused_steps, valid_requirements
from vacancies.enums import BEGUN, RUNNING, SILENT, ApplicationState, DeclineReason, NoteSide
from vacancies.errors import (
    NotForThisAge,
    ScreeningLacking,
    TrainingLacking,
    VacancyGone,
    VolunteerStopped,
)
from vacancies.events import (
    ApplicationDeclined,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationMoved,
    ApplicationNoted,
    ApplicationRead,
    ApplicationSent,
    ApplicationStarted,
    ApplicationWithdrawn,
    CentreTold,
    OrganisationReminded,
    SilenceDue,
)
from vacancies.models import Application, ApplicationNote, Vacancy
from vacancies.queries.eligibility import courses_asked, is_barred
from vacancies.rules import is_applicant, is_desk
from vacancies.services.life import fill_when_complete
from vacancies.services.moving import lock_application, lock_vacancy, swap_application

LONGEST_MESSAGE = 1500
REMIND_AFTER_WORKDAYS = 5
"""An organisation that has been silent for so long is reminded."""
TELL_CENTRE_AFTER_WORKDAYS = 3
"""After the reminder; then the centre is told."""
WORK_BEGINS = time(9)
ADULT = 18
A = ApplicationState


@transaction.atomic
def send_application(vacancy: Vacancy, *, message: str, phone: str = "", by: User) -> Application:
    """Answer a vacancy. Who has a running answer to it gets that one: sending twice is harmless.

    Raises:
        VacancyGone: it is not published (any more), or its organisation is suspended.
        VolunteerStopped: two people have blocked them from helping.
        InvalidInput: the message is too long, or the phone number is none.
        Forbidden: ``by`` works for the organisation itself.
    """
    vacancy = lock_vacancy(vacancy.pk)
    require(by, "vacancies.answer", vacancy)
    running = Application.objects.filter(vacancy=vacancy, user=by, state__in=RUNNING).first()
    if running is not None:
        return running
    if not vacancy.is_public:
        raise VacancyGone
    if is_barred(by):
        raise VolunteerStopped
    application = _created(vacancy, by, _checked_text(message, "message", empty=True), phone)
    _tell(ApplicationSent, application, by)
    _watch_silence(application, 1)
    return application


@transaction.atomic
def note_read(application: Application, *, by: User) -> Application:
    """The organisation has opened the answer. Repeating it, and opening it at the desk, changes nothing.

    Raises:
        Forbidden: ``by`` does not work for the organisation.
    """
    application = _handled(application, by)
    if application.state == A.SENT and not is_desk.test(by, application):
        swap_application(application, A.READ, read_at=clock.now())
        _tell(ApplicationRead, application, by)
    return application


def note_contact_read(applications: Collection[Application], *, by: User) -> None:
    """Leave a row in the read log for each phone number shown: of the volunteer, else of the answer."""
    shown = [(each, each.user_id) for each in applications if each.phone and each.user_id]
    volunteers = {
        each.user_id: each
        for each in Volunteer.objects.filter(user_id__in=[user_id for _each, user_id in shown])
    }
    note_reads([volunteers.get(user_id, each) for each, user_id in shown], by=by, why=Why.DETAILS)


@transaction.atomic
def move_application(application: Application, *, to: ApplicationState, by: User) -> Application:
    """Go on to a conversation or a trial.

    Raises:
        InvalidInput: ``to`` is another state.
        ScreeningLacking, TrainingLacking, NotForThisAge, VolunteerStopped: for a trial, as
            ``start_application``.
        InvalidTransition: the answer is past that, or over.
        Forbidden: ``by`` does not work for the organisation.
    """
    to = A(to)
    if to not in (A.CONVERSATION, A.TRIAL):
        raise InvalidInput(_("This is not one of the choices."), field="state")
    application = _handled(application, by)
    if to == A.TRIAL:
        _check_ready(application)
    swap_application(application, to, **_heard(application))
    _tell(ApplicationMoved, application, by, state=to.value)
    return application


@transaction.atomic
def start_application(application: Application, *, by: User) -> Application:
    """The volunteer starts: from now on this is an agreement that hours are kept on.

    Raises:
        ScreeningLacking: the vacancy asks for steps that are not valid today.
        TrainingLacking: it asks for a training that was not done.
        NotForThisAge: it is for people of 18 and older, and the volunteer is known to be younger.
        VolunteerStopped: their account is suspended, or two people have blocked them from helping.
        InvalidTransition: the answer is over, or they had started.
        Forbidden: ``by`` does not work for the organisation.
    """
    application = _handled(application, by)
    _check_ready(application)
    swap_application(application, A.STARTED, started_at=clock.now(), **_heard(application))
    _tell(ApplicationStarted, application, by)
    fill_when_complete(application.vacancy)
    return application


@transaction.atomic
def decline_application(
    application: Application, *, reason: DeclineReason, note: str = "", by: User
) -> Application:
    """Say no, with a reason and perhaps a kind word.

    Raises:
        InvalidTransition: the answer is over, or they have started.
        InvalidInput: the word is too long.
        Forbidden: ``by`` does not work for the organisation.
    """
    application = _handled(application, by)
    words = _checked_text(note, "note", empty=True)
    swap_application(
        application,
        A.DECLINED,
        decline_reason=DeclineReason(reason),
        decline_note=words,
        ended_at=clock.now(),
        **_heard(application),
    )
    _tell(ApplicationDeclined, application, by)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, by: User | None) -> Application:
    """Take an answer back, or stop once started: by the volunteer, always allowed.

    Raises:
        InvalidTransition: it is over already.
        Forbidden: it is another's.
    """
    application = lock_application(application)
    require(by, "vacancies.withdraw_application", application)
    if application.state == A.STARTED:
        return _ended(application, by)
    swap_application(application, A.WITHDRAWN, ended_at=clock.now())
    cancel_silence(application)
    _tell(ApplicationWithdrawn, application, by)
    return application


@transaction.atomic
def end_application(application: Application, *, by: User) -> Application:
    """A volunteer who had started stops. Raises ``InvalidTransition``, ``Forbidden``."""
    return _ended(_handled(application, by), by)


@transaction.atomic
def add_note(application: Application, *, text: str, shared: bool = True, by: User) -> ApplicationNote:
    """Write the other side a word, or (``shared`` off) keep one for the own side.

    Raises:
        InvalidInput: there is no text, or it is too long.
        Forbidden: the answer is another's.
    """
    application = lock_application(application)
    require(by, "vacancies.view_application", application)
    side = side_of(by, application)
    note = ApplicationNote.objects.create(
        application=application, author=by, side=side, text=_checked_text(text, "text"), shared=shared
    )
    if shared and side != NoteSide.VOLUNTEER and application.heard_at is None:
        application.heard_at = clock.now()
        application.save(update_fields=["heard_at"])
        cancel_silence(application)
    if shared:
        _tell(ApplicationNoted, application, by, note_id=note.pk, side=side.value)
    return note


def side_of(user: User, application: Application) -> NoteSide:
    """On which side of an answer ``user`` stands; the volunteer's own first."""
    if is_applicant.test(user, application):
        return NoteSide.VOLUNTEER
    return NoteSide.CENTRE if is_desk.test(user, application) else NoteSide.ORGANISATION


@transaction.atomic
def look_at_silence(application: Application, round_number: int) -> None:
    """Remind an organisation that has not answered (round 1), then tell the centre (round 2)."""
    application = lock_application(application)
    if application.state not in SILENT or application.heard_at is not None:
        return
    now = clock.now()
    if round_number == 1:
        application.reminded_at = now
        _tell(OrganisationReminded, application, None)
        _watch_silence(application, 2)
    else:
        application.escalated_at = now
        _tell(CentreTold, application, None)
    application.save(update_fields=["reminded_at", "escalated_at"])


@transaction.atomic
def end_all_of(user: User) -> None:
    """Take back every running answer of someone who leaves."""
    for application in Application.objects.filter(user=user, state__in=RUNNING):
        withdraw_application(application, by=None)


@transaction.atomic
def end_closed(volunteer: Volunteer) -> int:
    """Two people refused or blocked a step: end what they closed; return how many answers.

    A block ends every running answer, a refusal what was begun where that step is asked: talking may go on.
    """
    closed = Application.objects.filter(user=volunteer.user_id, state__in=RUNNING)
    if not barred_volunteers([volunteer.pk]):
        asked = F("vacancy__screening").bitand(refused_steps(volunteer.pk))
        closed = closed.filter(state__in=BEGUN).alias(asked=asked).filter(asked__gt=0)
    ended = list(closed)
    for application in ended:
        withdraw_application(application, by=None)
    return len(ended)


def cancel_silence(application: Application) -> None:
    """Nobody waits any more: no reminder."""
    for round_number in (1, 2):
        cancel(_silence_key(application, round_number))


def lacking_steps(application: Application) -> int:
    """Return the mask of steps that the vacancy asks and that are not valid today for who answered."""
    wanted = application.vacancy.screening
    if not wanted:
        return 0
    volunteer = volunteer_of(application.user)
    return wanted & ~(valid_requirements(volunteer) if volunteer else 0)


def _check_ready(application: Application) -> None:
    if application.user is None:
        raise Forbidden
    volunteer = volunteer_of(application.user)
    if not may_act(application.user) or is_barred(application.user):
        raise VolunteerStopped
    if volunteer is not None and not volunteer.adult and (application.vacancy.minimum_age or 0) >= ADULT:
        raise NotForThisAge
    if lacking_steps(application):
        raise ScreeningLacking
    courses = courses_asked(application.vacancy)
    if not all(volunteer is not None and holds_course(volunteer, course) for course in courses):
        raise TrainingLacking


def _created(vacancy: Vacancy, by: User, message: str, phone: str) -> Application:
    try:
        with transaction.atomic():
            return Application.objects.create(
                vacancy=vacancy,
                organisation=vacancy.organisation,
                centre_id=vacancy.centre_id,
                user=by,
                message=message,
                phone=normalise_phone(phone) if phone else "",
            )
    except IntegrityError:
        # Another transaction of this person came first (only where rows are not locked).
        return Application.objects.get(vacancy=vacancy, user=by, state__in=RUNNING)


def _handled(application: Application, by: User) -> Application:
    application = lock_application(application)
    require(by, "vacancies.handle_application", application)
    return application


def _ended(application: Application, by: User | None) -> Application:
    swap_application(application, A.ENDED, ended_at=clock.now())
    _tell(ApplicationEnded, application, by)
    return application


def _heard(application: Application) -> dict[str, datetime]:
    """The organisation has let something be heard: nobody has to be reminded."""
    cancel_silence(application)
    now = clock.now()
    return {"heard_at": application.heard_at or now, "read_at": application.read_at or now}


def _tell(event: type[ApplicationEvent], application: Application, by: User | None, **more: Any) -> None:
    record(event(**_ids(application), **more), actor=by)


def _ids(application: Application) -> dict[str, Any]:
    names = ("vacancy_id", "organisation_id", "centre_id", "user_id")
    return {"application_id": application.pk} | {name: getattr(application, name) for name in names}


def _watch_silence(application: Application, round_number: int) -> None:
    days = REMIND_AFTER_WORKDAYS if round_number == 1 else TELL_CENTRE_AFTER_WORKDAYS
    day = after_workdays(clock.today(), days)
    due = datetime.combine(day, WORK_BEGINS, timezone.get_current_timezone())
    event = SilenceDue(**_ids(application), round=round_number)
    record(event, due_at=due, key=_silence_key(application, round_number))


def _silence_key(application: Application, round_number: int) -> str:
    return f"vacancies.silence/{application.pk}/{round_number}"


def _checked_text(text: str, field: str, *, empty: bool = False) -> str:
    text = text.strip()
    if not text and not empty:
        raise InvalidInput(_("Write something first."), field=field)
    if len(text) > LONGEST_MESSAGE:
        raise InvalidInput(_("Use at most %(count)d characters.") % {"count": LONGEST_MESSAGE}, field=field)
    return text
