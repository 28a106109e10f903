"""What the API says about itself: its endpoints, its kinds of problems, and "no such address"."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import problems
from common.api.document import endpoints
from common.errors import NotFound


class EndpointSerializer(serializers.Serializer):
    """One place to start."""

    href = serializers.CharField()
    summary = serializers.CharField()


class ProblemKindSerializer(serializers.Serializer):
    """One kind of problem."""

    type = serializers.CharField()
    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()


class PublicView(APIView):
    """An endpoint for everyone, about nobody: asks for no sign-in and looks at none."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    http_method_names = ("get", "head")


class RootView(PublicView):
    """The endpoints of this API that need no id to start from."""

    @extend_schema(
        operation_id="root",
        summary="List the endpoints",
        responses=inline_serializer("Root", {"endpoints": EndpointSerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        """List the endpoints that need no id to start from."""
        return Response({"endpoints": endpoints()})


class ProblemKindView(PublicView):
    """What a problem's ``type`` address leads to."""

    @extend_schema(
        operation_id="problem_kind", summary="Explain a kind of problem", responses=ProblemKindSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        """Explain a kind of problem. Raises ``NotFound`` for an unknown code."""
        kind = problems.known_kinds().get(code)
        if kind is None:
            raise NotFound
        return Response(
            {
                "type": problems.TYPE_PREFIX + kind.code,
                "code": kind.code,
                "status": kind.status,
                "title": str(kind.title),
            }
        )


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Every other address under ``/api``, for any method."""
    return problems.problem_page(request, problems.NOT_FOUND)
