"""Screenings for programs: one's own, and those of the volunteers of one's centre."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ListViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people.models import Centre, Organisation, Volunteer
from people.queries import centres_of, volunteers_in_scope
from safeguarding import queries, services
from safeguarding.api import serializers as shapes
from safeguarding.enums import DecisionOutcome, DecisionReason, Requirement, ScreeningState
from safeguarding.errors import DecisionRunning, NumberNeeded, TalkNeeded
from safeguarding.models import CategoryRequirement, FreeVog, Screening, ScreeningDecision


class ScreeningFilter(django_filters.FilterSet):
    """``?volunteer=<id>``."""

    volunteer = django_filters.UUIDFilter(field_name="volunteer_id")

    class Meta:
        model = Screening
        fields = ["volunteer"]


class ScreeningViewSet(ListViewSet):
    """Steps of screening. A step that was never recorded has no row: it is required."""

    model = Screening
    serializer_class = shapes.ScreeningSerializer
    filterset_class = ScreeningFilter
    domain_errors = (InvalidInput, NumberNeeded, InvalidTransition, NotFound)

    def scope(self, user: Any) -> QuerySet[Screening]:
        """One's own, and those of one's centres."""
        return queries.screenings_visible_to(user)

    @extend_schema(summary="List screenings")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Record a screening",
        request=shapes.RecordScreeningSerializer,
        responses={200: shapes.ScreeningSerializer},
    )
    def create(self, request: Request) -> Response:
        """Record one step, over what stood there before. Coordinators; nobody screens themselves."""
        values = self.read(shapes.RecordScreeningSerializer)
        volunteer = _volunteer(request.user, values.pop("volunteer"))
        requirement = Requirement(values.pop("requirement"))
        state = ScreeningState(values.pop("state"))
        return self.perform(services.record_screening, volunteer, requirement, state=state, **values)

    @extend_schema(
        summary="Ask for a screening",
        request=shapes.AskScreeningSerializer,
        responses={200: shapes.ScreeningSerializer},
    )
    @action(detail=False, methods=["post"], domain_errors=[NotFound])
    def ask(self, request: Request) -> Response:
        """Ask a volunteer for one step that is still to be done. Repeating it changes nothing."""
        values = self.read(shapes.AskScreeningSerializer)
        volunteer = _volunteer(request.user, values["volunteer"])
        return self.perform(services.request_screening, volunteer, Requirement(values["requirement"]))


class RequirementsViewSet(ScopedViewSet):
    """What centres ask before someone may help."""

    model = CategoryRequirement
    serializer_class = shapes.RequirementsSerializer
    pagination_class = WholeList
    domain_errors = (InvalidInput, TalkNeeded, NotFound)

    def scope(self, user: Any) -> QuerySet[CategoryRequirement]:
        """What differs from the default, in one's centres."""
        return CategoryRequirement.objects.filter(centre_id__in=centres_of(user))

    @extend_schema(summary="List screening requirements", filters=False)
    def list(self, request: Request) -> Response:
        """Of the centres where one works: a row for every kind of help, and one for every volunteer."""
        rows = [
            _requirements(centre_id, category, mask)
            for centre_id in sorted(centres_of(request.user))
            for category, mask in queries.chosen_requirements(centre_id).items()
        ]
        return self.listed(rows)

    @extend_schema(
        summary="Set screening requirements",
        request=shapes.RequirementsSerializer,
        responses={200: shapes.RequirementsSerializer},
    )
    def create(self, request: Request) -> Response:
        """Ask these steps for one kind of help from now on. Coordinators."""
        wanted = self.read(shapes.RequirementsSerializer)
        centre = _centre(request.user, wanted["centre"])
        mask = Requirement.to_mask(wanted["requirements"])
        services.set_requirements(centre, wanted["category"], mask, by=request.user)
        return Response(_requirements(centre.pk, wanted["category"], mask))


class FreeVogViewSet(ScopedViewSet):
    """Whether certificates are free of charge for a centre and its organisations."""

    model = FreeVog
    serializer_class = shapes.FreeVogSerializer
    pagination_class = WholeList
    domain_errors = (InvalidInput, NotFound)

    def scope(self, user: Any) -> QuerySet[FreeVog]:
        """In one's centres."""
        return queries.free_vogs_in_scope(user).order_by("centre_id", "pk")

    @extend_schema(summary="List free certificates", filters=False)
    def list(self, request: Request) -> Response:
        """What was recorded, with who recorded it and when."""
        return self.listed(self.get_queryset())

    @extend_schema(
        summary="Record free certificates",
        request=shapes.RecordFreeVogSerializer,
        responses={200: shapes.FreeVogSerializer},
    )
    def create(self, request: Request) -> Response:
        """The facts of the scheme, of a centre or of an organisation of it. Coordinators."""
        facts = self.read(shapes.RecordFreeVogSerializer)
        centre = _centre(request.user, facts.pop("centre"))
        wanted = facts.pop("organisation")
        organisation = Organisation.objects.filter(pk=wanted, centre=centre).first() if wanted else None
        if wanted and organisation is None:
            raise NotFound
        return self.perform(services.record_free_vog, centre, organisation, **facts)


class DecisionViewSet(ListViewSet):
    """Refusing, blocking and lifting: one proposes, another in the other role decides."""

    model = ScreeningDecision
    serializer_class = shapes.DecisionSerializer
    domain_errors = (InvalidInput, InvalidTransition, DecisionRunning, NotFound)

    def scope(self, user: Any) -> QuerySet[ScreeningDecision]:
        """About the volunteers of one's centres."""
        return queries.decisions_in_scope(user)

    @extend_schema(summary="List decisions about screenings")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Propose a decision",
        request=shapes.ProposeSerializer,
        responses={201: shapes.DecisionSerializer},
    )
    def create(self, request: Request) -> Response:
        """Coordinator or confidential officer. Nothing changes for the volunteer until the other agrees."""
        wanted = self.read(shapes.ProposeSerializer)
        volunteer = _volunteer(request.user, wanted["volunteer"])
        return self.perform(
            services.propose_decision,
            volunteer,
            Requirement(wanted["requirement"]),
            outcome=DecisionOutcome(wanted["outcome"]),
            reason=DecisionReason(wanted["reason"]),
            status_code=201,
        )

    @extend_schema(summary="Agree with a decision", request=None, responses=shapes.DecisionSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def confirm(self, request: Request, id: UUID) -> Response:
        """Another person than who proposed it, in the other role."""
        return self.perform(services.confirm_decision, self.get_object())

    @extend_schema(summary="Take a proposal back", request=None, responses=shapes.DecisionSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidTransition])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Who proposed it, or who does not agree."""
        return self.perform(services.withdraw_decision, self.get_object())


def _volunteer(user: Any, volunteer_id: UUID) -> Volunteer:
    found = volunteers_in_scope(user).filter(pk=volunteer_id).first()
    if found is None:
        raise NotFound
    return found


def _centre(user: Any, centre_id: UUID) -> Centre:
    found = Centre.objects.filter(pk=centre_id, pk__in=centres_of(user)).first()
    if found is None:
        raise NotFound
    return found


def _requirements(centre_id: UUID, category: str, mask: int) -> dict[str, Any]:
    steps = [step.value for step in Requirement.from_mask(mask)]
    return {"centre": str(centre_id), "category": category, "requirements": steps}
