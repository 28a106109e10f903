"""What matching does when something has happened. Thin: each handler calls one service."""

from events.models import EventRecord
from events.registry import on
from events.schedule import every
from help_requests.events import (
    RequestChanged,
    RequestEdited,
    RequestOpened,
    RequestStateChanged,
    RequestSubmitted,
    RequestWithdrawn,
)
from matching import events, services
from matching.enums import ASSIGNMENT_RUNNING, CancelledBy, CancelReason
from matching.models import Assignment
from matching.services import lasting
from matching.services.agreement import end_assignment, plan_if_fixed
from matching.services.dispatch import start_by_policy
from people.enums import VolunteerState
from people.events import (
    ResidentConsentWithdrawn,
    UserSuspended,
    VolunteerChanged,
    VolunteerConsentWithdrawn,
)
from people.models import Volunteer
from safeguarding import queries as safeguarding
from safeguarding.events import BlockChanged, DecisionConfirmed, ScreeningExpired


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
    """Quiet hours, or the time that only the list near by had, are over."""
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


@on(events.AssignmentEnded, name="matching.look_for_next")
def look_for_next(event: events.AssignmentEnded, record: EventRecord) -> None:
    """Help that went on has ended: look for another, if help is still wanted."""
    services.resume_dispatch(event.request_id)


@on(events.IntroductionDue, name="matching.ask_after_introduction")
def ask_after_introduction(event: events.IntroductionDue, record: EventRecord) -> None:
    """Two people have met."""
    lasting.ask_after_introduction(event.assignment_id)


@on(events.TrialDue, name="matching.ask_after_trial")
def ask_after_trial(event: events.TrialDue, record: EventRecord) -> None:
    """The trial period is over."""
    lasting.ask_after_trial(event.assignment_id)


@on(events.EvaluationDue, name="matching.look_back")
def look_back(event: events.EvaluationDue, record: EventRecord) -> None:
    """Some months have passed."""
    lasting.look_back(event.assignment_id)


@on(events.PauseDue, name="matching.end_break")
def end_break(event: events.PauseDue, record: EventRecord) -> None:
    """The break is over."""
    lasting.end_break(event.assignment_id)


def _await_last_day(event: events.AssignmentChanged, record: EventRecord) -> None:
    """Someone said yes: the last day of the help ends it."""
    lasting.await_last_day(event.assignment_id)


for _yes in (events.AssignmentProposed, events.AssignmentAgreed):
    on(_yes, name=f"matching.await_last_day_{_yes.type.partition('.')[2]}")(_await_last_day)


@on(events.LastDayDue, name="matching.end_on_last_day")
def end_on_last_day(event: events.LastDayDue, record: EventRecord) -> None:
    """The day until which help was asked has passed."""
    lasting.end_on_last_day(event.assignment_id)


@on(events.AssignmentAgreed, name="matching.plan_fixed_moment")
def plan_fixed_moment(event: events.AssignmentAgreed, record: EventRecord) -> None:
    """The request named day and time itself: the appointment stands."""
    plan_if_fixed(Assignment.objects.select_related("request").get(pk=event.assignment_id), by=None)


@on(RequestSubmitted, name="matching.open_by_policy")
def open_when_sent(event: RequestSubmitted, record: EventRecord) -> None:
    """The centre may let light help open by itself; refusing is never automatic."""
    services.open_by_policy(event.request_id)


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


@on(VolunteerConsentWithdrawn, name="matching.release_without_consent")
def release_without_consent(event: VolunteerConsentWithdrawn, record: EventRecord) -> None:
    """Who does not agree any more is not asked and not expected."""
    services.release_volunteer(event.volunteer_id)


@on(ResidentConsentWithdrawn, name="matching.end_without_consent")
def end_without_consent(event: ResidentConsentWithdrawn, record: EventRecord) -> None:
    """Help that has begun ends; what had not begun was withdrawn by its own app."""
    services.release_resident(event.resident_id)


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


@on(events.WideningAccepted, name="matching.search_wider")
def search_wider(event: events.WideningAccepted, record: EventRecord) -> None:
    """The resident made room: more volunteers fit."""
    services.search_wider(event.request_id)


def _lapse_widenings(event: RequestChanged | events.DispatchExhausted, record: EventRecord) -> None:
    """A question about the day may have become of no use."""
    services.lapse_widenings(event.request_id)


for _event in (RequestStateChanged, RequestWithdrawn, RequestOpened, RequestEdited, events.DispatchExhausted):
    on(_event, name=f"matching.lapse_widenings_{_event.type.partition('.')[2]}")(_lapse_widenings)


@on(ScreeningExpired, name="matching.take_back_lapsed")
def take_back_lapsed(event: ScreeningExpired, record: EventRecord) -> None:
    """Questions about help that the lapsed step was for reach this volunteer no more."""
    services.release_unscreened(event.volunteer_id)


@on(DecisionConfirmed, name="matching.release_refused")
def release_refused(event: DecisionConfirmed, record: EventRecord) -> None:
    """A step was refused or blocked by two: what runs of that help ends."""
    services.release_decided(event.decision_id)


@on(events.OfferReleaseDue, name="matching.take_back_released")
def take_back_released(event: events.OfferReleaseDue, record: EventRecord) -> None:
    """This question is not for this volunteer any more."""
    services.take_back_released(event.offer_id)


@on(events.AssignmentReleaseDue, name="matching.end_released")
def end_released(event: events.AssignmentReleaseDue, record: EventRecord) -> None:
    """This volunteer is not expected any more."""
    services.end_released(event.assignment_id)


@on(events.SearchRoundDue, name="matching.search_round")
def search_round(event: events.SearchRoundDue, record: EventRecord) -> None:
    """Look again for everything that waits."""
    services.order_searches()


@on(events.SearchDue, name="matching.search_again")
def search_again(event: events.SearchDue, record: EventRecord) -> None:
    """Look again for this request."""
    services.retry_search(event.request_id)


@on(events.PassedDaysDue, name="matching.passed_days")
def passed_days(event: events.PassedDaysDue, record: EventRecord) -> None:
    """Nobody is asked for a day that is over."""
    services.order_giving_up()


@on(events.PassedDayDue, name="matching.give_up_passed_day")
def give_up_passed_day(event: events.PassedDayDue, record: EventRecord) -> None:
    """Nobody is asked for this request any more."""
    services.give_up_passed_day(event.request_id)


@on(events.ProposalRoundDue, name="matching.morning_round")
def morning_round(event: events.ProposalRoundDue, record: EventRecord) -> None:
    """A new day: every centre gets its proposal."""
    services.order_morning_proposals()


@on(events.ProposalDue, name="matching.make_proposal")
def make_proposal(event: events.ProposalDue, record: EventRecord) -> None:
    """This centre gets its proposal."""
    services.make_morning_proposal(event.centre_id)


@on(events.OfferSent, name="matching.overtaken_by_offer")
def overtaken_by_offer(event: events.OfferSent, record: EventRecord) -> None:
    """Someone was asked: the request may need nobody else from the proposal."""
    services.drop_overtaken(event.request_id)


@on(RequestStateChanged, name="matching.overtaken_by_state")
def overtaken_by_state(event: RequestStateChanged, record: EventRecord) -> None:
    """The request went on: what was proposed for it may no longer be possible."""
    services.drop_overtaken(event.request_id)


@on(RequestWithdrawn, name="matching.overtaken_by_withdrawal")
def overtaken_by_withdrawal(event: RequestWithdrawn, record: EventRecord) -> None:
    """Help is no longer needed: what was proposed for it is off."""
    services.drop_overtaken(event.request_id)


@on(events.OfferCancelled, name="matching.pair_of_cancelled")
def pair_of_cancelled(event: events.OfferCancelled, record: EventRecord) -> None:
    """The question was taken back: the pair of the proposal that put it asks nobody any more."""
    services.drop_closed(event.offer_id)


@on(events.OfferSuperseded, name="matching.pair_of_superseded")
def pair_of_superseded(event: events.OfferSuperseded, record: EventRecord) -> None:
    """Somebody else was first: the pair of the proposal that put the question asks nobody any more."""
    services.drop_closed(event.offer_id)


# Within waking hours: who joined or was screened since is asked the same half hour.
every("12,42 8-20 * * *", events.SearchRoundDue())
every("5 0 * * *", events.PassedDaysDue())
# Before the desk opens.
every("10 7 * * *", events.ProposalRoundDue())
