"""A centre's own numbers as the facts of a town, for the what-if: totals only, no person.

Counted are active volunteers per district and per kind of help, and the requests of the last year likewise.
They are never crossed with each other, and a total below `HIDDEN` is not used: `STANDS_IN` takes its place,
so that nothing that is computed from it says anything about a few people.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from bench.city.facts import Facts, Place
from common import clock
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from people.enums import HelpCategory, VolunteerState
from people.models import Centre, Volunteer

Key = TypeVar("Key", int, str, UUID)

HIDDEN = 10
STANDS_IN = 5
YEAR = timedelta(days=365)
_NOT_OURS = (RequestState.DRAFT, RequestState.UNSUITABLE, RequestState.REFERRED)


class TooFew(Exception):
    """The centre is so small that a computation would be about people one knows."""


def facts_of(centre: Centre) -> Facts:
    """Return the centre in numbers, in three queries.

    Raises:
        TooFew: fewer than `HIDDEN` active volunteers, or requests in the last year.
    """
    active = Volunteer.objects.filter(centre=centre, state=VolunteerState.ACTIVE)
    people = list(active.values_list("district_id", "skills"))
    recent = HelpRequest.objects.filter(centre=centre, submitted_at__gte=clock.now() - YEAR)
    asked = list(recent.exclude(state__in=_NOT_OURS).values_list("district_id", "category", "resident_id"))
    if min(len(people), len(asked)) < HIDDEN:
        raise TooFew
    helping, asking = _counted(row[0] for row in people), _counted(row[0] for row in asked)
    liking = _counted(str(kind) for _, skills in people for kind in HelpCategory.from_mask(skills))
    places = (
        Place(each.name, each.lat, each.lon, helping.get(each.pk, 0.0), asking.get(each.pk, 0.0))
        for each in centre.districts.order_by("code")
    )
    return Facts(
        name=centre.name,
        places=tuple(place for place in places if place.helping or place.asking),
        helpers=len(people),
        residents=max(len({row[2] for row in asked}), HIDDEN),
        requests_a_year=len(asked),
        liked={kind: min(count / len(people), 1.0) for kind, count in liking.items()},
        asked=_counted(row[1] for row in asked),
    )


def _counted(values: Iterable[Key | None]) -> dict[Key, float]:
    """How often each value comes, in a fixed order; a small number is not told, and None not counted."""
    counts = Counter(value for value in values if value is not None)
    return {value: float(count if count >= HIDDEN else STANDS_IN) for value, count in sorted(counts.items())}
