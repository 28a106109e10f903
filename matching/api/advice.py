"""What suits me? for programs: the questions, and advice for answers. Nothing of it is kept."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from academy.models import Course
from common.api.pagination import WholeList
from common.api.views import ScopedViewSet
from matching import advice
from matching.advising import help_advised, trainings_advised, vacancies_advised
from people.enums import HelpCategory
from vacancies.models import Vacancy


class AdviceChoiceSerializer(serializers.Serializer[Any]):
    """One answer."""

    slug = serializers.CharField()
    icon = serializers.CharField()
    label: Any = serializers.CharField()


class AdviceQuestionSerializer(serializers.Serializer[Any]):
    """One question with its answers."""

    slug = serializers.CharField()
    title = serializers.CharField()
    choices = AdviceChoiceSerializer(many=True)


class AdviceAnswersSerializer(serializers.Serializer[Any]):
    """The slug of the answer by the slug of the question; what is unknown counts for nothing."""

    answers = serializers.DictField(
        child=serializers.CharField(max_length=20), help_text='Such as {"energie": "mensen"}.'
    )


class AdvisedVacancySerializer(serializers.Serializer[Any]):
    """A vacancy that suits, and why."""

    id = serializers.UUIDField(source="thing.pk")
    title = serializers.CharField(source="thing.title")
    points = serializers.IntegerField(source="fit.points")
    reasons = serializers.ListField(child=serializers.CharField(), source="fit.reasons")


class AdvisedHelpSerializer(serializers.Serializer[Any]):
    """A kind of help that suits, why, and where someone waits for it now."""

    category = serializers.ChoiceField(choices=HelpCategory.choices, source="thing")
    points = serializers.IntegerField(source="fit.points")
    reasons = serializers.ListField(child=serializers.CharField(), source="fit.reasons")
    districts = serializers.ListField(child=serializers.CharField())


class AdvisedTrainingSerializer(serializers.Serializer[Any]):
    """A training that suits, and why."""

    id = serializers.UUIDField(source="thing.pk")
    title = serializers.CharField(source="thing.title")
    reason = serializers.CharField(source="because")


class AdviceSerializer(serializers.Serializer[Any]):
    """What suits."""

    help = AdvisedHelpSerializer(many=True)
    vacancies = AdvisedVacancySerializer(many=True)
    trainings = AdvisedTrainingSerializer(many=True)


class AdviceViewSet(ScopedViewSet):
    """What suits me? Open to everybody."""

    model = Vacancy
    serializer_class = AdviceQuestionSerializer
    permission_classes = [AllowAny]
    pagination_class = WholeList

    def scope(self, user: Any) -> QuerySet[Vacancy]:
        """Nothing is looked up by id."""
        return Vacancy.objects.none()

    @extend_schema(summary="List the questions of the advice", filters=False)
    def list(self, request: Request) -> Response:
        """In their order; one answer each."""
        return self.listed(list(advice.QUESTIONS))

    @extend_schema(
        summary="Ask what suits", request=AdviceAnswersSerializer, responses={200: AdviceSerializer}
    )
    def create(self, request: Request) -> Response:
        """Vacancies, kinds of help and trainings with the answers that led to them. Nothing is kept."""
        given = advice.sound(self.read(AdviceAnswersSerializer)["answers"])
        kinds = help_advised(given)
        trainings: list[tuple[Course, Any]] = trainings_advised(given, [each.thing for each in kinds])
        advised = {
            "help": kinds,
            "vacancies": vacancies_advised(given),
            "trainings": [{"thing": course, "because": because} for course, because in trainings],
        }
        return Response(AdviceSerializer(advised).data)
