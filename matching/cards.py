"""What a volunteer may know of a request before agreement, for pages and API alike.

The only door from a request to a volunteer's eyes: no name, no address, no destination, no
description in the resident's own words, and no place finer than the cell.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from help_requests.enums import LASTING, RequestKind
from help_requests.models import HelpRequest
from matching.demand import asked_dayparts
from people.enums import HelpCategory, Skill
from people.models import Volunteer
from places.cells import centre_of
from places.geo import Point, distance_km, shown_km


@dataclass(frozen=True)
class RequestCard:
    """One request as a volunteer sees it before agreement.

    ``distance_km`` runs from the volunteer's postcode to the centre of the cell, in the steps of
    ``places.geo.shown_km``; latitude and longitude are the centre of the cell, in degrees.
    """

    request_id: UUID
    category: str
    summary: str
    district: str
    latitude: float | None
    longitude: float | None
    distance_km: float | None
    kind: str
    rhythm: str
    until_date: date | None
    on_date: date | None
    start_time: time | None
    dayparts: int
    duration_minutes: int
    helpers_needed: int
    required_skills: int
    since: datetime | None

    @property
    def category_label(self) -> str:
        """The kind of help in words."""
        return str(HelpCategory(self.category).label)

    @property
    def lasts(self) -> bool:
        """Whether this is help that goes on: a series or a buddy."""
        return self.kind in LASTING

    @property
    def kind_label(self) -> str:
        """Once, again and again, or a buddy, in words."""
        return str(RequestKind(self.kind).label)

    @property
    def distance_m(self) -> float | None:
        """The same distance in metres."""
        return None if self.distance_km is None else self.distance_km * 1000

    @property
    def needed(self) -> list[str]:
        """Words for the skills that are needed besides the kind of help."""
        return [str(skill.label) for skill in Skill.from_mask(self.required_skills)]


def card_for(request: HelpRequest, volunteer: Volunteer | None = None) -> RequestCard:
    """Return what may be shown of ``request``; with ``volunteer`` also how far it is for them."""
    place = centre_of(request.cell) if request.cell is not None else None
    return RequestCard(
        request_id=request.pk,
        category=request.category,
        summary=request.summary,
        district=request.district.name if request.district else "",
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        distance_km=_distance(volunteer, place),
        kind=request.kind,
        rhythm=request.rhythm,
        until_date=request.until_date,
        on_date=request.on_date,
        start_time=request.start_time,
        dayparts=asked_dayparts(request),
        duration_minutes=request.duration_minutes,
        helpers_needed=request.helpers_needed,
        required_skills=request.required_skills,
        since=request.opened_at,
    )


def _distance(volunteer: Volunteer | None, place: tuple[float, float] | None) -> float | None:
    if volunteer is None or place is None:
        return None
    return shown_km(distance_km(Point(volunteer.lat, volunteer.lon), Point(*place)))
