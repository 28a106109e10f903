"""What happened elsewhere becomes hours; what was signed becomes a milestone. Thin."""

from datetime import datetime, time
from uuid import UUID

from django.utils import timezone

from common import clock
from common.seating import Change, SeatState
from events.models import EventRecord
from events.registry import on
from events.schedule import every
from events.services import record as record_event
from matching.events import AssignmentDone
from matching.models import Assignment
from recognition.enums import Source
from recognition.events import ActionHoursDue, HoursApproved, MilestoneRoundDue, OneDayHoursDue, ShiftHoursDue
from recognition.services import (
    keep_anniversaries,
    keep_hours_milestone,
    keep_signed_hours,
    propose_hours,
    take_proposal_back,
)
from vacancies.enums import ApplicationState, EntryState
from vacancies.events import (
    ApplicationStarted,
    HoursAnswered,
    ShiftAttended,
    ShiftMissed,
    ShiftReopened,
    TaskSeatChanged,
)
from vacancies.models import ActionTask, Application, Shift, ShiftSeat, TaskSeat, Vacancy
from vacancies.models import HourEntry as StudentHours

EVENING = time(20)

every("0 9 * * *", MilestoneRoundDue())


@on(AssignmentDone, name="recognition.propose_hours_of_help")
def propose_hours_of_help(event: AssignmentDone, record: EventRecord) -> None:
    """A task is done: its length as the volunteer told it, or as it was planned."""
    found = Assignment.objects.filter(pk=event.assignment_id).select_related(
        "request__centre", "volunteer__user"
    )
    assignment = found.first()
    if assignment is None or assignment.request.lasts:
        return
    request = assignment.request
    began = assignment.starts_at or assignment.done_by_volunteer_at or record.at
    propose_hours(
        assignment.volunteer.user,
        source=Source.TASK,
        source_id=assignment.pk,
        centre=request.centre,
        day=timezone.localdate(min(began, record.at)),
        minutes=assignment.minutes_spent or request.duration_minutes,
        planned_minutes=request.duration_minutes,
        category=request.category,
    )


@on(ShiftAttended, name="recognition.await_end_of_shift")
def await_end_of_shift(event: ShiftAttended, record: EventRecord) -> None:
    """Someone is at a shift: once it is over they are asked about the hours."""
    shift = Shift.objects.filter(pk=event.shift_id).first()
    if shift is not None:
        due = ShiftHoursDue(seat_id=event.seat_id)
        record_event(due, due_at=shift.ends_at, key=f"recognition/shift/{event.seat_id}/{record.pk}")


@on(ShiftHoursDue, name="recognition.propose_hours_of_shift")
def propose_hours_of_shift(event: ShiftHoursDue, record: EventRecord) -> None:
    """A shift is over: its length, unless it turned out that they were not there."""
    found = ShiftSeat.objects.filter(pk=event.seat_id, state=SeatState.ATTENDED)
    seat = found.select_related("event__vacancy__organisation", "event__vacancy__centre", "holder__user")
    for each in seat:
        shift, vacancy = each.event, each.event.vacancy
        propose_hours(
            each.holder.user,
            source=Source.SHIFT,
            source_id=each.pk,
            centre=vacancy.centre,
            organisation=vacancy.organisation,
            day=timezone.localdate(shift.starts_at),
            minutes=int((shift.ends_at - shift.starts_at).total_seconds() // 60),
            role=vacancy.title,
        )


@on(ShiftReopened, name="recognition.take_hours_of_shift_back")
def take_hours_of_shift_back(event: ShiftReopened, record: EventRecord) -> None:
    """A check-in was taken back: its hours do not count."""
    take_proposal_back(Source.SHIFT, event.seat_id)


@on(ShiftMissed, name="recognition.take_hours_of_missed_shift_back")
def take_hours_of_missed_shift_back(event: ShiftMissed, record: EventRecord) -> None:
    """Who was ticked turns out not to have been there: the same."""
    take_proposal_back(Source.SHIFT, event.seat_id)


@on(TaskSeatChanged, name="recognition.follow_seat_at_action")
def follow_seat_at_action(event: TaskSeatChanged, record: EventRecord) -> None:
    """Someone is at a one-day action: once it is over they are asked about the hours. Or they were not."""
    if event.change == Change.CHECKED_IN:
        _await_end_of_task(event.seat_id, record)
    elif event.change in (Change.REOPENED, Change.MISSED):
        take_proposal_back(Source.ACTION, event.seat_id)


@on(ActionHoursDue, name="recognition.propose_hours_of_action")
def propose_hours_of_action(event: ActionHoursDue, record: EventRecord) -> None:
    """A task of an action is over: its length, of a group for who signed it up."""
    found = TaskSeat.objects.filter(pk=event.seat_id, state=SeatState.ATTENDED)
    for each in found.select_related("event__action__organisation", "event__action__centre", "holder"):
        task, action = each.event, each.event.action
        if task.ends_at > clock.now():
            _await_end_of_task(each.pk, record)  # it was moved after they were ticked
            continue
        propose_hours(
            each.holder,
            source=Source.ACTION,
            source_id=each.pk,
            centre=action.centre,
            organisation=action.organisation,
            day=timezone.localdate(task.starts_at),
            minutes=int((task.ends_at - task.starts_at).total_seconds() // 60),
            role=action.title,
        )


def _await_end_of_task(seat_id: UUID, record: EventRecord) -> None:
    task = ActionTask.objects.filter(seats=seat_id).first()
    if task is not None:
        due = ActionHoursDue(seat_id=seat_id)
        record_event(due, due_at=task.ends_at, key=f"recognition/action/{seat_id}/{record.pk}")


@on(ApplicationStarted, name="recognition.await_one_day")
def await_one_day(event: ApplicationStarted, record: EventRecord) -> None:
    """Someone starts with work of one day: the evening of it they are asked about the hours."""
    vacancy = Vacancy.objects.filter(pk=event.vacancy_id, on_date__isnull=False).first()
    if vacancy is not None and vacancy.on_date is not None:
        evening = datetime.combine(vacancy.on_date, EVENING, tzinfo=timezone.get_current_timezone())
        due = OneDayHoursDue(application_id=event.application_id)
        record_event(due, due_at=evening, key=f"recognition/one-day/{event.application_id}")


@on(OneDayHoursDue, name="recognition.propose_hours_of_one_day")
def propose_hours_of_one_day(event: OneDayHoursDue, record: EventRecord) -> None:
    """The day is over: the hours that were planned, unless they have stopped."""
    running = Application.objects.filter(
        pk=event.application_id, state=ApplicationState.STARTED, user__isnull=False
    )
    for work in running.select_related("vacancy", "organisation", "centre", "user"):
        if work.user is None or work.vacancy.on_date is None or work.vacancy.shifts.exists():
            continue  # whoever works in shifts is asked about those
        propose_hours(
            work.user,
            source=Source.ROLE,
            source_id=work.pk,
            centre=work.centre,
            organisation=work.organisation,
            day=work.vacancy.on_date,
            minutes=int(work.vacancy.hours * 60),
            role=work.vacancy.title,
        )


@on(HoursAnswered, name="recognition.count_hours_of_student")
def count_hours_of_student(event: HoursAnswered, record: EventRecord) -> None:
    """The supervisor signed hours of a placement: they count without another signature."""
    signed = StudentHours.objects.filter(pk=event.entry_id, state=EntryState.SIGNED)
    for each in signed.select_related(
        "placement__student__user",
        "placement__spot__vacancy__organisation",
        "placement__spot__vacancy__centre",
    ):
        vacancy = each.placement.spot.vacancy
        keep_signed_hours(
            each.placement.student.user,
            source=Source.PLACEMENT,
            source_id=each.pk,
            centre=vacancy.centre,
            organisation=vacancy.organisation,
            day=each.day,
            minutes=each.minutes,
            role=vacancy.title,
        )


@on(HoursApproved, name="recognition.count_hours")
def count_hours(event: HoursApproved, record: EventRecord) -> None:
    """Hours were signed: is there something to celebrate?"""
    keep_hours_milestone(event.user_id)


@on(MilestoneRoundDue, name="recognition.anniversaries")
def anniversaries(event: MilestoneRoundDue, record: EventRecord) -> None:
    """Whose anniversary is it today?"""
    keep_anniversaries()
