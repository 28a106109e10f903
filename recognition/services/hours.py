"""Hours: proposed by what was done, entered by the volunteer, signed by who was there."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.personal_data import describe, find_personal_data
from events.services import record
from matching.enums import ASSIGNMENT_BEGUN
from matching.models import Assignment
from people.models import Centre, Organisation, User
from recognition import events
from recognition.enums import COUNTING, HOURS_TRANSITIONS, HoursState, RefusalReason, Source
from recognition.errors import AlreadyEntered, DayIsFull
from recognition.models import HourEntry
from recognition.models.hours import DAY
from recognition.queries import home_centre, organisations_to_choose
from vacancies.enums import ApplicationState
from vacancies.models import Application

# Further back than this nobody knows any more who was there.
OLDEST = timedelta(days=366)
HoursEvent = TypeVar("HoursEvent", bound=events.HoursChanged)


@transaction.atomic
def propose_hours(
    user: User,
    *,
    source: Source,
    source_id: UUID,
    centre: Centre,
    day: date,
    minutes: int,
    planned_minutes: int | None = None,
    organisation: Organisation | None = None,
    category: str = "",
    role: str = "",
) -> HourEntry:
    """Something was done: put it before the volunteer. Repeating it changes nothing and returns the first.

    ``minutes`` is what is known of the length; ``planned_minutes`` what was agreed, up to which the
    volunteer's word is enough.
    """
    length = min(max(minutes, 1), DAY)
    try:
        with transaction.atomic():
            entry = HourEntry.objects.create(
                user=user,
                source=source,
                source_id=source_id,
                centre=centre,
                organisation=organisation,
                day=day,
                minutes=length,
                planned_minutes=planned_minutes or length,
                category=category,
                role=role[:160],
            )
    except IntegrityError:
        known = HourEntry.objects.filter(user=user, source=source, source_id=source_id)
        return known.order_by("created_at")[0]
    record(_event(events.HoursProposed, entry))
    return entry


@transaction.atomic
def keep_signed_hours(
    user: User,
    *,
    source: Source,
    source_id: UUID,
    centre: Centre,
    organisation: Organisation,
    day: date,
    minutes: int,
    role: str,
) -> HourEntry:
    """Hours that were signed elsewhere already count at once. Repeating it returns the first.

    A day that would have more than 24 hours is put before the person instead: one of the entries is wrong.
    """
    User.objects.select_for_update().get(pk=user.pk)
    what = {"user": user, "source": source, "source_id": source_id}
    known = HourEntry.objects.filter(**what).first()
    if known is not None:
        return known
    room = _has_room(user.pk, day, minutes)
    entry = HourEntry.objects.create(
        **what,
        centre=centre,
        organisation=organisation,
        day=day,
        minutes=minutes,
        planned_minutes=minutes,
        role=role[:160],
        state=HoursState.APPROVED if room else HoursState.PROPOSED,
        decided_at=clock.now() if room else None,
    )
    record(_event(events.HoursApproved if room else events.HoursProposed, entry))
    return entry


@transaction.atomic
def take_proposal_back(source: Source, source_id: UUID) -> None:
    """It turns out not to have been so: what nobody answered goes, what was answered is not signed any more.

    The volunteer hears why, and can mend it.
    """
    HourEntry.objects.filter(source=source, source_id=source_id, state=HoursState.PROPOSED).delete()
    for entry in HourEntry.objects.filter(source=source, source_id=source_id, state__in=COUNTING):
        _move(entry, HoursState.REFUSED, refusal=RefusalReason.NOT_WITH_US, decided_at=clock.now())
        record(_event(events.HoursRefused, entry))


@transaction.atomic
def confirm_hours(entry: HourEntry, *, by: User | None, minutes: int | None = None) -> HourEntry:
    """The volunteer says how long it took: up to what was agreed that is enough, longer is signed.

    Raises:
        Forbidden: it is not their entry.
        InvalidInput: ``minutes`` is no length of time.
        DayIsFull: the day would have more than 24 hours.
        InvalidTransition: it has been answered already.
    """
    require(by, "recognition.answer_hours", entry)
    length = _length(entry.minutes if minutes is None else minutes)
    _require_room(entry.user_id, entry.day, length, beside=entry)
    within = length <= (entry.planned_minutes or 0)
    to = HoursState.APPROVED if within else HoursState.WAITING
    changes = {"decided_at": clock.now()} if within else {}
    _move(entry, to, frm={HoursState.PROPOSED}, minutes=length, **changes)
    record(_event(events.HoursApproved if within else events.HoursSubmitted, entry), actor=by)
    return entry


@transaction.atomic
def enter_hours(
    user: User,
    *,
    day: date,
    minutes: int,
    by: User | None,
    organisation: Organisation | None = None,
    category: str = "",
    note: str = "",
) -> HourEntry:
    """The volunteer enters what the platform does not know of; the organisation, or else the centre, signs.

    Raises:
        Forbidden: not the volunteer themselves.
        InvalidInput: a day to come or too long ago, no length of time, or personal data in ``note``.
        DayIsFull: the day would have more than 24 hours.
    """
    require(by, "recognition.enter_hours", user)
    _require_impersonal(note)
    return _enter(
        user,
        day,
        minutes,
        by,
        centre=_centre_for(user, organisation),
        organisation=organisation,
        category=category,
        note=note.strip(),
    )


@transaction.atomic
def enter_visit(assignment: Assignment, *, day: date, minutes: int, by: User | None) -> HourEntry:
    """The volunteer enters one visit of help that goes on; the centre signs.

    Raises:
        Forbidden: not the volunteer of it.
        InvalidTransition: the help has not begun, or is over.
        AlreadyEntered: there is an entry of that day.
        InvalidInput, DayIsFull: as ``enter_hours``.
    """
    user = assignment.volunteer.user
    require(by, "recognition.enter_hours", user)
    if assignment.state not in ASSIGNMENT_BEGUN:
        raise InvalidTransition
    return _enter(
        user,
        day,
        minutes,
        by,
        source=Source.VISIT,
        source_id=assignment.pk,
        centre_id=assignment.request.centre_id,
        category=assignment.request.category,
    )


@transaction.atomic
def enter_role(application: Application, *, day: date, minutes: int, by: User | None) -> HourEntry:
    """The volunteer enters one day of work that they started through a vacancy; the organisation signs.

    Raises:
        NotFound: it is not their work.
        InvalidTransition: they have not started, or have stopped.
        AlreadyEntered: there is an entry of that day.
        InvalidInput, DayIsFull: as ``enter_hours``.
    """
    if application.user is None:
        raise NotFound
    require(by, "recognition.enter_hours", application.user, hide=True)
    if application.state != ApplicationState.STARTED:
        raise InvalidTransition
    return _enter(
        application.user,
        day,
        minutes,
        by,
        source=Source.ROLE,
        source_id=application.pk,
        centre_id=application.centre_id,
        organisation_id=application.organisation_id,
        role=application.vacancy.title,
    )


@transaction.atomic
def correct_hours(entry: HourEntry, *, day: date, minutes: int, by: User | None) -> HourEntry:
    """The volunteer mends what was not signed, and asks again.

    Raises: as ``enter_hours``; InvalidTransition: it was not refused; AlreadyEntered: that day has an entry.
    """
    require(by, "recognition.answer_hours", entry)
    _require_past(day)
    length = _length(minutes)
    _require_room(entry.user_id, day, length, beside=entry)
    try:
        with transaction.atomic():
            _move(entry, HoursState.WAITING, frm={HoursState.REFUSED}, day=day, minutes=length, refusal="")
    except IntegrityError as error:
        raise AlreadyEntered from error
    record(_event(events.HoursSubmitted, entry), actor=by)
    return entry


@transaction.atomic
def withdraw_hours(entry: HourEntry, *, by: User | None) -> HourEntry:
    """The volunteer says that this does not count. What was signed stays.

    Raises:
        Forbidden: it is not their entry.
        InvalidTransition: it has been signed.
    """
    require(by, "recognition.answer_hours", entry)
    _move(entry, HoursState.WITHDRAWN)
    record(_event(events.HoursWithdrawn, entry), actor=by)
    return entry


@transaction.atomic
def approve_hours(entries: Collection[HourEntry], *, by: User | None) -> int:
    """Sign hours, many at once; return how many. What has changed in the meantime is left as it is.

    Raises:
        Forbidden: one of them is not theirs to sign; then none is signed.
    """
    for entry in entries:
        require(by, "recognition.sign_hours", entry, hide=True)
    signed = 0
    for entry in sorted(entries, key=lambda each: str(each.pk)):
        rows = HourEntry.objects.filter(pk=entry.pk, state=HoursState.WAITING)
        if rows.update(state=HoursState.APPROVED, decided_at=clock.now(), decided_by=by):
            record(_event(events.HoursApproved, entry), actor=by)
            signed += 1
    return signed


@transaction.atomic
def refuse_hours(entry: HourEntry, reason: RefusalReason, *, by: User | None) -> HourEntry:
    """Say why this is not signed, or take a signature back; the volunteer may mend it and ask again.

    Raises:
        NotFound: it is not theirs to sign.
        InvalidTransition: it does not wait, and was not signed.
    """
    require(by, "recognition.sign_hours", entry, hide=True)
    _move(entry, HoursState.REFUSED, refusal=reason, decided_at=clock.now(), decided_by=by)
    record(_event(events.HoursRefused, entry), actor=by)
    return entry


def _enter(user: User, day: date, minutes: int, by: User | None, **what: Any) -> HourEntry:
    _require_past(day)
    length = _length(minutes)
    _require_room(user.pk, day, length)
    try:
        with transaction.atomic():
            entry = HourEntry.objects.create(
                user=user, day=day, minutes=length, state=HoursState.WAITING, **what
            )
    except IntegrityError as error:
        raise AlreadyEntered from error
    record(_event(events.HoursSubmitted, entry), actor=by)
    return entry


def _centre_for(user: User, organisation: Organisation | None) -> Centre:
    """The centre that signs beside, or instead of, the organisation."""
    centre = home_centre(user)
    if centre is None:
        raise InvalidInput(_("Join in first: then we know with which centre you help."))
    if organisation and not organisations_to_choose(user).filter(pk=organisation.pk).exists():
        raise InvalidInput(_("Choose an organisation from the list."), field="organisation")
    return centre


def _move(
    entry: HourEntry, to: HoursState, *, frm: Collection[HoursState] | None = None, **changes: Any
) -> None:
    """Compare and swap: from the states out of which the table knows this step."""
    before = [state for state, steps in HOURS_TRANSITIONS.items() if to in steps]
    allowed = [state for state in before if frm is None or state in frm]
    if HourEntry.objects.filter(pk=entry.pk, state__in=allowed).update(state=to, **changes) != 1:
        raise InvalidTransition
    entry.refresh_from_db()


def _require_past(day: date) -> None:
    today = clock.today()
    if day > today:
        raise InvalidInput(_("This day is still to come. Enter hours afterwards."), field="day")
    if day < today - OLDEST:
        raise InvalidInput(_("This is more than a year ago. Ask the centre."), field="day")


def _length(minutes: int) -> int:
    if not 1 <= minutes <= DAY:
        raise InvalidInput(_("Fill in how long it took: at most 24 hours."), field="minutes")
    return minutes


def _require_room(user_id: UUID, day: date, minutes: int, beside: HourEntry | None = None) -> None:
    """Two entries for one day wait for each other here, so that they cannot pass the cap together."""
    User.objects.select_for_update().get(pk=user_id)
    if not _has_room(user_id, day, minutes, beside):
        raise DayIsFull


def _has_room(user_id: UUID, day: date, minutes: int, beside: HourEntry | None = None) -> bool:
    others = HourEntry.objects.filter(user_id=user_id, day=day, state__in=COUNTING)
    if beside is not None:
        others = others.exclude(pk=beside.pk)
    return (others.aggregate(total=Sum("minutes"))["total"] or 0) + minutes <= DAY


def _require_impersonal(note: str) -> None:
    findings = find_personal_data(note)
    if findings:
        raise InvalidInput(describe(findings)[0], field="note")


def _event(event: type[HoursEvent], entry: HourEntry) -> HoursEvent:
    return event(
        entry_id=entry.pk,
        user_id=entry.user_id,
        centre_id=entry.centre_id,
        organisation_id=entry.organisation_id,
    )
