"""What-ifs for programs of a centre: ask, follow, stop, read."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ReadViewSet
from common.errors import InvalidInput, InvalidTransition
from people.enums import HelpCategory
from simulation import queries, services
from simulation.enums import Failure, Outcome, WhatIfState
from simulation.errors import AlreadyReckoning, CentreTooLarge, CentreTooSmall
from simulation.models import LEAST_GOAL, LEAST_HOURS, MOST_GOAL, MOST_HOURS, WhatIf


class TrialSerializer(serializers.Serializer[queries.Trial]):
    """So many more volunteers, and how it went in the towns in which that was tried."""

    more = serializers.IntegerField()
    requests = serializers.IntegerField(help_text="Simulated ones, over these towns.")
    filled = serializers.ListField(
        child=serializers.FloatField(), help_text="% with a yes in time, one number for each town."
    )
    mean = serializers.FloatField()


class WhatIfSerializer(serializers.Serializer[WhatIf]):
    """A question, how far it is, and what came out. Counts of people of the centre are rounded to five."""

    id = serializers.UUIDField()
    centre_id = serializers.UUIDField()
    district = serializers.CharField(source="district.code", help_text="Code of the district, WK….")
    category = serializers.ChoiceField(choices=HelpCategory.choices)
    goal = serializers.IntegerField(help_text="% of the requests.")
    hours = serializers.IntegerField()
    state = serializers.ChoiceField(choices=WhatIfState.choices)
    failure = serializers.ChoiceField(choices=Failure.choices, allow_blank=True)
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    days = serializers.IntegerField(source="question.days", help_text="Of requests, in each town.")
    seeds = serializers.ListField(source="question.seeds", child=serializers.IntegerField())
    volunteers = serializers.SerializerMethodField()
    requests = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    needed = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()
    least = serializers.SerializerMethodField()
    most = serializers.SerializerMethodField()
    trials = serializers.SerializerMethodField()

    def get_volunteers(self, what_if: WhatIf) -> int | None:
        """Active volunteers that were reckoned with; null for too few to tell."""
        return queries.Found(what_if).volunteers

    def get_requests(self, what_if: WhatIf) -> int | None:
        """Requests a year that were reckoned with; null for too few to tell."""
        return queries.Found(what_if).requests

    @extend_schema_field(serializers.ChoiceField(choices=Outcome.choices, allow_null=True))
    def get_outcome(self, what_if: WhatIf) -> str | None:
        """What came out; null while it is not known."""
        return queries.Found(what_if).outcome

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField(allow_null=True)))
    def get_needed(self, what_if: WhatIf) -> list[int | None]:
        """How many more in each town, in the order of the seeds; null where the most tried is not enough."""
        return queries.Found(what_if).needed

    def get_people(self, what_if: WhatIf) -> int | None:
        """How many more it takes: the mean of the towns, rounded up; null unless each has a number."""
        return _people(what_if, 0)

    def get_least(self, what_if: WhatIf) -> int | None:
        """Lower end of its 95% interval over the towns."""
        return _people(what_if, 1)

    def get_most(self, what_if: WhatIf) -> int | None:
        """Upper end of it."""
        return _people(what_if, 2)

    @extend_schema_field(TrialSerializer(many=True))
    def get_trials(self, what_if: WhatIf) -> Any:
        """Everything that was tried so far, by how many more."""
        return TrialSerializer(queries.Found(what_if).trials, many=True).data


def _people(what_if: WhatIf, which: int) -> int | None:
    people = queries.Found(what_if).people
    return people[which] if people else None


class AskWhatIfSerializer(serializers.Serializer[Any]):
    """What to reckon."""

    centre_id = serializers.UUIDField()
    district = serializers.CharField(max_length=8, help_text="Code of the district, WK….")
    category = serializers.ChoiceField(choices=HelpCategory.choices)
    goal = serializers.IntegerField(min_value=LEAST_GOAL, max_value=MOST_GOAL, default=95)
    hours = serializers.IntegerField(min_value=LEAST_HOURS, max_value=MOST_HOURS, default=48)


class WhatIfViewSet(ReadViewSet):
    """What-ifs of the centres for which the person coordinates or analyses."""

    model = WhatIf
    serializer_class = WhatIfSerializer
    domain_errors = (AlreadyReckoning, CentreTooSmall, CentreTooLarge, InvalidInput, InvalidTransition)

    def scope(self, user: Any) -> QuerySet[WhatIf]:
        """Those of the person's centres."""
        return queries.what_ifs_for(user)

    @extend_schema(
        summary="Ask how many more volunteers it takes",
        request=AskWhatIfSerializer,
        responses={201: WhatIfSerializer},
    )
    def create(self, request: Request) -> Response:
        """Reckoned in the background: read it again until its state is done, failed or stopped."""
        wanted = self.read(AskWhatIfSerializer)
        centres: QuerySet[Any] = queries.centres_reckoned_by(request.user)
        centre = _the_one(centres.filter(pk=wanted.pop("centre_id")), "centreId")
        district = _the_one(centre.districts.filter(code=wanted.pop("district")), "district")
        return self.perform(
            services.ask_what_if, centre, district=district, status_code=status.HTTP_201_CREATED, **wanted
        )

    @extend_schema(summary="Stop a what-if", request=None, responses=WhatIfSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, id: UUID) -> Response:
        """What was tried so far stays to be read."""
        return self.perform(services.stop_what_if, self.get_object())


def _the_one(rows: QuerySet[Any], field: str) -> Any:
    """Return the row. Of absent and foreign alike the field says that it is wrong."""
    found = rows.first()
    if found is None:
        raise InvalidInput(field=field)
    return found
