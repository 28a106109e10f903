"""What matching does when something has happened. Thin: each handler calls one service."""

from common import clock
from events.models import EventRecord
from events.registry import on
from events.schedule import every
from help_requests.enums import ASKABLE
from help_requests.events import RequestOpened, RequestWithdrawn
from help_requests.models import HelpRequest
from matching import events, services
from matching.enums import ASSIGNMENT_RUNNING, CancelledBy, CancelReason, DispatchState
from matching.models import Assignment
from matching.services.agreement import end_assignment, plan_if_fixed
from matching.services.dispatch import start_by_policy
from people.enums import VolunteerState
from people.events import UserSuspended, VolunteerChanged
from people.models import Volunteer
from safeguarding import queries as safeguarding
from safeguarding.events import BlockChanged


@on(events.OfferDue, name="matching.expire_offer")
def expire_offer(event: events.OfferDue, record: EventRecord) -> None:
    """The time to answer is over."""
    services.expire_offer(event.offer_id)


@on(events.OfferExpired, name="matching.replace_silent")
def replace_silent(event: events.OfferExpired, record: EventRecord) -> None:
    """Ask the next instead of who was silent."""
    services.continue_dispatch(event.request_id)


@on(events.OfferDeclined, name="matching.replace_refuser")
def replace_refuser(event: events.OfferDeclined, record: EventRecord) -> None:
    """Ask the next instead of who said not now."""
    services.continue_dispatch(event.request_id)


@on(events.DispatchDue, name="matching.continue_after_quiet")
def continue_after_quiet(event: events.DispatchDue, record: EventRecord) -> None:
    """Quiet hours are over."""
    services.continue_dispatch(event.request_id)


@on(events.AskingHalted, name="matching.sweep_halted")
def sweep_halted(event: events.AskingHalted, record: EventRecord) -> None:
    """What began to run while the brake was pulled stops too."""
    services.sweep(event.centre_id, by=None)


@on(events.OfferAccepted, name="matching.settle_dispatch")
def settle_dispatch(event: events.OfferAccepted, record: EventRecord) -> None:
    """Enough helpers: the asking is finished; else it goes on for the next place."""
    services.continue_dispatch(event.request_id)


@on(events.AssignmentCancelled, name="matching.look_again")
def look_again(event: events.AssignmentCancelled, record: EventRecord) -> None:
    """A volunteer stopped: look for another."""
    services.resume_dispatch(event.request_id)


@on(events.AssignmentAgreed, name="matching.plan_fixed_moment")
def plan_fixed_moment(event: events.AssignmentAgreed, record: EventRecord) -> None:
    """The request named day and time itself: the appointment stands."""
    plan_if_fixed(Assignment.objects.select_related("request").get(pk=event.assignment_id), by=None)


@on(RequestOpened, name="matching.start_by_policy")
def start_when_opened(event: RequestOpened, record: EventRecord) -> None:
    """Questions from before a reopening are about another day; the policy may start asking by itself."""
    services.end_dispatch(event.request_id, by=None, before=record.at)
    start_by_policy(event.request_id)


@on(RequestWithdrawn, name="matching.end_asking")
def end_asking(event: RequestWithdrawn, record: EventRecord) -> None:
    """Help is no longer needed: nobody is asked any more and running agreements end."""
    services.end_dispatch(event.request_id, by=None)
    for assignment in Assignment.objects.filter(request_id=event.request_id, state__in=ASSIGNMENT_RUNNING):
        end_assignment(assignment, side=CancelledBy.RESIDENT, reason=CancelReason.NOT_NEEDED, by=None)


@on(VolunteerChanged, name="matching.release_who_left")
def release_who_left(event: VolunteerChanged, record: EventRecord) -> None:
    """Who has left is not asked and not expected any more."""
    if Volunteer.objects.filter(pk=event.volunteer_id, state=VolunteerState.LEFT).exists():
        services.release_volunteer(event.volunteer_id)


@on(UserSuspended, name="matching.release_suspended")
def release_suspended(event: UserSuspended, record: EventRecord) -> None:
    """Whoever is suspended meets nobody."""
    for volunteer_id in Volunteer.objects.filter(user=event.user_id).values_list("pk", flat=True):
        services.release_volunteer(volunteer_id)


@on(BlockChanged, name="matching.part_blocked")
def part_blocked(event: BlockChanged, record: EventRecord) -> None:
    """These two are not to meet: what runs between them ends."""
    if safeguarding.is_blocked(event.volunteer_id, event.resident_id):
        services.release_volunteer(event.volunteer_id, resident_id=event.resident_id)


@on(events.SearchRoundDue, name="matching.search_round")
def search_round(event: events.SearchRoundDue, record: EventRecord) -> None:
    """Look again for everything that waits."""
    waiting = HelpRequest.objects.filter(state__in=ASKABLE, dispatch__state=DispatchState.EXHAUSTED)
    for request_id in waiting.values_list("pk", flat=True):
        services.retry_search(request_id)


@on(events.PassedDaysDue, name="matching.passed_days")
def passed_days(event: events.PassedDaysDue, record: EventRecord) -> None:
    """Nobody is asked for a day that is over."""
    passed = HelpRequest.objects.filter(state__in=ASKABLE, on_date__lt=clock.today())
    for request_id in passed.exclude(dispatch__state=DispatchState.EXHAUSTED).values_list("pk", flat=True):
        services.give_up_passed_day(request_id)


# Within waking hours: who joined or was screened since is asked the same half hour.
every("12,42 8-20 * * *", events.SearchRoundDue())
every("5 0 * * *", events.PassedDaysDue())
