"""Hours, thanks, passports and reimbursements for programs."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.pagination import WholeList
from common.api.views import ListViewSet, ReadViewSet, ScopedViewSet
from common.errors import InvalidInput, InvalidTransition, NotFound
from people.models import Organisation
from recognition import queries, services
from recognition.api import serializers as shapes
from recognition.enums import ClaimKind, ClaimState, HoursState, RefusalReason, Warmth
from recognition.errors import AlreadyEntered, AlreadyThanked, DayIsFull, TooManyPassports
from recognition.limits import Limits
from recognition.models import Claim, HourEntry, Passport, Thanks, YearLimits
from recognition.services import ClaimDetails, Shows


class HoursFilter(django_filters.FilterSet):
    """``?state=waiting&organisation=<id>&user=<id>``."""

    state = django_filters.ChoiceFilter(choices=HoursState.choices)
    organisation = django_filters.UUIDFilter(field_name="organisation_id")
    user = django_filters.UUIDFilter(field_name="user_id")

    class Meta:
        model = HourEntry
        fields = ["state", "organisation", "user"]


class HourEntryViewSet(ReadViewSet):
    """Hours: one's own, and those of others that one signs."""

    model = HourEntry
    serializer_class = shapes.HourEntrySerializer
    filterset_class = HoursFilter
    domain_errors = (InvalidInput, InvalidTransition, AlreadyEntered, DayIsFull, NotFound)

    def scope(self, user: Any) -> QuerySet[HourEntry]:
        """One's own, and those in one's hands."""
        return queries.entries_visible_to(user)

    @extend_schema(
        summary="Enter hours",
        request=shapes.EnterHoursSerializer,
        responses={201: shapes.HourEntrySerializer},
    )
    def create(self, request: Request) -> Response:
        """The volunteer; the organisation, or else the centre, signs."""
        wanted = self.read(shapes.EnterHoursSerializer)
        when = {"day": wanted["day"], "minutes": wanted["minutes"], "status_code": 201}
        user: Any = request.user
        if wanted["assignment"]:
            visit = _found(queries.running_help(user), wanted["assignment"])
            return self.perform(services.enter_visit, visit, **when)
        if wanted["application"]:
            work = _found(queries.started_work(user), wanted["application"])
            return self.perform(services.enter_role, work, **when)
        return self.perform(
            services.enter_hours,
            user,
            organisation=_organisation(user, wanted),
            category=wanted["category"],
            note=wanted["note"],
            **when,
        )

    @extend_schema(summary="Confirm hours", request=shapes.ConfirmHoursSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, id: UUID) -> Response:
        """The volunteer, of what was put forward: up to the planned length it is signed at once."""
        wanted = self.read(shapes.ConfirmHoursSerializer)
        return self.perform(services.confirm_hours, self.get_object(), minutes=wanted["minutes"])

    @extend_schema(summary="Correct hours", request=shapes.CorrectHoursSerializer)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, id: UUID) -> Response:
        """The volunteer, of what was not signed: ask again."""
        entry = self.get_object()
        return self.perform(services.correct_hours, entry, **self.read(shapes.CorrectHoursSerializer))

    @extend_schema(summary="Withdraw hours", request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """The volunteer: these do not count."""
        return self.perform(services.withdraw_hours, self.get_object())

    @extend_schema(
        summary="Sign hours", request=shapes.ManySerializer, responses={200: shapes.CountSerializer}
    )
    @action(detail=False, methods=["post"])
    def approve(self, request: Request) -> Response:
        """Who signs: many at once."""
        wanted = self.read(shapes.ManySerializer)["ids"]
        entries = list(queries.entries_to_sign(request.user).filter(pk__in=wanted))
        return Response({"count": services.approve_hours(entries, by=request.user)})

    @extend_schema(summary="Do not sign hours", request=shapes.RefuseSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, id: UUID) -> Response:
        """Who signs: say why, or take a signature back."""
        entry = self.get_object()
        reason = RefusalReason(self.read(shapes.RefuseSerializer)["reason"])
        return self.perform(services.refuse_hours, entry, reason)


class ClaimFilter(django_filters.FilterSet):
    """``?state=submitted&organisation=<id>&user=<id>``."""

    state = django_filters.ChoiceFilter(choices=ClaimState.choices)
    organisation = django_filters.UUIDFilter(field_name="organisation_id")
    user = django_filters.UUIDFilter(field_name="user_id")

    class Meta:
        model = Claim
        fields = ["state", "organisation", "user"]


class ClaimViewSet(ReadViewSet):
    """Reimbursements: one's own, and those of others that one decides."""

    model = Claim
    serializer_class = shapes.ClaimSerializer
    filterset_class = ClaimFilter
    domain_errors = (InvalidInput, InvalidTransition, NotFound)

    def scope(self, user: Any) -> QuerySet[Claim]:
        """One's own, and those in one's hands."""
        return queries.claims_visible_to(user)

    @extend_schema(
        summary="Ask costs back",
        request=shapes.SubmitClaimSerializer,
        responses={201: shapes.ClaimSerializer},
    )
    def create(self, request: Request) -> Response:
        """The volunteer. Near a limit of the year it is told, never refused."""
        wanted = self.read(shapes.SubmitClaimSerializer)
        details = ClaimDetails(
            **{
                **wanted,
                "kind": ClaimKind(wanted["kind"]),
                "organisation": _organisation(request.user, wanted),
            }
        )
        return self.perform(services.submit_claim, request.user, details, status_code=201)

    @extend_schema(summary="Withdraw a reimbursement", request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """The volunteer, before it was decided."""
        return self.perform(services.withdraw_claim, self.get_object())

    @extend_schema(
        summary="Approve reimbursements",
        request=shapes.ManySerializer,
        responses={200: shapes.CountSerializer},
    )
    @action(detail=False, methods=["post"])
    def approve(self, request: Request) -> Response:
        """Who pays: many at once."""
        wanted = self.read(shapes.ManySerializer)["ids"]
        claims = list(queries.claims_to_decide(request.user).filter(pk__in=wanted))
        return Response({"count": services.approve_claims(claims, by=request.user)})

    @extend_schema(summary="Refuse a reimbursement", request=shapes.RefuseSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, id: UUID) -> Response:
        """Who pays: say why."""
        claim = self.get_object()
        reason = RefusalReason(self.read(shapes.RefuseSerializer)["reason"])
        return self.perform(services.refuse_claim, claim, reason)


class LimitsViewSet(ScopedViewSet):
    """What is free of tax for volunteers, by year."""

    model = YearLimits
    serializer_class = shapes.LimitsSerializer
    pagination_class = WholeList
    domain_errors = (InvalidInput,)

    def scope(self, user: Any) -> QuerySet[YearLimits]:
        """The same for everybody."""
        return YearLimits.objects.all()

    @extend_schema(summary="List limits of reimbursements", responses=shapes.LimitsSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Known years, the latest first. A year that is not here is not known: nothing is reckoned for it."""
        return self.listed(list(queries.known_limits().values()))

    @extend_schema(
        summary="Set limits of a year",
        request=shapes.SetLimitsSerializer,
        responses={200: shapes.LimitsSerializer},
    )
    def create(self, request: Request) -> Response:
        """Administrators, for all centres. Setting a year again puts it right."""
        told = self.read(shapes.SetLimitsSerializer)
        origin = told.pop("origin")
        try:
            return self.perform(services.set_limits, Limits(**told), origin)
        except InvalidInput as refusal:
            named = shapes.SET_LIMITS_NAMES.get(refusal.field or "", refusal.field)
            raise InvalidInput(refusal.message, field=named) from refusal


class PassportViewSet(ListViewSet):
    """The passports that one shares."""

    model = Passport
    serializer_class = shapes.PassportSerializer
    no_store = True
    domain_errors = (NotFound, TooManyPassports, InvalidInput)

    def scope(self, user: Any) -> QuerySet[Passport]:
        """One's own, while they are shared."""
        return queries.passports_of(user)

    @extend_schema(
        summary="Share a passport",
        request=shapes.SharePassportSerializer,
        responses={201: shapes.PassportSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make an address, ``/paspoort/{token}/``, that shows what one chose."""
        shows = Shows(**self.read(shapes.SharePassportSerializer))
        return self.perform(services.share_passport, request.user, shows, status_code=201)

    @extend_schema(summary="Take a passport back", request=None)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, id: UUID) -> Response:
        """The address shows nothing any more."""
        return self.perform(services.revoke_passport, self.get_object())


class ThanksViewSet(ListViewSet):
    """Thanks that one received or gave."""

    model = Thanks
    serializer_class = shapes.ThanksSerializer
    domain_errors = (InvalidInput, InvalidTransition, AlreadyThanked, NotFound)

    def scope(self, user: Any) -> QuerySet[Thanks]:
        """Received or given."""
        return queries.thanks_visible_to(user)

    @extend_schema(
        summary="Say thank you", request=shapes.ThankSerializer, responses={201: shapes.ThanksSerializer}
    )
    def create(self, request: Request) -> Response:
        """The resident's side, once for each help that was given."""
        wanted = self.read(shapes.ThankSerializer)
        assignment = queries.thankable_assignment(request.user, wanted["assignment"])
        if assignment is None:
            raise NotFound
        return self.perform(
            services.thank_for_help,
            assignment,
            Warmth(wanted["sentence"]),
            words=wanted["words"],
            status_code=201,
        )


def _found(rows: QuerySet[Any], pk: UUID) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _organisation(user: Any, wanted: dict[str, Any]) -> Organisation | None:
    if wanted["organisation"] is None:
        return None
    found: Organisation = _found(queries.organisations_to_choose(user), wanted["organisation"])
    return found
