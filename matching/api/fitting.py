"""Who fits a vacancy or a shift, for the coordinators of its centre."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ScopedViewSet
from common.errors import NotFound
from common.permissions import require
from matching import queries, services
from matching.api.serializers import AskSerializer, CandidateSerializer
from matching.engine import Candidate
from matching.errors import NotEligible
from matching.fitting import PointedOut, Question, pointed_out, question_of_shift, question_of_vacancy
from matching.models import VacancyTip
from people import queries as people
from vacancies.models import Shift, Vacancy

SHOWN = 20


class FittingSerializer(CandidateSerializer):
    """A volunteer who fits, with the value of each term of the score (ratio 0-1) and a sentence."""

    distance_m = serializers.IntegerField(
        allow_null=True, help_text="To the place of the work; null when it is online."
    )

    def to_representation(self, found: Any) -> dict[str, Any]:
        """The fields of a candidate and the question that it answers."""
        candidate, question = found
        told = super().to_representation((candidate, question.demand))
        return {**told, "distance_m": question.distance_m(candidate), "why": question.why(candidate)}


class PointedOutSerializer(serializers.Serializer[VacancyTip]):
    """To whom something was pointed out, and when."""

    volunteer_id = serializers.UUIDField()
    pointed_out_at = serializers.DateTimeField(source="at")


class TipSerializer(serializers.Serializer[PointedOut]):
    """The same, with what they did since."""

    volunteer_id = serializers.UUIDField(source="volunteer.pk")
    pointed_out_at = serializers.DateTimeField(source="tip.at")
    answered_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When they answered the vacancy, or signed up for the shift; null until then.",
    )


class FittingViewSet(ScopedViewSet):
    """What both have: the vacancy, or the shift of it, and to whom it was pointed out."""

    serializer_class = FittingSerializer

    def about(self) -> tuple[Vacancy, Shift | None]:
        """What the address names. Raises ``NotFound``, also for who does not coordinate its centre."""
        found = self.get_object()
        return (found.vacancy, found) if isinstance(found, Shift) else (found, None)

    @extend_schema(summary="Point this out", request=AskSerializer, responses=PointedOutSerializer)
    @action(detail=True, methods=["post"], url_path="point-out", domain_errors=[NotEligible])
    def point_out(self, request: Request, id: UUID) -> Response:
        """Coordinators. Tell a volunteer, once, by message and mail, that this may suit them.

        Whoever may not help there, takes a break, or answered already is left in peace: ``not-eligible``.
        """
        vacancy, shift = self.about()
        wanted = self.read(AskSerializer)["volunteer_id"]
        volunteer = people.volunteers_in_scope(request.user).filter(pk=wanted).first()
        if volunteer is None:
            raise NotFound
        return self.perform(services.point_out, vacancy, volunteer, shift=shift, answer=PointedOutSerializer)

    @extend_schema(
        summary="List to whom this was pointed out", responses=TipSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["get"], url_path="pointed-out", pagination_class=WholeList)
    def pointed_out(self, request: Request, id: UUID) -> Response:
        """Coordinators. Who was told, the last first, and whether they answered since."""
        vacancy, shift = self.about()
        require(request.user, "matching.view_fitting", vacancy)
        return self.listed(pointed_out(vacancy, shift), TipSerializer)


class VacancyFittingViewSet(FittingViewSet):
    """Who fits a vacancy. Its organisation learns who volunteers are when they answer, and not before."""

    model = Vacancy

    def scope(self, user: Any) -> QuerySet[Vacancy]:
        """The vacancies of the centres that the person coordinates."""
        return queries.vacancies_at_desk_of(user)

    @extend_schema(summary="List who fits a vacancy", responses=FittingSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def candidates(self, request: Request, id: UUID) -> Response:
        """Coordinators. The 20 volunteers who fit best, best first, with the terms of their scores and why.

        Nobody is listed who may not help there, has answered already, or is not free at any of its moments.
        While nobody can answer the vacancy the list is empty.
        """
        vacancy = self.get_object()
        require(request.user, "matching.view_fitting", vacancy)
        return self.listed(best_with_question(question_of_vacancy(vacancy)))


class ShiftFittingViewSet(FittingViewSet):
    """Who fits one date of a vacancy."""

    model = Shift

    def scope(self, user: Any) -> QuerySet[Shift]:
        """The shifts of the centres that the person coordinates."""
        return queries.shifts_at_desk_of(user)

    @extend_schema(summary="List who fits a shift", responses=FittingSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def candidates(self, request: Request, id: UUID) -> Response:
        """Coordinators. The 20 volunteers who fit best, best first, with the terms of their scores and why.

        Nobody is listed who may not help there on that day, is expected elsewhere then, or has or had a place
        on it. Once nobody can sign up the list is empty.
        """
        shift = self.get_object()
        require(request.user, "matching.view_fitting", shift.vacancy)
        return self.listed(best_with_question(question_of_shift(shift)))


def best_with_question(question: Question | None) -> list[tuple[Candidate, Question]]:
    """The best, each with the question that it answers: of both a reason is made."""
    return [(each, question) for each in question.best(SHOWN)] if question is not None else []
