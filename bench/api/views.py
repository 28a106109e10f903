"""What the list of candidates is measured against: the best 20 found in SQL, and nothing at all."""

from typing import Any
from uuid import UUID

from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peers.postgres import in_area
from bench.peers.sql import found, question
from common import clock
from common.permissions import require
from matching.api.views import CANDIDATES_SHOWN, DispatchViewSet
from matching.demand import demand_of, request_at_desk_of
from matching.engine import Demand, day_number


class SqlViewSet(DispatchViewSet):
    """The same guards and the same question; the answer is found by an index on service areas."""

    def candidates(self, request: Request, id: UUID) -> Response:  # type: ignore[override]
        """The 20 best volunteers: id, score, metres."""
        help_request = request_at_desk_of(request.user, id)
        require(request.user, "matching.view_candidates", help_request)
        demand = demand_of(help_request) if help_request else None
        if demand is None:
            return Response({"items": []})
        items = [
            {"volunteer_id": volunteer_id, "score": score, "distance_m": metres}
            for volunteer_id, score, metres in best_in_sql(demand)
        ]
        return Response({"items": items, "next": None, "previous": None})


def best_in_sql(demand: Demand) -> list[tuple[UUID, float, int]]:
    """Return id, score and metres of the best 20, found by the index on service areas."""
    today = day_number(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(question(demand, CANDIDATES_SHOWN, today=today, near=in_area(demand)))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [(UUID(int=one.number), one.score / 1e9, one.metres) for one in found(rows)]


class NothingView(APIView):
    """Signed in, nothing asked: what any answer of this API costs."""

    def get(self, request: Request) -> Response:
        """Say that it is well."""
        return Response({"well": True})
