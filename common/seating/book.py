"""The verbs of places: take, wait, move up, give up, pass on, check in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.seating.errors import Full, NotBegun, NotOpen, OutsideCheckIn
from common.seating.models import Seat, SeatedEvent
from common.seating.states import HOLDING, RUNNING, TRANSITIONS, CancelledBy, Change, SeatState
from common.seating.time import Span, busy_with, claims_time, require_time

_S = SeatState
E = TypeVar("E", bound=SeatedEvent)
S = TypeVar("S", bound=Seat)


@dataclass(frozen=True)
class SeatBook(Generic[E, S]):
    """The verbs of one kind of seat. All open a transaction of their own or join that of the caller.

    Attributes:
        seats: the model of the seat.
        name: for the register of who is busy, "app.what".
        account: the lookup from a seat to the id of the account: ``holder__user_id`` or ``holder_id``.
        words: what an event is called in a sentence, for whoever has it already at that time.
        told: called for every change in its transaction; records the app's event.
        allows: whether this holder may have a place now; asked of who would move up. Whoever may not
            stays on the list and is passed by.
    """

    seats: type[S]
    name: str
    account: str
    words: Callable[[Any], str]
    told: Callable[[Change, Any, Any], None]
    allows: Callable[[Any, Any], bool] = field(default=lambda _event, _holder: True)

    def __post_init__(self) -> None:
        claims_time(self.name, self.busy, self.busy_people)

    def lock(self, event: E | UUID) -> E:
        """Lock the row of the event until the transaction ends, and return it fresh."""
        pk = event.pk if isinstance(event, SeatedEvent) else event
        found: E = self._events().select_for_update(of=("self",)).get(pk=pk)
        return found

    def busy(self, user_id: UUID, span: Span) -> str | None:
        """Return what claims this person's time already: a place, or a wait for one."""
        claims = self._claims(span).filter(**{self.account: user_id})
        seat = claims.select_related("event").order_by("event__starts_at").first()
        return self.words(seat.event) if seat else None

    def busy_people(self, span: Span) -> list[UUID]:
        """Return the accounts of everybody whose time is claimed; someone may be named twice."""
        return list(self._claims(span).order_by().values_list(self.account, flat=True))

    @transaction.atomic
    def take(self, event: E, holder: Any, *, by: Any, size: int = 1, wait: bool = True) -> S:
        """Take a place; with ``wait`` a place on the waiting list when there is none.

        Repeating it gives the same seat. The caller has asked its rules and whether the holder is eligible.

        Raises:
            NotOpen: it has begun or was cancelled.
            Overlaps: the person has something else at that time.
            Full: no place is free and ``wait`` is off.
            InvalidInput: the group is larger than there are places at all.
        """
        locked = self.lock(event)
        standing = self.seat_of(locked, holder)
        if standing is not None:
            return standing
        if not locked.is_open:
            raise NotOpen
        if not 1 <= size <= locked.capacity:
            raise InvalidInput(_("There are not that many places."), field="size")
        self._require_time(locked, holder)
        seat = self.seats(event=locked, holder=holder, size=size, asked_at=clock.now())
        change = self._place(seat, locked, wait=wait)
        seat.save(force_insert=True)
        self.told(change, seat, by)
        return seat

    @transaction.atomic
    def admit(self, event: E, holder: Any, *, by: Any) -> S:
        """Give a free place to who stands at the door without one, also once it has begun.

        Who waited leaves the waiting list so. Repeating it gives the same seat; checking in is yet to come.
        The caller has asked its rules and whether the holder is eligible.

        Raises:
            OutsideCheckIn: it is not the time for it.
            Overlaps: the person has something else at that time.
            Full: no place is free.
        """
        locked = self.lock(event)
        if not locked.takes_check_ins:
            raise OutsideCheckIn
        standing = self.seat_of(locked, holder)
        if standing is not None and not standing.waits:
            return standing
        self._require_time(locked, holder)
        if not self._claim(locked, standing.size if standing else 1):
            raise Full
        now = clock.now()
        if standing is not None:
            self._step(standing, _S.CONFIRMED, position=None, confirmed_at=now)
            return standing
        seat = self.seats(event=locked, holder=holder, asked_at=now, confirmed_at=now)
        seat.save(force_insert=True)
        return seat

    @transaction.atomic
    def cancel(self, seat: S, *, by: Any, because: CancelledBy = CancelledBy.HOLDER) -> S:
        """Give a place up; whoever is next on the waiting list moves up in the same transaction.

        Repeating it changes nothing.

        Raises:
            InvalidTransition: the person was there already, or did not come.
            NotOpen: the holder gives up what has begun; only the organiser may.
        """
        event = self.lock(seat.event_id)
        fresh = self._fresh(seat)
        if fresh.state == _S.CANCELLED:
            return fresh
        if because == CancelledBy.HOLDER and not event.is_open:
            raise NotOpen
        held = fresh.holds
        self._step(fresh, _S.CANCELLED, position=None, ended_at=clock.now(), cancelled_by=because)
        if held:
            self._events().filter(pk=event.pk).update(taken=F("taken") - fresh.size)
        self.told(Change.CANCELLED, fresh, by)
        self._move_up(event, by)
        return fresh

    @transaction.atomic
    def change_capacity(self, event: E, capacity: int, *, by: Any) -> E:
        """Set the number of places; when there are more, the waiting list moves up.

        Raises:
            InvalidInput: more people have a place than there would be.
        """
        locked = self.lock(event)
        changed = self._events().filter(pk=locked.pk, taken__lte=capacity).update(capacity=capacity)
        if capacity < 1 or changed != 1:
            raise InvalidInput(
                _("%(count)d people have a place already. Cancel with them first.") % {"count": locked.taken}
                if capacity >= 1
                else _("There is at least one place."),
                field="capacity",
            )
        self._move_up(locked, by)
        locked.refresh_from_db()
        return locked

    @transaction.atomic
    def call_off(self, event: E, *, by: Any) -> E:
        """It does not go on: everyone who has a place or waits for one is told. Repeating changes nothing.

        Raises:
            InvalidTransition: it is over.
        """
        locked = self.lock(event)
        if locked.cancelled_at is not None:
            return locked
        now = clock.now()
        if locked.ends_at <= now:
            raise InvalidTransition
        self._events().filter(pk=locked.pk).update(cancelled_at=now)
        for seat in self._of(locked).filter(state__in=RUNNING).order_by("pk"):
            self._step(seat, _S.CANCELLED, position=None, ended_at=now, cancelled_by=CancelledBy.EVENT)
            self.told(Change.CANCELLED, seat, by)
        left = self._of(locked).filter(state__in=HOLDING).aggregate(people=Sum("size"))["people"]
        self._events().filter(pk=locked.pk).update(taken=left or 0)
        locked.refresh_from_db()
        return locked

    @transaction.atomic
    def pass_on(self, seat: S, holder: Any, *, by: Any) -> S:
        """Let someone else take over a place. The number of places taken stays the same.

        The caller has asked whether the other is eligible. Whoever was on the waiting list leaves it so.

        Raises:
            NotOpen: it has begun or was cancelled.
            Overlaps: the other has something else at that time.
            InvalidTransition: the place is not held any more, or the other has one.
        """
        event = self.lock(seat.event_id)
        fresh = self._fresh(seat)
        if not event.is_open:
            raise NotOpen
        theirs = self.seat_of(event, holder)
        if fresh.state != _S.CONFIRMED or fresh.size != 1 or (theirs is not None and not theirs.waits):
            raise InvalidTransition
        self._require_time(event, holder)
        now = clock.now()
        self._step(fresh, _S.CANCELLED, ended_at=now, cancelled_by=CancelledBy.SWAP)
        self.told(Change.PASSED_ON, fresh, by)
        if theirs is None:
            theirs = self.seats(event=event, holder=holder, asked_at=now, confirmed_at=now)
            theirs.save(force_insert=True)
        else:
            self._step(theirs, _S.CONFIRMED, position=None, confirmed_at=now, size=1)
        self.told(Change.TAKEN, theirs, by)
        return theirs

    @transaction.atomic
    def check_in(self, seat: S, *, by: Any) -> S:
        """Note that the person is there. Repeating it changes nothing.

        Raises:
            OutsideCheckIn: it is not the time for it.
            InvalidTransition: the person has no place.
        """
        if not self.lock(seat.event_id).takes_check_ins:
            raise OutsideCheckIn
        fresh = self._fresh(seat)
        if fresh.state != _S.ATTENDED:
            self._step(fresh, _S.ATTENDED, checked_in_at=clock.now())
            self.told(Change.CHECKED_IN, fresh, by)
        return fresh

    @transaction.atomic
    def mark_missed(self, seat: S, *, by: Any) -> S:
        """Note that the person did not come. Repeating it changes nothing.

        Raises:
            NotBegun: it has not begun.
            InvalidTransition: the person had no place.
        """
        if clock.now() < self.lock(seat.event_id).starts_at:
            raise NotBegun
        fresh = self._fresh(seat)
        if fresh.state != _S.NO_SHOW:
            self._step(fresh, _S.NO_SHOW, checked_in_at=None)
            self.told(Change.MISSED, fresh, by)
        return fresh

    @transaction.atomic
    def reopen(self, seat: S, *, by: Any) -> S:
        """Undo a check-in or a no-show: the person has a place, nothing more is known."""
        self.lock(seat.event_id)
        fresh = self._fresh(seat)
        if fresh.state != _S.CONFIRMED:
            if fresh.state == _S.WAITLISTED:
                raise InvalidTransition
            self._step(fresh, _S.CONFIRMED, checked_in_at=None)
            self.told(Change.REOPENED, fresh, by)
        return fresh

    @transaction.atomic
    def lapse(self, event: E) -> int:
        """Close the waiting list of what has begun; return how many waited in vain."""
        locked = self.lock(event)
        if clock.now() < locked.starts_at:
            return 0
        waiting = list(self.waiting(locked))
        for seat in waiting:
            self._step(seat, _S.LAPSED, position=None, ended_at=clock.now())
            self.told(Change.LAPSED, seat, None)
        return len(waiting)

    def seat_of(self, event: E, holder: Any) -> S | None:
        """Return the seat that this person has, waits for or had, other than a cancelled one."""
        found = self._of(event).filter(holder=holder, state__in=HOLDING | {_S.WAITLISTED})
        return found.select_related("event").first()

    def waiting(self, event: E) -> QuerySet[S]:
        """Return the waiting list, the first first."""
        return self._of(event).filter(state=_S.WAITLISTED).select_related("holder").order_by("position")

    def place_in_line(self, seat: S) -> int | None:
        """Return the place on the waiting list, 1 for the first; ``None`` for who is not on it."""
        if not seat.waits:
            return None
        waiting = self.seats.objects.filter(event_id=seat.event_id, state=_S.WAITLISTED)
        return int(waiting.filter(position__lte=seat.position).count())

    def move_up(self, event: E, *, by: Any = None) -> list[S]:
        """Give free places to the first on the waiting list who fit and may; return whose seats they became.

        ``cancel`` and ``change_capacity`` do so by themselves; ask it when someone has become eligible.
        """
        with transaction.atomic():
            return self._move_up(self.lock(event), by)

    def _move_up(self, event: E, by: Any) -> list[S]:
        """In the order of the list; a group too large for what is free keeps its place and lets others by."""
        event.refresh_from_db(fields=["taken", "capacity"])
        moved: list[S] = []
        if not event.is_open or not event.free:
            return moved
        for seat in self.waiting(event):
            if self._may_move(seat, event) and self._claim(event, seat.size):
                self._step(seat, _S.CONFIRMED, position=None, confirmed_at=clock.now())
                self.told(Change.MOVED_UP, seat, by)
                moved.append(seat)
            if not event.free:
                break
        return moved

    def _may_move(self, seat: S, event: E) -> bool:
        if seat.size > event.free or not self.allows(event, seat.holder):
            return False
        span = Span(event.starts_at, event.ends_at, besides=event.pk)
        return busy_with(account_of(seat.holder), span) is None

    def _place(self, seat: S, event: E, *, wait: bool) -> Change:
        if self._claim(event, seat.size):
            seat.state, seat.confirmed_at = _S.CONFIRMED, clock.now()
            return Change.TAKEN
        if not wait:
            raise Full
        last = self._of(event).aggregate(last=Max("position"))["last"]
        seat.state, seat.position = _S.WAITLISTED, (last or 0) + 1
        return Change.QUEUED

    def _claim(self, event: E, size: int) -> bool:
        """Compare and swap: count ``size`` people in, while there is room for them."""
        room = self._events().filter(pk=event.pk, taken__lte=F("capacity") - size)
        if room.update(taken=F("taken") + size) != 1:
            return False
        event.taken += size
        return True

    def _claims(self, span: Span) -> QuerySet[S]:
        """The places, and the waits for one, that take time in a span."""
        claims: QuerySet[S] = self.seats.objects.filter(
            state__in=RUNNING, event__starts_at__lt=span.ends_at, event__ends_at__gt=span.starts_at
        )
        return claims.exclude(event_id=span.besides)

    def _require_time(self, event: E, holder: Any) -> None:
        require_time(account_of(holder), Span(event.starts_at, event.ends_at, besides=event.pk))

    def _step(self, seat: S, to: SeatState, **values: Any) -> None:
        """Compare and swap the state. Raises ``InvalidTransition`` when the table has no such step."""
        if to not in TRANSITIONS[SeatState(seat.state)]:
            raise InvalidTransition
        if self.seats.objects.filter(pk=seat.pk, state=seat.state).update(state=to, **values) != 1:
            raise InvalidTransition
        for name, value in {"state": to, **values}.items():
            setattr(seat, name, value)

    def _fresh(self, seat: S) -> S:
        found: S = self.seats.objects.select_related("event", "holder").get(pk=seat.pk)
        return found

    def _of(self, event: E) -> QuerySet[S]:
        found: QuerySet[S] = self.seats.objects.filter(event=event)
        return found

    def _events(self) -> QuerySet[E]:
        model: Any = self.seats._meta.get_field("event").related_model
        found: QuerySet[E] = model._default_manager.all()
        return found


def account_of(holder: Any) -> UUID:
    """Return the id of the account behind a holder: a volunteer, or the account itself."""
    user_id: UUID = getattr(holder, "user_id", None) or holder.pk
    return user_id


def seats_counted(events: Iterable[SeatedEvent]) -> tuple[int, int]:
    """Return how many people hold a place at these events, and how many places there are."""
    rows = [(event.taken, event.capacity) for event in events if event.cancelled_at is None]
    return sum(taken for taken, _capacity in rows), sum(capacity for _taken, capacity in rows)
