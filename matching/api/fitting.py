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
from common.permissions import require
from matching import queries
from matching.api.serializers import CandidateSerializer
from matching.engine import Candidate
from matching.fitting import Question, question_of_shift, question_of_vacancy
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


class VacancyFittingViewSet(ScopedViewSet):
    """Who fits a vacancy. Its organisation learns who volunteers are when they answer, and not before."""

    model = Vacancy
    serializer_class = FittingSerializer

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


class ShiftFittingViewSet(ScopedViewSet):
    """Who fits one date of a vacancy."""

    model = Shift
    serializer_class = FittingSerializer

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
