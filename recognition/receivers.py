"""What happened elsewhere becomes hours; what was signed becomes a milestone. Thin."""

from django.utils import timezone

from events.models import EventRecord
from events.registry import on
from events.schedule import every
from matching.events import AssignmentDone
from matching.models import Assignment
from recognition.enums import Source
from recognition.events import HoursApproved, MilestoneRoundDue
from recognition.services import keep_anniversaries, keep_hours_milestone, propose_hours

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


@on(HoursApproved, name="recognition.count_hours")
def count_hours(event: HoursApproved, record: EventRecord) -> None:
    """Hours were signed: is there something to celebrate?"""
    keep_hours_milestone(event.user_id)


@on(MilestoneRoundDue, name="recognition.anniversaries")
def anniversaries(event: MilestoneRoundDue, record: EventRecord) -> None:
    """Whose anniversary is it today?"""
    keep_anniversaries()
