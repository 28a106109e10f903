"""Offers, agreements and the asking, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ReadViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.seating import Overlaps
from help_requests import queries as help_requests
from help_requests.models import HelpRequest
from matching import candidates, queries, services
from matching.api import serializers as shapes
from matching.cards import card_for
from matching.demand import request_at_desk_of
from matching.errors import (
    AlreadyAsked,
    AlreadyTaken,
    ContactClosed,
    NotAskable,
    NotEligible,
    NotYet,
    OfferGone,
    SomeoneSaidYes,
    VolunteerBusy,
)
from matching.explanations import why_you
from matching.models import Assignment, Offer
from people import queries as people
from people.models import Volunteer

CANDIDATES_SHOWN = 20
NEAR_ME_SHOWN = 50
NO_MOMENT = (InvalidInput, InvalidTransition, Overlaps, VolunteerBusy)


class OfferViewSet(ReadViewSet):
    """Questions put to the signed-in volunteer, newest first."""

    model = Offer
    serializer_class = shapes.OfferSerializer

    def scope(self, user: Any) -> QuerySet[Offer]:
        """The person's own questions."""
        return queries.offers_to(user)

    @extend_schema(summary="Mark an offer as seen", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="mark-seen")
    def mark_seen(self, request: Request, id: UUID) -> Response:
        """The volunteer opened the question. Repeating it changes nothing."""
        return self.perform(services.see_offer, self.get_object())

    @extend_schema(summary="Accept an offer", request=None, responses=shapes.AssignmentSerializer)
    @action(
        detail=True,
        methods=["post"],
        domain_errors=[AlreadyTaken, OfferGone, NotEligible, NotAskable, Overlaps],
    )
    def accept(self, request: Request, id: UUID) -> Response:
        """Say yes. The first to accept wins; repeating it gives the same agreement."""
        return self.perform(services.accept_offer, self.get_object(), answer=shapes.AssignmentSerializer)

    @extend_schema(summary="Decline an offer", request=None, responses=shapes.OfferSerializer)
    @action(detail=True, methods=["post"], domain_errors=[OfferGone])
    def decline(self, request: Request, id: UUID) -> Response:
        """Say "not now"; no reason is asked."""
        return self.perform(services.decline_offer, self.get_object())


def _near(volunteer: Volunteer | None) -> list[candidates.Nearby]:
    """What is shown of the list near by, counted. Raises ``ReadingClosed``."""
    if volunteer is None:
        return []
    return services.reveal(volunteer, candidates.near_me(volunteer, NEAR_ME_SHOWN))


class NearMeViewSet(ScopedViewSet):
    """Requests the signed-in volunteer could do, best first."""

    model = HelpRequest
    serializer_class = shapes.NearbySerializer
    pagination_class = WholeList

    def scope(self, user: Any) -> QuerySet[HelpRequest]:
        """Only what passes every hard filter for this volunteer."""
        found = _near(people.volunteer_of(user))
        return HelpRequest.objects.filter(pk__in=[nearby.request.pk for nearby in found])

    @extend_schema(
        summary="List requests near me",
        responses=shapes.NearbySerializer(many=True),
        operation_id="near_me_list",
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """At most 50 requests, best first; empty when the screening is not complete."""
        volunteer = people.volunteer_of(request.user)
        found = [
            (card_for(nearby.request, volunteer), why_you(nearby.candidate, nearby.demand))
            for nearby in _near(volunteer)
        ]
        return self.listed(found, shapes.NearbySerializer)

    @extend_schema(summary="Come forward for a request", request=None, responses=shapes.AssignmentSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path="come-forward",
        domain_errors=[AlreadyTaken, NotAskable, NotEligible, Overlaps],
    )
    def come_forward(self, request: Request, id: UUID) -> Response:
        """Say yes to a request near by without having been asked."""
        volunteer = people.volunteer_of(request.user)
        if volunteer is None:
            raise NotFound
        return self.perform(
            services.come_forward, self.get_object(), volunteer, answer=shapes.AssignmentSerializer
        )


class AssignmentViewSet(ReadViewSet):
    """Agreements the signed-in person takes part in or coordinates."""

    model = Assignment
    serializer_class = shapes.AssignmentSerializer

    def scope(self, user: Any) -> QuerySet[Assignment]:
        """As volunteer, resident, representative or coordinator."""
        return queries.assignments_visible_to(user)

    @extend_schema(summary="Agree to the volunteer", request=None)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, id: UUID) -> Response:
        """The resident says yes to the proposed volunteer; contact data open for both."""
        return self.perform(services.agree_to_volunteer, self.get_object())

    @extend_schema(summary="Plan the visit", request=shapes.PlanSerializer)
    @action(
        detail=True,
        methods=["post"],
        domain_errors=NO_MOMENT,
    )
    def plan(self, request: Request, id: UUID) -> Response:
        """Set or move the day and time."""
        return self.perform(services.plan, self.get_object(), **self.read(shapes.PlanSerializer))

    @extend_schema(summary="Confirm that it is done", request=shapes.ConfirmSerializer)
    @action(detail=True, methods=["post"], url_path="confirm-done")
    def confirm_done(self, request: Request, id: UUID) -> Response:
        """One side says that it is done; with both, it is."""
        return self.perform(services.confirm_done, self.get_object(), **self.read(shapes.ConfirmSerializer))

    @extend_schema(summary="Report a no-show", request=None)
    @action(detail=True, methods=["post"], url_path="report-no-show")
    def report_no_show(self, request: Request, id: UUID) -> Response:
        """It did not take place because someone was not there."""
        return self.perform(services.report_no_show, self.get_object())

    @extend_schema(summary="Call an agreement off", request=shapes.CancelSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: UUID) -> Response:
        """Either side may, without harm; contact data close at once."""
        return self.perform(
            services.cancel_assignment, self.get_object(), **self.read(shapes.CancelSerializer)
        )

    @extend_schema(summary="Plan the first meeting", request=shapes.IntroductionSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path="plan-introduction",
        domain_errors=NO_MOMENT,
    )
    def plan_introduction(self, request: Request, id: UUID) -> Response:
        """Help that goes on: set or move when and where the two meet, as long as neither has answered."""
        assignment = self.get_object()
        meeting = self.read(shapes.IntroductionSerializer)
        return self.perform(
            services.plan_introduction, assignment, meeting["starts_at"], place=meeting["place"]
        )

    @extend_schema(summary="Go on together", request=shapes.GoOnSerializer)
    @action(detail=True, methods=["post"], url_path="go-on", domain_errors=[NotYet, InvalidTransition])
    def go_on(self, request: Request, id: UUID) -> Response:
        """One side answers the open review with yes; with both, the next step is taken."""
        assignment = self.get_object()
        answer = self.read(shapes.GoOnSerializer)
        review = queries.reviews_of(assignment).filter(pk=answer.pop("review")).first()
        if review is None:
            raise NotFound
        return self.perform(services.go_on, review, **answer)

    @extend_schema(summary="Take a break", request=shapes.BreakSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, id: UUID) -> Response:
        """Either side may; meanwhile nobody is asked how it goes."""
        return self.perform(services.pause, self.get_object(), **self.read(shapes.BreakSerializer))

    @extend_schema(summary="End the break", request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, id: UUID) -> Response:
        """Either side may. Repeating it changes nothing."""
        return self.perform(services.resume, self.get_object())

    @extend_schema(summary="Stop help that goes on", request=shapes.StopSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, id: UUID) -> Response:
        """Either side may, without blame; contact data stay open for some days to say goodbye."""
        return self.perform(services.stop, self.get_object(), **self.read(shapes.StopSerializer))

    @extend_schema(
        summary="Read what both sides said", responses=shapes.ReviewSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def reviews(self, request: Request, id: UUID) -> Response:
        """For the centre only: whether each side went on, and how it goes; newest first."""
        assignment = self.get_object()
        require(request.user, "matching.act_as_centre", assignment)
        return self.listed(queries.reviews_of(assignment), shapes.ReviewSerializer)

    @extend_schema(summary="Read the resident's contact data", responses=shapes.ContactSerializer)
    @action(
        detail=True,
        methods=["get"],
        url_path="resident-contact",
        domain_errors=[ContactClosed],
        no_store=True,
    )
    def resident_contact(self, request: Request, id: UUID) -> Response:
        """For the volunteer, once both sides agreed. Each read is logged."""
        card = queries.resident_card(self.get_object(), reader=request.user)
        return Response(shapes.ContactSerializer(card).data)

    @extend_schema(summary="Read the volunteer's contact data", responses=shapes.ContactSerializer)
    @action(
        detail=True,
        methods=["get"],
        url_path="volunteer-contact",
        domain_errors=[ContactClosed],
        no_store=True,
    )
    def volunteer_contact(self, request: Request, id: UUID) -> Response:
        """For the resident, once both sides agreed. Each read is logged."""
        card = queries.volunteer_card(self.get_object(), reader=request.user)
        return Response(shapes.ContactSerializer(card).data)


class DispatchViewSet(ScopedViewSet):
    """The asking for a request, for coordinators; the id is that of the request."""

    model = HelpRequest
    serializer_class = shapes.DispatchSerializer

    def scope(self, user: Any) -> QuerySet[HelpRequest]:
        """The requests of the desk."""
        return help_requests.at_desk_of(user)

    @extend_schema(summary="List candidates", responses=shapes.CandidateSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def candidates(self, request: Request, id: UUID) -> Response:
        """The 20 best volunteers who could be asked, best first, with the terms of their scores and why."""
        help_request = request_at_desk_of(request.user, id)
        if help_request is None:
            raise NotFound
        require(request.user, "matching.view_candidates", help_request)
        found = candidates.best_with_question(help_request, CANDIDATES_SHOWN)
        return self.listed(found, shapes.CandidateSerializer)

    @extend_schema(
        summary="List who has been asked", responses=shapes.AskedSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["get"], pagination_class=WholeList)
    def asked(self, request: Request, id: UUID) -> Response:
        """Everyone who has been asked, in order of asking, with their answers."""
        help_request = self.get_object()
        require(request.user, "matching.view_candidates", help_request)
        return self.listed(queries.offers_of(help_request), shapes.AskedSerializer)

    @extend_schema(summary="Start asking", request=None)
    @action(detail=True, methods=["post"], domain_errors=[NotAskable])
    def start(self, request: Request, id: UUID) -> Response:
        """Ask the best volunteers in waves. Asking that runs already goes on."""
        return self.perform(services.start_dispatch, self.get_object())

    @extend_schema(summary="Stop asking", request=None, responses={200: shapes.DispatchSerializer, 204: None})
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, id: UUID) -> Response:
        """Nobody is asked any more; open questions are taken back."""
        return self.perform(services.stop_dispatch, self.get_object())

    @extend_schema(
        summary="Ask one volunteer", request=shapes.AskSerializer, responses=shapes.AskedSerializer
    )
    @action(detail=True, methods=["post"], domain_errors=[NotAskable, NotEligible, AlreadyAsked])
    def ask(self, request: Request, id: UUID) -> Response:
        """Ask one volunteer by name, beside the waves."""
        help_request = self.get_object()
        wanted = self.read(shapes.AskSerializer)["volunteer_id"]
        volunteer = people.volunteers_in_scope(request.user).filter(pk=wanted).first()
        if volunteer is None:
            raise NotFound
        return self.perform(services.ask_volunteer, help_request, volunteer, answer=shapes.AskedSerializer)

    @extend_schema(
        summary="Take one question back", request=shapes.TakeBackSerializer, responses=shapes.AskedSerializer
    )
    @action(detail=True, methods=["post"], url_path="take-back-question", domain_errors=[OfferGone])
    def take_back_question(self, request: Request, id: UUID) -> Response:
        """A question without an answer is taken back; asking that runs goes on with the next."""
        help_request = self.get_object()
        wanted = self.read(shapes.TakeBackSerializer)["offer_id"]
        offer = queries.offers_of(help_request).filter(pk=wanted).first()
        if offer is None:
            raise NotFound
        return self.perform(services.take_back_question, offer, answer=shapes.AskedSerializer)

    @extend_schema(summary="Take the approval back", request=None, responses={204: None})
    @action(
        detail=True,
        methods=["post"],
        url_path="take-back-approval",
        domain_errors=[SomeoneSaidYes],
    )
    def take_back_approval(self, request: Request, id: UUID) -> Response:
        """Back to the desk, as before the approval, while nobody has said yes."""
        services.take_back_approval(self.get_object(), by=request.user)
        return Response(status=204)
