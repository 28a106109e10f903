"""The rounds of matching: what is to be done for many requests is ordered with one event for each.

So each has a transaction of its own. One that locked several requests and the volunteers who fit them would
wait for a volunteer who says yes, and they for it.
"""

from typing import cast
from uuid import UUID

from django.db import transaction

from common import clock
from events.services import record
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from help_requests.queries import day_has_passed, with_passed_day
from matching.candidates import ENCRYPTED, best_for_each
from matching.demand import demands_of
from matching.enums import DispatchState
from matching.events import PassedDayDue, SearchDue


@transaction.atomic
def order_searches() -> None:
    """Have every request looked at again that waits for someone and that someone fits now."""
    waiting = (
        HelpRequest.objects.filter(state__in=ASKABLE, dispatch__state=DispatchState.EXHAUSTED)
        .select_related("resident", "centre")
        .defer(*ENCRYPTED)
        .order_by("pk")
    )
    today = clock.today()
    demands = demands_of(request for request in waiting if not day_has_passed(request, today))
    for demand, found in zip(demands, best_for_each(demands, 1), strict=True):
        if found:
            record(SearchDue(request_id=cast("UUID", demand.id)))


@transaction.atomic
def order_giving_up() -> None:
    """Have the search ended for every request whose day is over."""
    passed = with_passed_day(clock.today()).exclude(dispatch__state=DispatchState.EXHAUSTED)
    for request_id in passed.order_by("pk").values_list("pk", flat=True):
        record(PassedDayDue(request_id=request_id))
