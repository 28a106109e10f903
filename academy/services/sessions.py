"""Meetings: planning them, signing up, who was there, and how it was."""

from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.enums import TrainedRole
from academy.errors import (
    BusyThen,
    CourseNotOffered,
    NoPlaceLeft,
    NotThere,
    NotTrainedYet,
    PrerequisiteMissing,
    SessionOver,
)
from academy.events import (
    EnrolmentChanged,
    SessionBegun,
    SessionCalledOff,
    SessionChanged,
    SessionClosed,
    SessionClosingDue,
    SessionEvent,
    SessionPlanned,
    SessionReminderDue,
)
from academy.models import Course, CourseInvitation, Enrolment, Evaluation, Session
from academy.queries import (
    courses_on_offer,
    has_done,
    known_at,
    lacking_for,
    missing_prerequisites,
    places_of,
    trainers_of,
)
from academy.services.certificates import revoke_for_session, settle
from academy.services.courses import accept_invitation
from common import clock
from common.checkin import read_token
from common.errors import InvalidInput, NotFound
from common.permissions import require
from common.seating import CancelledBy, Change, Full, NotBegun, Overlaps, SeatBook, SeatState
from common.words import moment_words
from events.services import cancel, record
from people.models import Centre, User
from people.queries import may_act
from people.rules import coordinates
from places.models import MeetingPlace

TOKEN = "academy.session"  # noqa: S105  (the kind of a code, not a secret)
REMINDED_BEFORE = timedelta(hours=24)
CLOSED_AFTER = timedelta(hours=12)
LONGEST = timedelta(hours=12)
PLACES_AT_MOST = 500


class SessionDetails(TypedDict, total=False):
    """What is told of a session; see the fields of ``Session``."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    place: MeetingPlace | None
    room: str
    call_url: str
    trainer: User | None
    notes: str


def _words(session: Session) -> str:
    return f"{session.course.title}, {moment_words(session.starts_at)}"


def _told(change: Change, seat: Enrolment, by: User | None) -> None:
    session = seat.event
    record(
        EnrolmentChanged(
            enrolment_id=seat.pk,
            session_id=session.pk,
            centre_id=session.centre_id,
            course_id=session.course_id,
            user_id=seat.holder_id,
            change=change.value,
        ),
        actor=by,
    )


ENROLMENTS: SeatBook[Session, Enrolment] = SeatBook(
    Enrolment,
    name="academy.enrolments",
    account="holder_id",
    words=_words,
    told=_told,
    allows=lambda _session, holder: may_act(holder),
)


# --- Planning -----------------------------------------------------------------------------------


@transaction.atomic
def plan_session(
    course: Course, centre: Centre, *, by: User | None, **details: Unpack[SessionDetails]
) -> Session:
    """Plan a meeting of a course.

    Raises:
        Forbidden: ``by`` neither coordinates nor trains at the centre.
        CourseNotOffered: the course is a draft or is given no more.
        InvalidInput: time, place, trainer or number does not do; ``field`` names it.
    """
    require(by, "academy.plan_sessions", centre)
    if not courses_on_offer().filter(pk=course.pk).exists():
        raise CourseNotOffered
    session = Session(course=course, centre=centre, **details)
    _check(session)
    session.save(force_insert=True)
    _set_timers(session)
    _record(SessionPlanned, session, by)
    return session


@transaction.atomic
def change_session(session: Session, *, by: User | None, **details: Unpack[SessionDetails]) -> Session:
    """Change time, place, trainer or number of places; who has a place is told of what concerns them.

    Raises:
        Forbidden: as for ``plan_session``.
        SessionOver: it is over, or was called off.
        InvalidInput: as for ``plan_session``; or more people have a place than there would be.
    """
    require(by, "academy.run_session", session)
    capacity = details.pop("capacity", None)
    locked = ENROLMENTS.lock(session)
    if locked.cancelled_at is not None or locked.starts_at <= clock.now():
        raise SessionOver
    before = (locked.starts_at, locked.ends_at, locked.place_id, locked.room, locked.call_url)
    for name, value in details.items():
        setattr(locked, name, value)
    _check(locked)
    _drop_timers(locked, before[0])
    locked.save(update_fields=list(details))
    _set_timers(locked)
    if capacity is not None and capacity != locked.capacity:
        locked = ENROLMENTS.change_capacity(locked, capacity, by=by)
    if before != (locked.starts_at, locked.ends_at, locked.place_id, locked.room, locked.call_url):
        _record(SessionChanged, locked, by, was_at=int(before[0].timestamp()))
    return locked


@transaction.atomic
def call_off_session(session: Session, *, by: User | None) -> Session:
    """It does not go on: everybody who has a place or waits for one is told. Repeating changes nothing.

    Raises:
        Forbidden: as for ``plan_session``.
        InvalidTransition: it is over.
    """
    require(by, "academy.run_session", session)
    before = session.cancelled_at
    session = ENROLMENTS.call_off(session, by=by)
    _drop_timers(session, session.starts_at)
    if before is None:
        _record(SessionCalledOff, session, by)
    return session


def _check(session: Session) -> None:
    """Raise ``InvalidInput`` for a meeting that nobody could go to."""
    if session.starts_at <= clock.now():
        raise InvalidInput(_("Choose a moment that has yet to come."), field="starts_at")
    if not session.starts_at < session.ends_at <= session.starts_at + LONGEST:
        raise InvalidInput(_("It ends after it begins, on the same day."), field="ends_at")
    if not 1 <= session.capacity <= PLACES_AT_MOST:
        raise InvalidInput(_("There are 1 to 500 places."), field="capacity")
    if (session.place is None) == (not session.call_url):
        raise InvalidInput(_("Choose a place, or give the address of the video call."), field="place")
    if session.place is not None:
        place_at(session.centre, session.place.pk)
    if session.call_url and not session.call_url.startswith("https://"):
        raise InvalidInput(_("The address of the video call begins with https://"), field="call_url")
    if session.trainer is not None:
        _check_trainer(session, session.trainer)


def place_at(centre: Centre, place_id: int) -> MeetingPlace:
    """Return a place where the centre can meet. Raises ``InvalidInput`` for absent and far away alike."""
    found = places_of(centre).filter(pk=place_id).first()
    if found is None:
        raise InvalidInput(_("Choose a place in the area of this centre."), field="place")
    return found


def trainer_at(centre: Centre, user_id: UUID) -> User:
    """Return who may give meetings of the centre. Raises ``InvalidInput`` for absent and foreign alike."""
    found = trainers_of(centre).filter(pk=user_id).first()
    if found is None:
        raise InvalidInput(_("Choose a trainer of this centre."), field="trainer")
    return found


def _check_trainer(session: Session, trainer: User) -> None:
    trainer_at(session.centre, trainer.pk)
    if not coordinates(trainer, session.centre):
        day = timezone.localdate(session.starts_at)
        for course in lacking_for(trainer, TrainedRole.TRAINER, session.centre, day):
            words = _("This trainer has not done the training “%(title)s”, or it has lapsed by then.")
            raise InvalidInput(words % {"title": course.title}, field="trainer")
    given = Session.objects.filter(
        trainer=trainer, cancelled_at=None, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
    ).exclude(pk=session.pk)
    other = given.select_related("course").first()
    if other is not None:
        raise InvalidInput(
            _("The trainer gives something else then: %(what)s.") % {"what": _words(other)}, field="trainer"
        )


# --- Signing up ---------------------------------------------------------------------------------


@transaction.atomic
def enrol(session: Session, user: User, *, by: User | None) -> Enrolment:
    """Sign someone up: a place, or one on the waiting list, which moves by itself. Repeating changes nothing.

    Raises:
        Forbidden: ``by`` is someone else, who does not run the session.
        CourseNotOffered: the course is given no more.
        PrerequisiteMissing: another course comes first.
        NotOpen: it has begun or was called off.
        Overlaps: they have something else at that time.
    """
    require(by, "academy.enrol", (session, user))
    _require_ready(session.course, user)
    seat = ENROLMENTS.take(session, user, by=by)
    _follow_invitation(session.course, user)
    return seat


@transaction.atomic
def leave(seat: Enrolment, *, by: User | None) -> Enrolment:
    """Give a place up; the first who waits gets it. Repeating changes nothing.

    Raises:
        Forbidden: ``by`` is someone else, who does not run the session.
        NotOpen: it has begun; only the trainer may still do it.
        InvalidTransition: the person was there already, or did not come.
    """
    require(by, "academy.leave", seat)
    own = by is not None and by.pk == seat.holder_id
    return ENROLMENTS.cancel(seat, by=by, because=CancelledBy.HOLDER if own else CancelledBy.ORGANISER)


def _require_ready(course: Course, user: User) -> None:
    if not courses_on_offer().filter(pk=course.pk).exists():
        raise CourseNotOffered
    missing = missing_prerequisites(course, user)
    if missing:
        raise PrerequisiteMissing(missing[0].title)


def _follow_invitation(course: Course, user: User) -> None:
    """Who signs up for a meeting has thereby said yes to an invitation to the course."""
    invited = CourseInvitation.objects.filter(course=course, volunteer__user=user, state="sent")
    for invitation in invited.select_related("volunteer"):
        accept_invitation(invitation, by=user)


# --- At the door and after ----------------------------------------------------------------------


@transaction.atomic
def check_in_by_code(token: str, *, by: User, join: bool = False) -> Enrolment:
    """Note that ``by`` is there: they scanned the code at the door. Repeating changes nothing.

    With ``join`` who has no place gets one that is free: they stand in the room. Not once it was rounded off.

    Raises:
        CodeNotValid: the code is of something else, or its time is over.
        NotFound: they have no place at this session.
        CourseNotOffered, PrerequisiteMissing: as for ``enrol``, with ``join``.
        Full, Overlaps, OutsideCheckIn, InvalidTransition: as the seat book says.
    """
    session = Session.objects.select_related("course").filter(pk=read_token(TOKEN, token)).first()
    if join and session is not None:
        session = ENROLMENTS.lock(session)  # it may be rounded off meanwhile
    seat = ENROLMENTS.seat_of(session, by) if session else None
    if join and session is not None and may_join(session, seat):
        require(by, "academy.enrol", (session, by))
        _require_ready(session.course, by)
        seat = ENROLMENTS.admit(session, by, by=by)
        _follow_invitation(session.course, by)
    if seat is None:
        raise NotFound(_("You are not on the list of this meeting. Ask the trainer."))
    return _present(seat, by)


def may_join(session: Session, seat: Enrolment | None) -> bool:
    """Whether who stands at the door with this seat, or none, may come in by the code: there is room."""
    without = seat is None or seat.waits
    return bool(without and session.free and session.takes_check_ins and not session.is_closed)


@transaction.atomic
def put_on_list(session: Session, user: User, *, by: User | None) -> Enrolment:
    """Put somebody on the list by name. Repeating changes nothing; the person is told.

    From two hours before the start they stand at the door: they get a free place and are present, also when
    it was rounded off already. Before that they are signed up, and wait when there is no place.

    Raises:
        Forbidden: ``by`` does not run the session.
        NotFound: the centre does not know this person.
        CourseNotOffered, NotTrainedYet, BusyThen, NoPlaceLeft, NotOpen: they cannot have a place.
    """
    require(by, "academy.run_session", session)
    session = ENROLMENTS.lock(session)
    if not known_at(session.centre).filter(pk=user.pk).exists():
        raise NotFound
    try:
        if not session.takes_check_ins:
            return enrol(session, user, by=by)
        return _present(_let_in(session, user, by), by)
    except PrerequisiteMissing:
        raise NotTrainedYet(missing_prerequisites(session.course, user)[0].title) from None
    except Overlaps:
        raise BusyThen from None
    except Full:
        raise NoPlaceLeft from None


def _let_in(session: Session, user: User, by: User | None) -> Enrolment:
    """Give who has no place, or waits for one, a free one."""
    seat = ENROLMENTS.seat_of(session, user)
    if seat is None or seat.waits:
        _require_ready(session.course, user)
        seat = ENROLMENTS.admit(session, user, by=by)
        _told(Change.ADMITTED, seat, by)
        _follow_invitation(session.course, user)
    return seat


@transaction.atomic
def check_in(seat: Enrolment, *, by: User | None) -> Enrolment:
    """Tick someone on the list. Repeating changes nothing.

    Raises:
        Forbidden: ``by`` does not run the session.
        OutsideCheckIn, InvalidTransition: as the seat book says.
    """
    require(by, "academy.run_session", seat.event)
    return _present(seat, by)


@transaction.atomic
def mark_missed(seat: Enrolment, *, by: User | None) -> Enrolment:
    """Note that someone did not come; what they got by it is taken back.

    Raises:
        Forbidden: ``by`` does not run the session.
        NotBegun, InvalidTransition: as the seat book says.
    """
    require(by, "academy.run_session", seat.event)
    seat = ENROLMENTS.mark_missed(seat, by=by)
    revoke_for_session(seat.event, seat.holder)
    return seat


@transaction.atomic
def reopen_seat(seat: Enrolment, *, by: User | None) -> Enrolment:
    """Undo a tick or a no-show.

    Raises:
        Forbidden: ``by`` does not run the session.
        InvalidTransition: they had no place.
    """
    require(by, "academy.run_session", seat.event)
    seat = ENROLMENTS.reopen(seat, by=by)
    revoke_for_session(seat.event, seat.holder)
    return seat


@transaction.atomic
def close_session(session: Session, *, by: User | None) -> Session:
    """Settle attendance: whoever was there has done it, whoever was not ticked did not come.

    Repeating changes nothing; the list can be put right afterwards.

    Raises:
        Forbidden: ``by`` does not run the session.
        NotBegun: it has not begun.
    """
    require(by, "academy.run_session", session)
    session = ENROLMENTS.lock(session)
    if session.cancelled_at is not None or session.closed_at is not None:
        return session
    if clock.now() < session.starts_at:
        raise NotBegun
    ENROLMENTS.lapse(session)
    Session.objects.filter(pk=session.pk).update(closed_at=clock.now())
    session.refresh_from_db()
    for seat in session.seats.filter(state=SeatState.CONFIRMED).select_related("event", "holder"):
        ENROLMENTS.mark_missed(seat, by=by)
    for seat in session.seats.filter(state=SeatState.ATTENDED).select_related("holder"):
        settle(seat.holder, session.course, session=session)
    cancel(_key(SessionClosingDue, session, session.starts_at))
    _record(SessionClosed, session, by)
    return session


@transaction.atomic
def evaluate(
    course: Course,
    *,
    by: User,
    rating: int,
    session: Session | None = None,
    usable: bool | None = None,
    words: str = "",
) -> Evaluation:
    """Say how a training was; saying it again replaces the former.

    Raises:
        NotThere: they were not at the meeting, or have not done the course.
        InvalidInput: the rating is not 1 to 5.
    """
    require(by, "academy.learn", by)
    if not 1 <= rating <= 5:
        raise InvalidInput(_("Choose one of the five."), field="rating")
    require_was_there(by, course, session)
    said: dict[str, Any] = {"rating": rating, "usable": usable, "words": words.strip(), "at": clock.now()}
    found, _made = Evaluation.objects.update_or_create(user=by, course=course, session=session, defaults=said)
    return found


def require_was_there(user: User, course: Course, session: Session | None = None) -> None:
    """Open the form that asks how it was to who can tell; raise ``NotThere`` for everybody else."""
    if session is None:
        was_there = has_done(user, course)
    else:
        seats = Enrolment.objects.filter(event=session, event__course=course, holder=user)
        was_there = seats.filter(state=SeatState.ATTENDED).exists()
    if not was_there:
        raise NotThere


def _present(seat: Enrolment, by: User | None) -> Enrolment:
    seat = ENROLMENTS.check_in(seat, by=by)
    if seat.event.is_closed:
        settle(seat.holder, seat.event.course, session=seat.event)
    return seat


# --- Timers -------------------------------------------------------------------------------------


def _set_timers(session: Session) -> None:
    for event, due_at in (
        (SessionReminderDue, session.starts_at - REMINDED_BEFORE),
        (SessionBegun, session.starts_at),
        (SessionClosingDue, session.ends_at + CLOSED_AFTER),
    ):
        if due_at > clock.now():
            record(_about(event, session), due_at=due_at, key=_key(event, session, session.starts_at))


def _drop_timers(session: Session, starts_at: datetime) -> None:
    for event in (SessionReminderDue, SessionBegun, SessionClosingDue):
        cancel(_key(event, session, starts_at))


def _key(event: type[SessionEvent], session: Session, starts_at: datetime) -> str:
    return f"{event.type}/{session.pk}/{timezone.localtime(starts_at):%Y%m%dT%H%M}"


def _record(event: type[SessionEvent], session: Session, by: User | None, **more: int) -> None:
    record(_about(event, session, **more), actor=by)


def _about(event: type[SessionEvent], session: Session, **more: int) -> SessionEvent:
    return event(session_id=session.pk, centre_id=session.centre_id, course_id=session.course_id, **more)
