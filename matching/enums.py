"""States of offers, assignments and dispatches, with their tables of steps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from help_requests.enums import RequestKind


class OfferState(models.TextChoices):
    """Where the question to one volunteer stands."""

    SENT = "sent", _("Sent")
    SEEN = "seen", _("Seen")
    ACCEPTED = "accepted", _("Yes")
    DECLINED = "declined", _("Not now")
    EXPIRED = "expired", _("No answer in time")
    SUPERSEDED = "superseded", _("Someone else is helping")
    CANCELLED = "cancelled", _("No longer needed")


OFFER_TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.SENT: frozenset(set(OfferState) - {OfferState.SENT}),
    OfferState.SEEN: frozenset(set(OfferState) - {OfferState.SENT, OfferState.SEEN}),
    # Whoever said "not now" or was too late may still say yes while help is needed.
    OfferState.DECLINED: frozenset({OfferState.ACCEPTED}),
    # A coordinator may put the question again to who was silent, or whose agreement was called off.
    OfferState.EXPIRED: frozenset({OfferState.ACCEPTED, OfferState.SENT}),
    OfferState.ACCEPTED: frozenset({OfferState.SENT}),
    # Who never got to answer may be asked once more when help is needed after all.
    OfferState.SUPERSEDED: frozenset({OfferState.ACCEPTED, OfferState.SENT}),
    OfferState.CANCELLED: frozenset({OfferState.ACCEPTED, OfferState.SENT}),
}


def _offer_steps_to(state: OfferState) -> frozenset[OfferState]:
    return frozenset(source for source, targets in OFFER_TRANSITIONS.items() if state in targets)


# The question can still be answered with "not now", run out of time or be taken back.
OFFER_OPEN = _offer_steps_to(OfferState.DECLINED)
# Answers from these states count as coming forward again, as from the list near by.
OFFER_REVIVABLE = _offer_steps_to(OfferState.ACCEPTED) - OFFER_OPEN
# A coordinator may put the question again; the waves only to who never got to answer.
OFFER_REPEATABLE = _offer_steps_to(OfferState.SENT)
OFFER_UNANSWERED = OFFER_REPEATABLE - {OfferState.EXPIRED, OfferState.ACCEPTED}


class OfferOrigin(models.TextChoices):
    """How the question came about."""

    WAVE = "wave", _("Asked in a wave")
    COORDINATOR = "coordinator", _("Asked by a coordinator")
    NEAR_ME = "near_me", _("Found near by")


class AssignmentState(models.TextChoices):
    """Where the agreed link of a volunteer and a request stands."""

    PROPOSED = "proposed", _("Waiting for the resident's yes")
    AGREED = "agreed", _("Agreed")
    PLANNED = "planned", _("Appointment made")
    INTRODUCTION = "introduction", _("Getting to know each other")
    TRIAL = "trial", _("Trial period")
    ACTIVE = "active", _("Under way")
    ENDED = "ended", _("Ended")
    DONE = "done", _("Done")
    NO_SHOW = "no_show", _("Did not take place")
    CANCELLED = "cancelled", _("Called off")


# Help that goes on has begun: it ends, and is not called off any more.
ASSIGNMENT_BEGUN = frozenset({AssignmentState.TRIAL, AssignmentState.ACTIVE})
ASSIGNMENT_RUNNING = ASSIGNMENT_BEGUN | {
    AssignmentState.PROPOSED,
    AssignmentState.AGREED,
    AssignmentState.PLANNED,
    AssignmentState.INTRODUCTION,
}
# Both sides have said yes: contact data and address are open.
CONTACT_OPEN = (ASSIGNMENT_RUNNING - {AssignmentState.PROPOSED}) | {
    AssignmentState.DONE,
    AssignmentState.ENDED,
}
_TASK_STEPS: dict[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.PROPOSED: frozenset({AssignmentState.AGREED, AssignmentState.CANCELLED}),
    AssignmentState.AGREED: frozenset({AssignmentState.PLANNED, AssignmentState.CANCELLED}),
    AssignmentState.PLANNED: frozenset(
        {AssignmentState.DONE, AssignmentState.NO_SHOW, AssignmentState.CANCELLED}
    ),
    AssignmentState.DONE: frozenset(),
    AssignmentState.NO_SHOW: frozenset(),
    AssignmentState.CANCELLED: frozenset(),
}
_LASTING_STEPS: dict[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.PROPOSED: frozenset({AssignmentState.AGREED, AssignmentState.CANCELLED}),
    AssignmentState.AGREED: frozenset({AssignmentState.INTRODUCTION, AssignmentState.CANCELLED}),
    AssignmentState.INTRODUCTION: frozenset({AssignmentState.TRIAL, AssignmentState.CANCELLED}),
    AssignmentState.TRIAL: frozenset({AssignmentState.ACTIVE, AssignmentState.ENDED}),
    AssignmentState.ACTIVE: frozenset({AssignmentState.ENDED}),
    AssignmentState.ENDED: frozenset(),
    AssignmentState.CANCELLED: frozenset(),
}
ASSIGNMENT_TRANSITIONS: dict[RequestKind, dict[AssignmentState, frozenset[AssignmentState]]] = {
    RequestKind.TASK: _TASK_STEPS,
    RequestKind.SERIES: _LASTING_STEPS,
    RequestKind.BUDDY: _LASTING_STEPS,
}


class CancelledBy(models.TextChoices):
    """Which side called it off."""

    VOLUNTEER = "volunteer", _("The volunteer")
    RESIDENT = "resident", _("The resident")
    CENTRE = "centre", _("The centre")


class CancelReason(models.TextChoices):
    """Why it was called off, as a code."""

    ILL = "ill", _("Ill")
    NO_TIME = "no_time", _("No time after all")
    NOT_NEEDED = "not_needed", _("No longer needed")
    NO_CLICK = "no_click", _("It does not click")
    FINISHED = "finished", _("The agreed time is over")
    OTHER = "other", _("Other")


class Side(models.TextChoices):
    """Who says something about an agreement: one of the two whom it binds."""

    VOLUNTEER = CancelledBy.VOLUNTEER.value, CancelledBy.VOLUNTEER.label
    RESIDENT = CancelledBy.RESIDENT.value, CancelledBy.RESIDENT.label


class Occasion(models.TextChoices):
    """When both sides are asked whether they go on together."""

    INTRODUCTION = "introduction", _("After the first meeting")
    TRIAL = "trial", _("After the trial period")
    EVALUATION = "evaluation", _("Looking back")


class Outcome(models.IntegerChoices):
    """How it goes, says one side; read by the centre only."""

    BAD = 1, _("Not well")
    SO_SO = 2, _("It could be better")
    GOOD = 3, _("Well")


class DispatchState(models.TextChoices):
    """Whether volunteers are being asked for a request."""

    RUNNING = "running", _("Asking")
    STOPPED = "stopped", _("Stopped by the centre")
    EXHAUSTED = "exhausted", _("Nobody left to ask")
    FINISHED = "finished", _("Enough helpers")


class WideningState(models.TextChoices):
    """What the resident says of another part of the day."""

    ASKED = "asked", _("Waiting for the resident")
    YES = "yes", _("The resident says yes")
    NO = "no", _("The resident says no")
    LAPSED = "lapsed", _("No longer asked")


class ProposalState(models.TextChoices):
    """Whether a daily proposal can still be answered."""

    RUNNING = "running", _("To be answered")
    CLOSED = "closed", _("Past")


class PairState(models.TextChoices):
    """What the coordinator did with one pair of a daily proposal."""

    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Asked")
    CHANGED = "changed", _("Someone else chosen")
    REJECTED = "rejected", _("Rejected")
    STALE = "stale", _("No longer possible")


PAIR_TRANSITIONS: dict[PairState, frozenset[PairState]] = {
    PairState.PROPOSED: frozenset(set(PairState) - {PairState.PROPOSED}),
    # Each answer of a coordinator can be taken back, and someone else chosen for what is no longer possible.
    PairState.CONFIRMED: frozenset({PairState.PROPOSED, PairState.STALE}),
    PairState.CHANGED: frozenset({PairState.PROPOSED}),
    PairState.REJECTED: frozenset({PairState.PROPOSED}),
    PairState.STALE: frozenset({PairState.CHANGED}),
}
# A volunteer stands once with a request in one proposal.
PAIR_LIVE = frozenset({PairState.PROPOSED, PairState.CONFIRMED})
# The coordinator said yes or no to these two today: a new proposal does not bring them again.
PAIR_ANSWERED = frozenset({PairState.CONFIRMED, PairState.REJECTED, PairState.CHANGED})


class RejectReason(models.TextChoices):
    """Why a coordinator does not want a proposed pair, as a code."""

    NO_FIT = "no_fit", _("These two do not fit together")
    BUSY = "busy", _("This volunteer has enough to do now")
    SOLVED = "solved", _("There is another solution for this request")
    OTHER = "other", _("Other")


class TalkState(models.TextChoices):
    """Where a conversation about what suits someone stands."""

    WAITING = "waiting", _("Wants to be called")
    TAKEN = "taken", _("In conversation")
    DONE = "done", _("Done")


TALK_TRANSITIONS: dict[TalkState, frozenset[TalkState]] = {
    TalkState.WAITING: frozenset({TalkState.TAKEN, TalkState.DONE}),
    TalkState.TAKEN: frozenset({TalkState.WAITING, TalkState.DONE}),
    TalkState.DONE: frozenset(),
}
