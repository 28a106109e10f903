"""Shapes of offers, agreements, candidates and contact data in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from help_requests.enums import RequestKind, Rhythm
from matching.cards import RequestCard, card_for
from matching.engine import Candidate, Demand, Term
from matching.enums import (
    AssignmentState,
    CancelledBy,
    CancelReason,
    DispatchState,
    Occasion,
    OfferOrigin,
    OfferState,
    Outcome,
    Side,
)
from matching.explanations import why
from matching.models import Assignment, Offer, Review
from matching.queries import contact_is_open, open_contacts
from people.enums import HelpCategory, Need, Skill

MOST_MINUTES = 24 * 60
OUTCOME_HELP = "1 not well, 2 it could be better, 3 well; null: not said."
_TERMS = tuple(term.name.lower() for term in Term)


class RequestCardSerializer(serializers.Serializer[RequestCard]):
    """A request as a volunteer sees it before agreement: no name, no address, no exact place."""

    request_id = serializers.UUIDField()
    category = serializers.ChoiceField(choices=HelpCategory.choices)
    summary = serializers.CharField()
    district = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True, help_text="Centre of the cell, degrees.")
    longitude = serializers.FloatField(allow_null=True, help_text="Centre of the cell, degrees.")
    distance_km = serializers.FloatField(allow_null=True, help_text="To the centre of the cell, km.")
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    rhythm = serializers.ChoiceField(choices=Rhythm.choices, allow_blank=True)
    until_date = serializers.DateField(allow_null=True)
    on_date = serializers.DateField(allow_null=True)
    start_time = serializers.TimeField(allow_null=True)
    dayparts = serializers.IntegerField(help_text="21 bits, weekday * 3 + part; 0 is any time.")
    duration_minutes = serializers.IntegerField()
    helpers_needed = serializers.IntegerField()
    required_skills = serializers.SerializerMethodField()
    since = serializers.DateTimeField(allow_null=True)

    def get_required_skills(self, card: RequestCard) -> list[str]:
        """Keys of the skills that are needed besides the kind of help."""
        return [skill.value for skill in Skill.from_mask(card.required_skills)]


class NearbySerializer(RequestCardSerializer):
    """The same in the list near by, with why it suits."""

    why = serializers.CharField(help_text="Why it suits, in the reader's language; empty when little speaks.")

    def to_representation(self, nearby: Any) -> dict[str, Any]:
        """The card and the sentence of a pair of both, side by side."""
        card, why_you = nearby
        return {**RequestCardSerializer(card).data, "why": why_you}


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """A question to a volunteer."""

    state = serializers.ChoiceField(choices=OfferState.choices, read_only=True)
    request = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields = ["id", "state", "request", "sent_at", "seen_at", "due_at", "answered_at"]
        read_only_fields = fields

    def get_request(self, offer: Offer) -> RequestCardSerializer:
        """What the volunteer may know of the request."""
        return RequestCardSerializer(card_for(offer.request, offer.volunteer)).data  # type: ignore[return-value]


class OpenReviewSerializer(serializers.ModelSerializer[Review]):
    """The question whether both sides go on. How it goes, says each side to the centre only."""

    occasion = serializers.ChoiceField(choices=Occasion.choices, read_only=True)

    class Meta:
        model = Review
        fields = ["id", "occasion", "asked_at", "volunteer_goes_on_at", "resident_goes_on_at"]
        read_only_fields = fields


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """What both sides answered, for the centre."""

    occasion = serializers.ChoiceField(choices=Occasion.choices, read_only=True)
    volunteer_outcome = serializers.IntegerField(allow_null=True, read_only=True, help_text=OUTCOME_HELP)
    resident_outcome = serializers.IntegerField(allow_null=True, read_only=True, help_text=OUTCOME_HELP)

    class Meta:
        model = Review
        fields = [
            "id",
            "occasion",
            "asked_at",
            "volunteer_goes_on_at",
            "resident_goes_on_at",
            "volunteer_outcome",
            "resident_outcome",
            "closed_at",
        ]
        read_only_fields = fields


class AssignmentListSerializer(serializers.ListSerializer[Assignment]):
    """Agreements whose open contacts are looked up together."""

    def to_representation(self, data: Any) -> list[Any]:
        """Look the whole page up once."""
        rows = list(data)
        opened = open_contacts(rows)
        for assignment in rows:
            assignment.contact_open = assignment.pk in opened
        return super().to_representation(rows)


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """An agreement between a volunteer and a resident. Contact data are read separately."""

    state = serializers.ChoiceField(choices=AssignmentState.choices, read_only=True)
    contact_open = serializers.SerializerMethodField()
    review = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        list_serializer_class = AssignmentListSerializer
        fields = [
            "id",
            "request_id",
            "volunteer_id",
            "state",
            "starts_at",
            "meeting_place",
            "trial_until",
            "active_since",
            "evaluate_at",
            "paused_until",
            "review",
            "agreed_at",
            "done_by_volunteer_at",
            "done_by_resident_at",
            "ended_at",
            "contact_open",
        ]
        read_only_fields = fields

    def get_contact_open(self, assignment: Assignment) -> bool:
        """Whether both sides may read each other's contact data now."""
        known: bool | None = getattr(assignment, "contact_open", None)
        return contact_is_open(assignment) if known is None else known

    @extend_schema_field(OpenReviewSerializer(allow_null=True))
    def get_review(self, assignment: Assignment) -> Any:
        """What both sides are asked in help that goes on, or will be; null when nothing is."""
        found = next((each for each in assignment.reviews.all() if each.closed_at is None), None)
        return OpenReviewSerializer(found).data if found else None


class AddressSerializer(serializers.Serializer[dict[str, str]]):
    """Where the resident lives."""

    street = serializers.CharField()
    house_number = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()


class ContactSerializer(serializers.Serializer[Any]):
    """Contact data of the other side; each read is logged."""

    name = serializers.CharField()
    phone = serializers.CharField()
    address = AddressSerializer(allow_null=True)
    destination = serializers.CharField()
    needs = serializers.SerializerMethodField()
    pets = serializers.BooleanField()
    smokes = serializers.BooleanField()

    def get_needs(self, card: Any) -> list[str]:
        """Keys of what a helper must reckon with."""
        return [need.value for need in Need.from_mask(card.needs)]


class PlanSerializer(serializers.Serializer[Any]):
    """Day and time of the visit."""

    starts_at = serializers.DateTimeField()


class ConfirmSerializer(serializers.Serializer[Any]):
    """It is done, says one side."""

    side = serializers.ChoiceField(choices=Side.choices)
    minutes_spent = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES, required=False)


class CancelSerializer(serializers.Serializer[Any]):
    """Calling an agreement off."""

    side = serializers.ChoiceField(choices=CancelledBy.choices)
    reason = serializers.ChoiceField(choices=CancelReason.choices)


class IntroductionSerializer(serializers.Serializer[Any]):
    """When and where the two meet for the first time."""

    starts_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=80)


class GoOnSerializer(serializers.Serializer[Any]):
    """One side goes on; ``outcome`` is asked from the trial period on."""

    review = serializers.UUIDField()
    side = serializers.ChoiceField(choices=Side.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)


class BreakSerializer(serializers.Serializer[Any]):
    """The last day of the break."""

    until = serializers.DateField()


class StopSerializer(serializers.Serializer[Any]):
    """Stopping help that has begun; ``not_needed``, not by the volunteer, ends the request too."""

    side = serializers.ChoiceField(choices=CancelledBy.choices)
    reason = serializers.ChoiceField(choices=CancelReason.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)


class CandidateSerializer(serializers.Serializer[tuple[Candidate, Demand]]):
    """A volunteer who could do it, with the value of each term of the score (ratio 0-1) and a sentence."""

    volunteer_id = serializers.UUIDField()
    score = serializers.FloatField()
    distance_m = serializers.IntegerField()
    terms = serializers.SerializerMethodField()
    why = serializers.CharField(
        help_text="Why they stand there: what weighed most, in the reader's language."
    )

    def get_terms(self, candidate: Candidate) -> dict[str, float]:
        """Value of each term of the score by its name."""
        return dict(zip(_TERMS, candidate.terms, strict=True))

    def to_representation(self, found: tuple[Candidate, Demand]) -> dict[str, Any]:
        """The fields above, without asking each field: this list is the API's most frequent question."""
        candidate, demand = found
        return {
            "volunteer_id": candidate.volunteer_id,
            "score": candidate.score,
            "distance_m": candidate.distance_m,
            "terms": self.get_terms(candidate),
            "why": why(candidate, demand),
        }


class AskSerializer(serializers.Serializer[Any]):
    """Whom to ask."""

    volunteer_id = serializers.UUIDField()


class TakeBackSerializer(serializers.Serializer[Any]):
    """Which question is taken back."""

    offer_id = serializers.UUIDField()


class DispatchSerializer(serializers.Serializer[Any]):
    """The asking for one request."""

    request_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=DispatchState.choices)
    wave = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class AskedSerializer(serializers.ModelSerializer[Offer]):
    """Who has been asked for a request, for the desk."""

    state = serializers.ChoiceField(choices=OfferState.choices, read_only=True)
    origin = serializers.ChoiceField(choices=OfferOrigin.choices, read_only=True)

    class Meta:
        model = Offer
        fields = [
            "id",
            "volunteer_id",
            "state",
            "origin",
            "wave",
            "score",
            "sent_at",
            "due_at",
            "answered_at",
        ]
        read_only_fields = fields
