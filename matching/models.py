"""Offers, assignments and the dispatch that asks volunteers in waves."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import EncryptedJSONField, EncryptedTextField
from common.ids import new_id
from help_requests.enums import Urgency
from help_requests.models import HelpRequest
from matching.enums import (
    OFFER_OPEN,
    AssignmentState,
    CancelledBy,
    CancelReason,
    DispatchState,
    Occasion,
    OfferOrigin,
    OfferState,
    Outcome,
    PairState,
    ProposalState,
    RejectReason,
    TalkState,
    WideningState,
)
from people.models import Centre, Volunteer
from vacancies.models import Shift, Vacancy


class DispatchPolicy(models.Model):
    """How a centre asks volunteers: wave size, time to answer in minutes by urgency, quiet hours.

    One at a time, unless help is needed today: so the simulation fills most with the fewest questions
    (docs/decisions/008-waves.md).

    The masks are over ``HelpCategory``. While ``halted_at`` is set the emergency brake is on.
    """

    centre = models.OneToOneField(Centre, on_delete=models.CASCADE, related_name="dispatch_policy")
    wave_size = models.PositiveSmallIntegerField(default=1)
    wave_size_today = models.PositiveSmallIntegerField(default=3, help_text=_("When help is needed today"))
    minutes_today = models.PositiveIntegerField(default=30)
    minutes_this_week = models.PositiveIntegerField(default=4 * 60)
    minutes_later = models.PositiveIntegerField(default=4 * 60)
    minutes_listed = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text=_("Waking minutes only on the list near by, before asking that starts by itself begins"),
    )
    quiet_from = models.TimeField(default=time(21, 0))
    quiet_until = models.TimeField(default=time(8, 0))
    auto_start_categories = models.IntegerField(
        default=0, help_text=_("Mask of the kinds of help for which asking starts as soon as one is approved")
    )
    auto_open_categories = models.IntegerField(
        default=0, help_text=_("Mask of the kinds of help that open by themselves after the automatic check")
    )
    newcomer_seat = models.BooleanField(
        default=True, help_text=_("Keep the last place of a wave for a newcomer, when one fits")
    )
    halted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(wave_size__gte=1), name="wave_has_someone"),
            models.CheckConstraint(condition=Q(wave_size_today__gte=1), name="wave_today_has_someone"),
        ]

    def __str__(self) -> str:
        return str(self.centre_id)

    def places(self, urgency: Urgency) -> int:
        """How many are asked at the same time."""
        return self.wave_size_today if urgency == Urgency.TODAY else self.wave_size

    def minutes(self, urgency: Urgency) -> int:
        """How long they have to answer, in waking minutes."""
        return {
            Urgency.TODAY: self.minutes_today,
            Urgency.THIS_WEEK: self.minutes_this_week,
            Urgency.LATER: self.minutes_later,
        }[urgency]


class Dispatch(models.Model):
    """The asking for one request: which wave it is in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, related_name="dispatch")
    state = models.CharField(max_length=10, choices=DispatchState.choices, default=DispatchState.RUNNING)
    wave = models.PositiveSmallIntegerField(default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    halted = models.BooleanField(default=False, help_text=_("Stopped by the emergency brake"))

    def __str__(self) -> str:
        return str(self.id)


class Widening(models.Model):
    """The question to a resident whether another part of the day is fine too.

    ``daypart`` is the bit; ``on_date`` the day of the request when it was asked, empty for any week.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="widenings")
    daypart = models.PositiveSmallIntegerField()
    on_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=WideningState.choices, default=WideningState.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "daypart"], condition=Q(state="asked"), name="one_open_widening"
            ),
            models.CheckConstraint(condition=Q(daypart__lt=21), name="widening_is_a_daypart"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Offer(models.Model):
    """The question put to one volunteer: can you do this?"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="offers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(max_length=12, choices=OfferState.choices, default=OfferState.SENT)
    origin = models.CharField(max_length=12, choices=OfferOrigin.choices, default=OfferOrigin.WAVE)
    wave = models.PositiveSmallIntegerField(default=0)
    score = models.FloatField(null=True, blank=True, help_text=_("Score when asked, 0-1"))
    reasons = models.JSONField(default=list, blank=True, help_text=_("Terms of the score when asked"))
    sent_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["volunteer", "state"], name="offer_volunteer_state"),
            models.Index(fields=["volunteer", "-sent_at"], name="offer_volunteer_sent"),
        ]
        constraints = [
            # Nobody is asked twice for the same request.
            models.UniqueConstraint(fields=["request", "volunteer"], name="asked_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)


# The states of an assignment that keep its place taken.
_HOLDS_A_PLACE = ["proposed", "agreed", "planned", "introduction", "trial", "active", "done"]


class Assignment(models.Model):
    """The agreed link of one volunteer and one request.

    ``slot`` numbers the helpers of a request from 1; a slot holds one running assignment at a
    time, which is the database's own guard against two winners.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="assignments")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="assignments")
    offer = models.OneToOneField(
        Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignment"
    )
    slot = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.AGREED)
    starts_at = models.DateTimeField(null=True, blank=True)
    meeting_place = models.CharField(
        max_length=80, blank=True, help_text=_("Where two people meet for the first time, in a word")
    )
    trial_until = models.DateTimeField(null=True, blank=True)
    active_since = models.DateTimeField(
        null=True, blank=True, help_text=_("Both sides went on after the trial period")
    )
    evaluate_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When both are asked how it goes; a break puts it off")
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True, help_text=_("Last day of the break"))
    created_at = models.DateTimeField(default=clock.now, editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    done_by_volunteer_at = models.DateTimeField(null=True, blank=True)
    done_by_resident_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    contact_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Contact data close at this moment; empty: while it runs")
    )
    minutes_spent = models.PositiveSmallIntegerField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=10, choices=CancelledBy.choices, blank=True)
    cancel_reason = models.CharField(max_length=12, choices=CancelReason.choices, blank=True)

    class Meta:
        indexes = [models.Index(fields=["volunteer", "state"], name="assignment_volunteer_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "slot"],
                condition=Q(state__in=_HOLDS_A_PLACE),
                name="one_helper_per_slot",
            ),
            models.UniqueConstraint(
                fields=["request", "volunteer"],
                condition=Q(state__in=_HOLDS_A_PLACE),
                name="helps_once_per_request",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Review(models.Model):
    """Both sides are asked whether they go on, and how it goes. What they answer is read by the centre only.

    At most one is open per assignment; an answer is given once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="reviews")
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    asked_at = models.DateTimeField(help_text=_("From this moment on it can be answered"))
    volunteer_goes_on_at = models.DateTimeField(null=True, blank=True)
    resident_goes_on_at = models.DateTimeField(null=True, blank=True)
    volunteer_outcome = models.PositiveSmallIntegerField(choices=Outcome.choices, null=True, blank=True)
    resident_outcome = models.PositiveSmallIntegerField(choices=Outcome.choices, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(closed_at=None), name="one_open_review"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DailyProposal(models.Model):
    """Who a centre could ask today, over all its open requests at once, with the figures of the last making.

    ``helped`` counts requests that get at least one volunteer, ``filled`` the helpers; the same with
    ``nearest_`` is what giving each request the nearest who is free would have brought.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="daily_proposals")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.RUNNING)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requests = models.PositiveIntegerField(default=0, help_text=_("Open requests that were looked at"))
    helped = models.PositiveIntegerField(default=0)
    filled = models.PositiveIntegerField(default=0)
    score = models.FloatField(default=0.0, help_text=_("Sum of the scores"))
    nearest_helped = models.PositiveIntegerField(default=0)
    nearest_filled = models.PositiveIntegerField(default=0)
    nearest_score = models.FloatField(default=0.0, help_text=_("Sum of the scores"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "day"], name="proposal_once_a_day"),
            models.UniqueConstraint(
                fields=["centre"], condition=Q(state="running"), name="one_running_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.day}"


class ProposedPair(models.Model):
    """One volunteer for one request in a daily proposal, with the reasons as they were when it was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    proposal = models.ForeignKey(DailyProposal, on_delete=models.CASCADE, related_name="pairs")
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="proposed_pairs")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="proposed_pairs")
    state = models.CharField(max_length=10, choices=PairState.choices, default=PairState.PROPOSED)
    score = models.FloatField(help_text=_("0-1"))
    distance_m = models.PositiveIntegerField(help_text=_("To the centre of the cell, metres"))
    reasons = models.JSONField(default=list, help_text=_("Terms of the score: term, value, weight, params"))
    instead_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replacements"
    )
    offer = models.ForeignKey(Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stale_why = models.JSONField(
        default=list, blank=True, help_text=_("Codes of errors and names of hard rules")
    )
    reject_reason = models.CharField(max_length=8, choices=RejectReason.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "request", "volunteer"],
                condition=Q(state__in=["proposed", "confirmed"]),
                name="proposed_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def own_offer(self) -> Offer | None:
        """The offer while it holds the question of this pair: a wave may use the same row since."""
        offer = self.offer
        return offer if offer is not None and offer.sent_at == self.answered_at else None

    @property
    def question(self) -> Offer | None:
        """The question that confirming this pair put, while it is open."""
        own = self.own_offer
        return own if own is not None and OfferState(own.state) in OFFER_OPEN else None


class Reveal(models.Model):
    """A volunteer was shown a request of the list near by, for the first time: counted against copying it.

    Without a request: they opened the address that no person can see (``services.revealing``).
    """

    id = models.BigAutoField(primary_key=True)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "request"], name="one_reveal_per_request")
        ]
        indexes = [
            models.Index(fields=["volunteer", "at"], name="reveal_volunteer_at"),
            models.Index(fields=["at"], name="reveal_at"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class VacancyTip(models.Model):
    """The centre pointed a vacancy, or one of its shifts, out to a volunteer, once.

    Nothing hangs on it: they answer it or not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="vacancy_tips")
    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="tips")
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, null=True, blank=True, related_name="tips")
    tipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "volunteer"], condition=Q(shift=None), name="one_tip_per_vacancy"
            ),
            models.UniqueConstraint(fields=["shift", "volunteer"], name="one_tip_per_shift"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AdviceTalk(models.Model):
    """Someone asks the centre to think along about what suits them. They need not have an account.

    ``answers`` are what they tapped in the advice. All of it goes some weeks after the conversation
    (``ADVICE_KEPT_DAYS``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="advice_talks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=TalkState.choices, default=TalkState.WAITING)
    name = EncryptedTextField()
    email = EncryptedTextField(blank=True, default="")
    email_digest = models.CharField(max_length=64, blank=True, db_index=True)
    phone = EncryptedTextField(blank=True, default="")
    answers = EncryptedJSONField(default=dict)
    note = EncryptedTextField(blank=True, default="", help_text=_("Of the coordinator"))
    consented_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "state", "created_at"], name="talk_centre_state"),
            models.Index(Coalesce("done_at", "created_at"), name="talk_last"),
        ]

    def __str__(self) -> str:
        return str(self.id)
