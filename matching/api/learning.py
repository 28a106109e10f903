"""What a training would open, for programs."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from academy.models import Course
from common.api.pagination import WholeList
from common.api.views import ScopedViewSet
from matching.unlocking import opened_to
from people.queries import volunteer_of


class UnlockSerializer(serializers.Serializer[Any]):
    """A course with what it would open."""

    course = serializers.UUIDField(source="course.pk")
    title = serializers.CharField(source="course.title")
    requests = serializers.IntegerField(help_text="Requests near by that need only this course.")
    vacancies = serializers.IntegerField(
        help_text="Vacancies within reach or online where one could begin but for this course."
    )


class UnlockViewSet(ScopedViewSet):
    """What courses would open to the signed-in volunteer."""

    model = Course
    serializer_class = UnlockSerializer
    pagination_class = WholeList

    def scope(self, user: Any) -> QuerySet[Course]:
        """The courses that open something."""
        volunteer = volunteer_of(user)
        found = opened_to(volunteer) if volunteer else []
        return Course.objects.filter(pk__in=[opened.course.pk for opened in found])

    @extend_schema(
        summary="List what courses would open",
        responses=UnlockSerializer(many=True),
        operation_id="unlock_values_list",
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """The course that opens most first; empty for who is no volunteer."""
        volunteer = volunteer_of(request.user)
        return self.listed(opened_to(volunteer) if volunteer else [])
