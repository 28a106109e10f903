"""What can happen between a request and its volunteers. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class DispatchChanged(Event, abstract=True):
    """Base of every event of the asking for one request."""

    dispatch_id: UUID
    request_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class DispatchStarted(DispatchChanged):
    """A coordinator or the centre's policy started asking."""

    type: ClassVar[str] = "matching.dispatch_started"


@dataclass(frozen=True)
class DispatchStopped(DispatchChanged):
    """A coordinator stopped the asking."""

    type: ClassVar[str] = "matching.dispatch_stopped"


@dataclass(frozen=True)
class DispatchExhausted(DispatchChanged):
    """Nobody is left to ask: the request waits, the desk is told."""

    type: ClassVar[str] = "matching.dispatch_exhausted"


@dataclass(frozen=True)
class DispatchDue(DispatchChanged):
    """Timer: quiet hours or the time of the list near by are over, go on asking."""

    type: ClassVar[str] = "matching.dispatch_due"


@dataclass(frozen=True)
class VacancyTipped(Event):
    """The centre pointed a vacancy out to a volunteer whom it may suit."""

    vacancy_id: UUID
    volunteer_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "matching.vacancy_tipped"


@dataclass(frozen=True)
class ShiftTipped(Event):
    """The centre pointed one date of a vacancy out to a volunteer whom it may suit."""

    shift_id: UUID
    vacancy_id: UUID
    volunteer_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "matching.shift_tipped"


@dataclass(frozen=True)
class PolicyChanged(Event):
    """One setting of a centre's way of asking changed; the values as words for programs."""

    centre_id: UUID
    setting: str
    before: str
    after: str
    type: ClassVar[str] = "matching.policy_changed"


@dataclass(frozen=True)
class AskingHalted(Event):
    """The emergency brake: everything a centre asks has stopped."""

    centre_id: UUID
    type: ClassVar[str] = "matching.asking_halted"


@dataclass(frozen=True)
class AskingReleased(Event):
    """The emergency brake is off: what it stopped goes on."""

    centre_id: UUID
    type: ClassVar[str] = "matching.asking_released"


@dataclass(frozen=True)
class WideningChanged(Event, abstract=True):
    """Base of every event of the question to a resident for another part of the day."""

    widening_id: UUID
    request_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class WideningAsked(WideningChanged):
    """The resident is asked."""

    type: ClassVar[str] = "matching.widening_asked"


@dataclass(frozen=True)
class WideningAccepted(WideningChanged):
    """The resident says yes: the request asks for more, the search goes on."""

    type: ClassVar[str] = "matching.widening_accepted"


@dataclass(frozen=True)
class WideningDeclined(WideningChanged):
    """The resident says no."""

    type: ClassVar[str] = "matching.widening_declined"


@dataclass(frozen=True)
class WideningLapsed(WideningChanged):
    """The question is of no use any more."""

    type: ClassVar[str] = "matching.widening_lapsed"


@dataclass(frozen=True)
class SearchRoundDue(Event):
    """Timer: look again for requests that wait for a volunteer."""

    type: ClassVar[str] = "matching.search_round_due"


@dataclass(frozen=True)
class SearchDue(Event):
    """Look again for this request, in a transaction of its own: it waits, and someone fits."""

    request_id: UUID
    type: ClassVar[str] = "matching.search_due"


@dataclass(frozen=True)
class PassedDaysDue(Event):
    """Timer: a day is over; requests for that day are asked for no more."""

    type: ClassVar[str] = "matching.passed_days_due"


@dataclass(frozen=True)
class PassedDayDue(Event):
    """The day of this request is over: it goes to the desk, in a transaction of its own."""

    request_id: UUID
    type: ClassVar[str] = "matching.passed_day_due"


@dataclass(frozen=True)
class OfferChanged(Event, abstract=True):
    """Base of every event of one offer."""

    offer_id: UUID
    request_id: UUID
    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class OfferSent(OfferChanged):
    """A volunteer is asked."""

    type: ClassVar[str] = "matching.offer_sent"


@dataclass(frozen=True)
class OfferSeen(OfferChanged):
    """The volunteer opened the question."""

    type: ClassVar[str] = "matching.offer_seen"


@dataclass(frozen=True)
class OfferAccepted(OfferChanged):
    """The volunteer said yes and was first."""

    type: ClassVar[str] = "matching.offer_accepted"


@dataclass(frozen=True)
class OfferDeclined(OfferChanged):
    """The volunteer said not now."""

    type: ClassVar[str] = "matching.offer_declined"


@dataclass(frozen=True)
class OfferDue(OfferChanged):
    """Timer: the time to answer is over."""

    type: ClassVar[str] = "matching.offer_due"


@dataclass(frozen=True)
class OfferExpired(OfferChanged):
    """The volunteer did not answer in time."""

    type: ClassVar[str] = "matching.offer_expired"


@dataclass(frozen=True)
class OfferSuperseded(OfferChanged):
    """Someone else is helping."""

    type: ClassVar[str] = "matching.offer_superseded"


@dataclass(frozen=True)
class OfferCancelled(OfferChanged):
    """Help is no longer needed, or the asking was stopped."""

    type: ClassVar[str] = "matching.offer_cancelled"


@dataclass(frozen=True)
class OfferReleaseDue(OfferChanged):
    """The volunteer is not to be asked this any more: take the question back, in a transaction of its own."""

    type: ClassVar[str] = "matching.offer_release_due"


@dataclass(frozen=True)
class AssignmentChanged(Event, abstract=True):
    """Base of every event of one assignment."""

    assignment_id: UUID
    request_id: UUID
    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class AssignmentProposed(AssignmentChanged):
    """A volunteer said yes; the resident still has to agree."""

    type: ClassVar[str] = "matching.assignment_proposed"


@dataclass(frozen=True)
class AssignmentAgreed(AssignmentChanged):
    """Both sides said yes: contact data are open."""

    type: ClassVar[str] = "matching.assignment_agreed"


@dataclass(frozen=True)
class AssignmentPlanned(AssignmentChanged):
    """Day and time are set."""

    was_at: int = 0  # when it was to begin before, in seconds of 1970 (UTC); 0: it had no moment
    type: ClassVar[str] = "matching.assignment_planned"


@dataclass(frozen=True)
class AssignmentConfirmed(AssignmentChanged):
    """One side says that it is done; ``side`` is volunteer, resident or centre."""

    side: str
    type: ClassVar[str] = "matching.assignment_confirmed"


@dataclass(frozen=True)
class ConfirmationDue(AssignmentChanged):
    """Timer: one side confirmed, the other has been silent."""

    type: ClassVar[str] = "matching.confirmation_due"


@dataclass(frozen=True)
class AssignmentDone(AssignmentChanged):
    """Both sides confirmed that it is done."""

    type: ClassVar[str] = "matching.assignment_done"


@dataclass(frozen=True)
class AssignmentNoShow(AssignmentChanged):
    """It did not take place because someone was not there."""

    type: ClassVar[str] = "matching.assignment_no_show"


@dataclass(frozen=True)
class AssignmentCancelled(AssignmentChanged):
    """Called off before it took place."""

    type: ClassVar[str] = "matching.assignment_cancelled"


@dataclass(frozen=True)
class AssignmentReleaseDue(AssignmentChanged):
    """The volunteer is not to be expected any more: end it, in a transaction of its own."""

    type: ClassVar[str] = "matching.assignment_release_due"


@dataclass(frozen=True)
class IntroductionPlanned(AssignmentChanged):
    """Day, time and place of the first meeting are set."""

    was_at: int = 0  # when it was to begin before, in seconds of 1970 (UTC); 0: it had no moment
    type: ClassVar[str] = "matching.introduction_planned"


@dataclass(frozen=True)
class IntroductionDue(AssignmentChanged):
    """Timer: the first meeting has begun; both are asked whether they go on."""

    type: ClassVar[str] = "matching.introduction_due"


@dataclass(frozen=True)
class ReviewAsked(AssignmentChanged):
    """Both sides are asked how it goes and whether they go on."""

    type: ClassVar[str] = "matching.review_asked"


@dataclass(frozen=True)
class ReviewAnswered(AssignmentChanged):
    """One side goes on; ``side`` is volunteer, resident or centre."""

    side: str
    type: ClassVar[str] = "matching.review_answered"


@dataclass(frozen=True)
class ReviewSilent(AssignmentChanged):
    """Timer: a side has not answered for a while; the centre is told."""

    type: ClassVar[str] = "matching.review_silent"


@dataclass(frozen=True)
class TrialStarted(AssignmentChanged):
    """Both went on after the first meeting."""

    type: ClassVar[str] = "matching.trial_started"


@dataclass(frozen=True)
class TrialDue(AssignmentChanged):
    """Timer: the trial period is over."""

    type: ClassVar[str] = "matching.trial_due"


@dataclass(frozen=True)
class LastingStarted(AssignmentChanged):
    """Both went on after the trial period: the help is under way."""

    type: ClassVar[str] = "matching.lasting_started"


@dataclass(frozen=True)
class EvaluationDue(AssignmentChanged):
    """Timer: it is time to look back."""

    type: ClassVar[str] = "matching.evaluation_due"


@dataclass(frozen=True)
class EvaluationSettled(AssignmentChanged):
    """Both looked back and go on."""

    type: ClassVar[str] = "matching.evaluation_settled"


@dataclass(frozen=True)
class LastingPaused(AssignmentChanged):
    """A break of some time."""

    type: ClassVar[str] = "matching.lasting_paused"


@dataclass(frozen=True)
class LastingResumed(AssignmentChanged):
    """The break is over."""

    type: ClassVar[str] = "matching.lasting_resumed"


@dataclass(frozen=True)
class PauseDue(AssignmentChanged):
    """Timer: the last day of the break has passed."""

    type: ClassVar[str] = "matching.pause_due"


@dataclass(frozen=True)
class LastDayDue(AssignmentChanged):
    """Timer: the last day of help that goes on has passed."""

    type: ClassVar[str] = "matching.last_day_due"


@dataclass(frozen=True)
class AssignmentEnded(AssignmentChanged):
    """Help that went on has ended."""

    type: ClassVar[str] = "matching.assignment_ended"


@dataclass(frozen=True)
class ContactRead(Event):
    """Someone looked at contact data; the read log of trust.md, threat 6."""

    assignment_id: UUID
    subject: str
    type: ClassVar[str] = "matching.contact_read"


@dataclass(frozen=True)
class ProposalRoundDue(Event):
    """Timer: it is morning, every centre gets its proposal."""

    type: ClassVar[str] = "matching.proposal_round_due"


@dataclass(frozen=True)
class ProposalDue(Event):
    """This centre gets its proposal of the day now."""

    centre_id: UUID
    type: ClassVar[str] = "matching.proposal_due"


@dataclass(frozen=True)
class ProposalMade(Event):
    """A centre has a proposal of who to ask today, made for the first time or anew."""

    proposal_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "matching.proposal_made"


@dataclass(frozen=True)
class PairChanged(Event, abstract=True):
    """Base of every event of one pair of a daily proposal."""

    pair_id: UUID
    proposal_id: UUID
    request_id: UUID
    volunteer_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class PairConfirmed(PairChanged):
    """A coordinator had the proposed volunteer asked."""

    type: ClassVar[str] = "matching.pair_confirmed"


@dataclass(frozen=True)
class PairReplaced(PairChanged):
    """A coordinator chose another volunteer for the request; the pair is the new one."""

    type: ClassVar[str] = "matching.pair_replaced"


@dataclass(frozen=True)
class PairRejected(PairChanged):
    """A coordinator does not want this pair."""

    type: ClassVar[str] = "matching.pair_rejected"


@dataclass(frozen=True)
class PairTakenBack(PairChanged):
    """A coordinator took their answer back: the pair is proposed again."""

    type: ClassVar[str] = "matching.pair_taken_back"


@dataclass(frozen=True)
class PairStale(PairChanged):
    """The pair is no longer possible."""

    type: ClassVar[str] = "matching.pair_stale"


@dataclass(frozen=True)
class ReadingUnusual(Event):
    """A volunteer was shown more requests than anybody chooses from; the list near by closed for a day."""

    volunteer_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "matching.reading_unusual"


@dataclass(frozen=True)
class ReadingOpened(Event):
    """A coordinator opened the list near by again for a volunteer."""

    volunteer_id: UUID
    centre_id: UUID
    type: ClassVar[str] = "matching.reading_opened"


@dataclass(frozen=True)
class TalkChanged(Event, abstract=True):
    """Base of every event of a conversation about what suits someone."""

    talk_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class TalkAsked(TalkChanged):
    """Someone would like to talk with the centre about what suits them."""

    type: ClassVar[str] = "matching.talk_asked"


@dataclass(frozen=True)
class TalkTaken(TalkChanged):
    """A coordinator talks with them."""

    type: ClassVar[str] = "matching.talk_taken"


@dataclass(frozen=True)
class TalkPutBack(TalkChanged):
    """It waits for a coordinator again."""

    type: ClassVar[str] = "matching.talk_put_back"


@dataclass(frozen=True)
class TalkDone(TalkChanged):
    """The conversation is over."""

    type: ClassVar[str] = "matching.talk_done"
