"""Acting on what would bring more volunteers in, and the questions to residents, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from academy.errors import CourseNotOffered
from academy.queries import courses_by_bit
from common.api.pagination import WholeList
from common.api.views import ReadViewSet
from common.errors import InvalidTransition
from common.permissions import require
from matching import queries, services
from matching.api.serializers import DispatchSerializer
from matching.api.views import DispatchViewSet
from matching.candidates import only_failing
from matching.demand import demand_of
from matching.engine import Demand, Filter
from matching.enums import WideningState
from matching.errors import AskingHalted, DayPassed, NotAskable, NotWidenable
from matching.funnel import Act, Opening, ways_in
from matching.models import Widening
from people import queries as people
from people.models import Volunteer
from safeguarding.enums import Requirement

SHOWN = 20
DAYPARTS = 21


class WideningSerializer(serializers.ModelSerializer[Widening]):
    """A question to a resident: is this part of the day fine too?"""

    state = serializers.ChoiceField(choices=WideningState.choices, read_only=True)
    daypart = serializers.IntegerField(read_only=True, help_text="Weekday * 3 + part, Monday morning is 0")

    class Meta:
        model = Widening
        fields = ["id", "request_id", "daypart", "on_date", "state", "asked_at", "answered_at"]
        read_only_fields = fields


class AnswerSerializer(serializers.Serializer[Any]):
    """What the resident says."""

    yes = serializers.BooleanField()


class DaypartSerializer(serializers.Serializer[Any]):
    """Which part of the week to ask about."""

    daypart = serializers.IntegerField(
        min_value=0, max_value=DAYPARTS - 1, help_text="Weekday * 3 + part, Monday morning is 0"
    )


class ChosenSerializer(serializers.Serializer[Any]):
    """Whom to ask."""

    volunteer_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=SHOWN)


class ScreeningWantedSerializer(ChosenSerializer):
    """Whom to ask for which step of the screening."""

    requirement = serializers.ChoiceField(choices=Requirement.choices)


class TrainingWantedSerializer(ChosenSerializer):
    """Whom to invite to which training."""

    training = serializers.IntegerField(min_value=0, max_value=63, help_text="Bit of the course")


class AskedNowSerializer(serializers.Serializer[Any]):
    """Who has been asked just now; whoever had been asked before is not among them."""

    volunteer_id = serializers.UUIDField(source="pk")


class WayInSerializer(serializers.Serializer[dict[str, Any]]):
    """One thing that would let more volunteers in, with the best of them."""

    rule = serializers.CharField(help_text="Name of the rule of the funnel")
    bit = serializers.IntegerField(allow_null=True, help_text="Daypart, skill, training or screening step")
    count = serializers.IntegerField()
    sentence = serializers.CharField()
    advice = serializers.CharField()
    act = serializers.ChoiceField(choices=[(act.value, act.name) for act in Act])
    volunteer_ids = serializers.ListField(child=serializers.UUIDField())


class FunnelStepSerializer(serializers.Serializer[dict[str, Any]]):
    """How many volunteers are left after one rule and all before it."""

    rule = serializers.CharField()
    remaining = serializers.IntegerField()


class AskingViewSet(DispatchViewSet):
    """The asking for a request, for coordinators; the id is that of the request."""

    @extend_schema(summary="List all asking", responses=DispatchSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """What runs, has nobody left to ask, or was stopped, for requests that look for volunteers now."""
        return self.listed(queries.dispatches_at_desk_of(request.user), DispatchSerializer)

    @extend_schema(summary="Ask now", request=None)
    @action(
        detail=True, methods=["post"], url_path="ask-now", domain_errors=[NotAskable, DayPassed, AskingHalted]
    )
    def ask_now(self, request: Request, id: UUID) -> Response:
        """Fill the wave now, also in quiet hours."""
        return self.perform(services.ask_now, self.get_object())

    @extend_schema(summary="Read the funnel", responses=FunnelStepSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def funnel(self, request: Request, id: UUID) -> Response:
        """How many volunteers remain after each rule; empty while the place is unknown."""
        help_request = self.get_object()
        require(request.user, "matching.view_candidates", help_request)
        demand = demand_of(help_request)
        steps = ways_in(help_request, demand, [])[0].steps if demand else ()
        told = [{"rule": _name(step.filter), "remaining": step.remaining} for step in steps]
        return self.listed(told, FunnelStepSerializer)

    @extend_schema(summary="List what would help", responses=WayInSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="ways-in", pagination_class=WholeList)
    def ways_in(self, request: Request, id: UUID) -> Response:
        """What would let more volunteers in, the most first, each with at most 20 of them, the best first."""
        help_request = self.get_object()
        require(request.user, "matching.view_candidates", help_request)
        demand = demand_of(help_request)
        if demand is None:
            return self.listed([], WayInSerializer)
        _funnel, openings = ways_in(help_request, demand, queries.widenings_of(help_request))
        return self.listed([_way_in(opening, demand) for opening in openings], WayInSerializer)

    @extend_schema(
        summary="Ask the resident about the day", request=DaypartSerializer, responses=WideningSerializer
    )
    @action(detail=True, methods=["post"], url_path="ask-resident", domain_errors=[NotWidenable])
    def ask_resident(self, request: Request, id: UUID) -> Response:
        """Ask whether another part of the day is fine too; asking again gives the question that is open."""
        help_request = self.get_object()
        daypart = self.read(DaypartSerializer)["daypart"]
        return self.perform(services.ask_widening, help_request, daypart, answer=WideningSerializer)

    @extend_schema(
        summary="Ask for a screening",
        request=ScreeningWantedSerializer,
        responses=AskedNowSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="ask-screening", pagination_class=WholeList)
    def ask_screening(self, request: Request, id: UUID) -> Response:
        """Ask volunteers who lack only this; answers with who is asked now."""
        help_request = self.get_object()
        wanted = self.read(ScreeningWantedSerializer)
        asked = services.ask_for_screening(
            help_request,
            _chosen(request, wanted),
            requirement=Requirement(wanted["requirement"]),
            by=request.user,
        )
        return self.listed(asked, AskedNowSerializer)

    @extend_schema(
        summary="Invite to a training",
        request=TrainingWantedSerializer,
        responses=AskedNowSerializer(many=True),
        filters=False,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="invite-training",
        pagination_class=WholeList,
        domain_errors=[CourseNotOffered],
    )
    def invite_training(self, request: Request, id: UUID) -> Response:
        """Invite volunteers who lack only this; answers with who is invited."""
        help_request = self.get_object()
        wanted = self.read(TrainingWantedSerializer)
        course = courses_by_bit().get(wanted["training"])
        if course is None:
            raise CourseNotOffered
        chosen = _chosen(request, wanted)
        invited = services.invite_to_training(help_request, chosen, course=course, by=request.user)
        return self.listed(invited, AskedNowSerializer)


class WideningViewSet(ReadViewSet):
    """Questions to residents about the day: one's own, of whom one represents, and of one's desk."""

    model = Widening
    serializer_class = WideningSerializer

    def scope(self, user: Any) -> QuerySet[Widening]:
        """What the person may answer."""
        return queries.widenings_visible_to(user)

    @extend_schema(summary="Answer a question about the day", request=AnswerSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def answer(self, request: Request, id: UUID) -> Response:
        """Yes widens the request and the search goes on; no changes nothing. The same again is harmless."""
        return self.perform(services.answer_widening, self.get_object(), **self.read(AnswerSerializer))


def _way_in(opening: Opening, demand: Demand) -> dict[str, Any]:
    gap = opening.gap
    # Volunteers of another centre are not this desk's to see.
    near = [] if gap.rule is Filter.CENTRE else only_failing(demand, gap.rule, gap.bit, SHOWN)
    return {
        "rule": _name(gap.rule),
        "bit": gap.bit,
        "count": gap.people,
        "sentence": opening.sentence,
        "advice": str(opening.advice),
        "act": opening.act.value,
        "volunteer_ids": [candidate.volunteer_id for candidate in near],
    }


def _chosen(request: Request, wanted: dict[str, Any]) -> list[Volunteer]:
    return list(people.volunteers_in_scope(request.user).filter(pk__in=wanted["volunteer_ids"]))


def _name(rule: Filter) -> str:
    return str(rule.name).lower()
