"""Organisations, their webhooks and the import of vacancies, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ReadViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people.enums import OrganisationState
from people.models import Centre, Organisation
from people.queries import may_act
from vacancies import services
from vacancies.api import bank_shapes as shapes
from vacancies.models import Webhook
from vacancies.queries import desk as queries
from vacancies.services import importing, webhooks

MOST_DELIVERIES = 50


class OrganisationViewSet(ReadViewSet):
    """Organisations that take part, for everybody; others for who looks after them."""

    model = Organisation
    serializer_class = shapes.OrganisationSerializer
    domain_errors = (InvalidTransition, InvalidInput)

    def get_permissions(self) -> list[BasePermission]:
        """Reading is for everybody."""
        return [AllowAny()] if self.action in ("list", "retrieve") else [IsAuthenticated()]

    def scope(self, user: Any) -> QuerySet[Organisation]:
        """Those that take part, one's own, and those of one's centre."""
        public = Q(state=OrganisationState.APPROVED)
        mine = queries.organisations_at_desk(user).values("pk") if may_act(user) else []
        return Organisation.objects.filter(public | Q(pk__in=mine))

    @extend_schema(summary="List organisations")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read an organisation")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One organisation."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Ask for an organisation to take part",
        request=shapes.OrganisationRequestSerializer,
        responses={201: shapes.OrganisationSerializer},
    )
    def create(self, request: Request) -> Response:
        """The centre at its postcode decides."""
        told = self.read(shapes.OrganisationRequestSerializer)
        contact: Any = {name: told.pop(f"contact_{name}") for name in ("name", "email", "phone")}
        return self.perform(services.request_organisation, status_code=201, contact=contact, **told)

    @extend_schema(
        summary="Change an organisation",
        request=shapes.OrganisationChangeSerializer(partial=True),
        responses=shapes.OrganisationSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """By who manages it."""
        body = shapes.OrganisationChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return self.perform(services.edit_organisation, self.get_object(), **body.validated_data)

    @extend_schema(
        summary="Approve an organisation",
        request=shapes.OrganisationApproveSerializer,
        responses=shapes.OrganisationSerializer,
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, id: UUID) -> Response:
        """Desk: everything on the list has been seen."""
        seen = self.read(shapes.OrganisationApproveSerializer)
        return self.perform(services.approve_organisation, self.get_object(), **seen)

    @extend_schema(
        summary="Decline an organisation",
        request=shapes.WordOfWhySerializer,
        responses=shapes.OrganisationSerializer,
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, id: UUID) -> Response:
        """Desk: with a word of why."""
        note = self.read(shapes.WordOfWhySerializer)
        return self.perform(services.decline_organisation, self.get_object(), **note)

    @extend_schema(
        summary="Suspend an organisation",
        request=shapes.WordOfWhySerializer,
        responses=shapes.OrganisationSerializer,
    )
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, id: UUID) -> Response:
        """Desk: nobody finds its vacancies any more."""
        note = self.read(shapes.WordOfWhySerializer)
        return self.perform(services.suspend_organisation, self.get_object(), **note)

    @extend_schema(
        summary="Import vacancies",
        request=shapes.VacancyImportSerializer,
        responses=shapes.VacancyImportLineSerializer(many=True),
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="import-vacancies",
        pagination_class=WholeList,
        domain_errors=[InvalidInput],
    )
    def import_vacancies(self, request: Request, id: UUID) -> Response:
        """A report per line; good lines become drafts, unless it is a dry run."""
        told = self.read(shapes.VacancyImportSerializer)
        text = told.pop("csv")
        lines = importing.import_vacancies(self.get_object(), text, by=request.user, **told)
        return self.listed(lines, shapes.VacancyImportLineSerializer)


def _owner(user: Any, organisation: UUID | None, centre: UUID | None) -> Organisation | Centre:
    """Return whose webhook it will be. Raises ``NotFound`` for absent and foreign alike."""
    own: QuerySet[Organisation] | QuerySet[Centre] = (
        Centre.objects.filter(pk__in=queries.desk_centres(user))
        if organisation is None
        else queries.organisations_at_desk(user)
    )
    found = own.filter(pk__in=[organisation or centre]).first()
    if found is None:
        raise NotFound
    return found


class WebhookViewSet(ReadViewSet):
    """The webhooks of one's organisations; of one's centre also its own, told of all its organisations."""

    model = Webhook
    serializer_class = shapes.WebhookSerializer
    domain_errors = (InvalidInput,)
    no_store = True

    def scope(self, user: Any) -> QuerySet[Webhook]:
        """One's own."""
        return queries.webhooks_of(user)

    @extend_schema(summary="List webhooks")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a webhook")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One webhook, without its secret."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Add a webhook",
        request=shapes.WebhookCreateSerializer,
        responses={201: shapes.NewWebhookSerializer},
    )
    def create(self, request: Request) -> Response:
        """The secret is in this answer and nowhere else."""
        told = self.read(shapes.WebhookCreateSerializer)
        owner = _owner(request.user, told.pop("organisation", None), told.pop("centre", None))
        return self.perform(
            webhooks.keep_webhook, owner, answer=shapes.NewWebhookSerializer, status_code=201, **told
        )

    @extend_schema(summary="Remove a webhook", request=None, responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Nothing is told there any more."""
        return self.perform(webhooks.remove_webhook, self.get_object())

    @extend_schema(summary="Switch a webhook on again", request=None, responses=shapes.WebhookSerializer)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, id: UUID) -> Response:
        """After it was switched off for failing long."""
        return self.perform(webhooks.enable_webhook, self.get_object())

    @extend_schema(summary="Try a webhook", request=None, responses=shapes.WebhookDeliverySerializer)
    @action(detail=True, methods=["post"], url_path="try")
    def try_out(self, request: Request, id: UUID) -> Response:
        """Send a message that says nothing."""
        return self.perform(webhooks.try_webhook, self.get_object(), answer=shapes.WebhookDeliverySerializer)

    @extend_schema(summary="List deliveries", responses=shapes.WebhookDeliverySerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def deliveries(self, request: Request, id: UUID) -> Response:
        """What was told lately, and what the other side said."""
        rows = self.get_object().deliveries.all()[:MOST_DELIVERIES]
        return self.listed(rows, shapes.WebhookDeliverySerializer)
