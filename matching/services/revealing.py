"""What is shown of the list near by is counted, so that nobody copies it all (threat 4 of docs/trust.md).

Two signs that it is no helper who reads: more requests in a day than one could choose from
(``REVEALS_A_DAY``), and a look at the *canary*, an address on the page that people cannot see and no request
has. Either closes the list near by for a day and tells the coordinators; what the centre itself asks the
volunteer goes on. People decide what follows: nobody is excluded by a count, and a coordinator can open the
list at once.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from common import clock
from common.encryption import digest
from common.errors import InvalidTransition
from common.permissions import require
from events.services import record
from matching.candidates import Nearby
from matching.errors import ReadingClosed
from matching.events import ReadingOpened, ReadingUnusual
from matching.models import Reveal
from matching.queries import READING_WINDOW, reading_of
from people.models import User, Volunteer


def reveal(volunteer: Volunteer, found: Sequence[Nearby]) -> list[Nearby]:
    """Return what of the list may be shown, and count what is new to this volunteer.

    Raises:
        ReadingClosed: they have been shown as many as anybody is in a day, or opened the canary.
    """
    if not found:
        return []
    ids = [nearby.request.pk for nearby in found]
    reading = reading_of(volunteer, ids)
    if reading.closed:
        raise ReadingClosed
    fresh = [request_id for request_id in ids if request_id not in reading.known][: reading.left]
    if fresh:
        _count(volunteer, fresh, closes=len(fresh) == reading.left)
    shown = reading.known | set(fresh)
    return [nearby for nearby in found if nearby.request.pk in shown]


def canary_of(volunteer: Volunteer) -> UUID:
    """Return the id of a request that does not exist: looks like any other, and is this volunteer's own."""
    hidden = digest(f"canary {volunteer.pk}")
    return UUID(f"{volunteer.pk.hex[:13]}{hidden[:3]}a{hidden[3:18]}")


def open_canary(volunteer: Volunteer) -> None:
    """A program follows every address it finds: the list closes. Raises ``ReadingClosed``, always."""
    if not reading_of(volunteer).closed:
        with transaction.atomic():
            Reveal.objects.create(volunteer=volunteer)
            _signal(volunteer)
    raise ReadingClosed


@transaction.atomic
def open_reading(volunteer: Volunteer, *, by: User | None) -> Volunteer:
    """Open the list near by again, before the day is over: what was shown stays known, and counts no more.

    Raises:
        InvalidTransition: it is open.
        Forbidden: ``by`` does not coordinate the volunteer's centre, or is the volunteer.
    """
    require(by, "matching.open_reading", volunteer)
    if not reading_of(volunteer).closed:
        raise InvalidTransition
    recent = Reveal.objects.filter(volunteer=volunteer, at__gt=clock.now() - READING_WINDOW)
    recent.filter(request=None).delete()
    recent.update(at=clock.now() - READING_WINDOW)
    record(ReadingOpened(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id), actor=by)
    return volunteer


@transaction.atomic
def _count(volunteer: Volunteer, request_ids: list[UUID], *, closes: bool) -> None:
    rows = [Reveal(volunteer=volunteer, request_id=request_id) for request_id in request_ids]
    Reveal.objects.bulk_create(rows, ignore_conflicts=True)
    if closes:
        _signal(volunteer)


def _signal(volunteer: Volunteer) -> None:
    record(ReadingUnusual(volunteer_id=volunteer.pk, centre_id=volunteer.centre_id))
