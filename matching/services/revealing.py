"""What is shown of the list near by is counted, so that nobody copies it all (threat 4 of docs/trust.md).

Two signs that it is no helper who reads: more requests in a day than one could choose from
(``REVEALS_A_DAY``), and a look at the *canary*, an address on the page that people cannot see and no request
has. Either closes the list near by for a day and tells the coordinators; what the centre itself asks the
volunteer goes on. People decide what follows: nobody is excluded by a count.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common import clock
from common.encryption import digest
from events.services import record
from matching.candidates import Nearby
from matching.errors import ReadingClosed
from matching.events import ReadingUnusual
from matching.models import Reveal
from people.models import Volunteer

WINDOW = timedelta(days=1)


def reveal(volunteer: Volunteer, found: Sequence[Nearby]) -> list[Nearby]:
    """Return what of the list may be shown, and count what is new to this volunteer.

    Raises:
        ReadingClosed: they have been shown as many as anybody is in a day, or opened the canary.
    """
    if not found:
        return []
    since = clock.now() - WINDOW
    ids = [nearby.request.pk for nearby in found]
    rows = Reveal.objects.filter(Q(request__in=ids) | Q(at__gt=since), volunteer=volunteer)
    seen = list(rows.values_list("request_id", "at"))
    recent = [request_id for request_id, at in seen if at > since]
    left = settings.REVEALS_A_DAY - len(recent)
    if left <= 0 or None in recent:
        raise ReadingClosed
    known = {request_id for request_id, _at in seen}
    fresh = [request_id for request_id in ids if request_id not in known][:left]
    if fresh:
        _count(volunteer, fresh, closes=len(fresh) == left)
    shown = known | set(fresh)
    return [nearby for nearby in found if nearby.request.pk in shown]


def canary_of(volunteer: Volunteer) -> UUID:
    """Return the id of a request that does not exist: looks like any other, and is this volunteer's own."""
    hidden = digest(f"canary {volunteer.pk}")
    return UUID(f"{volunteer.pk.hex[:13]}{hidden[:3]}a{hidden[3:18]}")


def open_canary(volunteer: Volunteer) -> None:
    """A program follows every address it finds: the list closes. Raises ``ReadingClosed``, always."""
    with transaction.atomic():
        Reveal.objects.create(volunteer=volunteer)
        _signal(volunteer)
    raise ReadingClosed


@transaction.atomic
def _count(volunteer: Volunteer, request_ids: list[UUID], *, closes: bool) -> None:
    rows = [Reveal(volunteer=volunteer, request_id=request_id) for request_id in request_ids]
    Reveal.objects.bulk_create(rows, ignore_conflicts=True)
    if closes:
        _signal(volunteer)


def _signal(volunteer: Volunteer) -> None:
    """Once a day for each volunteer."""
    key = f"reading-unusual:{volunteer.pk}:{clock.today()}"
    record(ReadingUnusual(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id), key=key)
