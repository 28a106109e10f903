"""The daily proposal for programs of a centre: list, make, ask, choose someone else, reject, take back."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ReadViewSet, ScopedViewSet
from common.errors import InvalidTransition, NotFound
from help_requests import queries as help_requests
from matching import queries, services
from matching.api.serializers import CandidateSerializer
from matching.candidates import best_with_question
from matching.enums import PairState, ProposalState, RejectReason
from matching.errors import AlreadyProposed, AskingHalted, NotEligible
from matching.models import DailyProposal, ProposedPair
from people import queries as people
from people.models import Centre

CANDIDATES_SHOWN = 10


class ProposalSerializer(serializers.ModelSerializer[DailyProposal]):
    """The proposal of a day, with what giving each request the nearest who is free would have brought."""

    state = serializers.ChoiceField(choices=ProposalState.choices, read_only=True)

    class Meta:
        model = DailyProposal
        fields = [
            "id",
            "centre_id",
            "day",
            "state",
            "made_at",
            "requests",
            "helped",
            "filled",
            "score",
            "nearest_helped",
            "nearest_filled",
            "nearest_score",
        ]
        read_only_fields = fields


class ReasonSerializer(serializers.Serializer[dict[str, Any]]):
    """One term of the score of a pair."""

    term = serializers.CharField()
    value = serializers.FloatField(help_text="0-1")
    weight = serializers.FloatField(help_text="The weights of one kind of help add up to 1.")
    params = serializers.DictField(child=serializers.FloatField())


class PairSerializer(serializers.ModelSerializer[ProposedPair]):
    """One volunteer for one request, with the terms of the score when it was proposed."""

    state = serializers.ChoiceField(choices=PairState.choices, read_only=True)
    reasons = ReasonSerializer(many=True, read_only=True)
    stale_why = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Names of hard rules, or the code of an error.",
    )
    reject_reason = serializers.ChoiceField(choices=RejectReason.choices, read_only=True, allow_blank=True)

    class Meta:
        model = ProposedPair
        fields = [
            "id",
            "proposal_id",
            "request_id",
            "volunteer_id",
            "state",
            "score",
            "distance_m",
            "reasons",
            "instead_of_id",
            "offer_id",
            "stale_why",
            "reject_reason",
            "answered_at",
        ]
        read_only_fields = fields


class MakeSerializer(serializers.Serializer[Any]):
    """For which centre."""

    centre_id = serializers.UUIDField()


class ChangeSerializer(serializers.Serializer[Any]):
    """Whom to propose instead."""

    volunteer_id = serializers.UUIDField()


class RejectSerializer(serializers.Serializer[Any]):
    """Why not, as a code."""

    reason = serializers.ChoiceField(choices=RejectReason.choices)


class ProposalViewSet(ReadViewSet):
    """Daily proposals of the centres at whose desk the signed-in person works, newest first."""

    model = DailyProposal
    serializer_class = ProposalSerializer

    def scope(self, user: Any) -> QuerySet[DailyProposal]:
        """Those of the person's desk."""
        return queries.proposals_visible_to(user)

    @extend_schema(summary="Make the proposal of today", request=MakeSerializer, responses=ProposalSerializer)
    def create(self, request: Request) -> Response:
        """Makes it, or makes it anew: pairs without an answer are replaced. Nobody is asked by this."""
        wanted = self.read(MakeSerializer)["centre_id"]
        centre = Centre.objects.filter(pk=wanted, pk__in=help_requests.desk_centres(request.user)).first()
        if centre is None:
            raise NotFound
        return self.perform(services.make_proposal, centre)

    @extend_schema(summary="List the pairs of a proposal", responses=PairSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def pairs(self, request: Request, id: UUID) -> Response:
        """All pairs with their answers: the soonest day first, then who waits longest."""
        found = queries.pairs_visible_to(request.user).filter(proposal=self.get_object())
        return self.listed(found, PairSerializer)

    @extend_schema(
        summary="Ask everyone who is still proposed", request=None, responses=PairSerializer(many=True)
    )
    @action(detail=True, methods=["post"], pagination_class=WholeList, domain_errors=[AskingHalted])
    def confirm(self, request: Request, id: UUID) -> Response:
        """Each pair on its own: it comes back confirmed, or stale with the reason."""
        return self.listed(services.confirm_all(self.get_object(), by=request.user), PairSerializer)


class PairViewSet(ScopedViewSet):
    """Pairs of the daily proposal."""

    model = ProposedPair
    serializer_class = PairSerializer

    def scope(self, user: Any) -> QuerySet[ProposedPair]:
        """Those of the person's desk."""
        return queries.pairs_visible_to(user)

    @extend_schema(
        summary="List who else could be asked", responses=CandidateSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def candidates(self, request: Request, id: UUID) -> Response:
        """The ten best for the request, best first, with the terms of their scores."""
        return self.listed(
            best_with_question(self.get_object().request, CANDIDATES_SHOWN), CandidateSerializer
        )

    @extend_schema(summary="Ask the proposed volunteer", request=None)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition, AskingHalted])
    def confirm(self, request: Request, id: UUID) -> Response:
        """Every hard rule is checked again; what is no longer possible comes back stale with the reason."""
        return self.perform(services.confirm_pair, self.get_object())

    @extend_schema(summary="Propose another volunteer", request=ChangeSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition, NotEligible, AlreadyProposed])
    def change(self, request: Request, id: UUID) -> Response:
        """Answers with the new pair, which waits to be confirmed."""
        pair = self.get_object()
        wanted = self.read(ChangeSerializer)["volunteer_id"]
        volunteer = people.volunteers_in_scope(request.user).filter(pk=wanted).first()
        if volunteer is None:
            raise NotFound
        return self.perform(services.change_pair, pair, volunteer)

    @extend_schema(summary="Reject a pair", request=RejectSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def reject(self, request: Request, id: UUID) -> Response:
        """These two are not to be asked together; today it does not come back."""
        return self.perform(services.reject_pair, self.get_object(), self.read(RejectSerializer)["reason"])

    @extend_schema(summary="Take an answer back", request=None)
    @action(detail=True, methods=["post"], url_path="take-back", domain_errors=[InvalidTransition])
    def take_back(self, request: Request, id: UUID) -> Response:
        """The pair is proposed again; a question that is still open is cancelled."""
        return self.perform(services.take_back_answer, self.get_object())
