"""Places at something that happens at a set time, with a waiting list that moves by itself.

Shifts of a vacancy, tasks of a one-day action and sessions of the academy are all the same thing: a moment, a
number of places, and people who take them. This package has the two abstract models and the verbs; the apps
have the tables, the permissions and the events. How an app uses it (the academy, for its sessions)::

    class Session(SeatedEvent):                       # academy/models: starts_at, ends_at, capacity, taken
        course = models.ForeignKey(Course, …)

    class Enrolment(Seat):                            # the two names are fixed: event and holder
        event = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="seats")
        holder = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="enrolments")

    ENROLMENTS = SeatBook(                            # academy/services: one for the whole app
        Enrolment, name="academy.enrolments", account="holder__user_id", words=…, told=record_change)

    @transaction.atomic
    def enrol(session, volunteer, *, by):
        require(by, "academy.enrol", volunteer)       # the app asks its rules,
        return ENROLMENTS.take(session, volunteer, by=by)   # the book keeps the places

``told(change, seat, by)`` is called inside the transaction, once for every seat that changed, also for those
that move up by themselves: the app records its event there. A subclass that has a ``Meta`` of its own derives
it from ``Seat.Meta`` and adds to ``Seat.Meta.constraints``.

Never overbooked, three times over: the row of the event is locked; the counter ``taken`` goes up by
compare-and-swap only while there is room; and the database refuses ``taken > capacity``. SQLite has no row
locks, but one writer at a time (``BEGIN IMMEDIATE``).

Order of locks, everywhere: the event, then the account of the person.
"""

from common.seating.book import SeatBook, account_of, seats_counted
from common.seating.errors import Full, NotBegun, NotOpen, OutsideCheckIn, Overlaps
from common.seating.models import CHECK_IN_CLOSES, CHECK_IN_OPENS, CODE_CLOSES, Seat, SeatedEvent
from common.seating.states import HOLDING, RUNNING, TRANSITIONS, CancelledBy, Change, SeatState
from common.seating.time import Busy, Everybody, Span, busy_people, busy_with, claims_time, require_time

__all__ = [
    "CHECK_IN_CLOSES",
    "CHECK_IN_OPENS",
    "CODE_CLOSES",
    "HOLDING",
    "RUNNING",
    "TRANSITIONS",
    "Busy",
    "CancelledBy",
    "Change",
    "Everybody",
    "Full",
    "NotBegun",
    "NotOpen",
    "OutsideCheckIn",
    "Overlaps",
    "Seat",
    "SeatBook",
    "SeatState",
    "SeatedEvent",
    "Span",
    "account_of",
    "busy_people",
    "busy_with",
    "claims_time",
    "require_time",
    "seats_counted",
]
