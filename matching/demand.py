"""From a help request to the engine's question."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet

from academy import queries as academy
from common import clock
from help_requests.enums import RequestKind
from help_requests.models import HelpRequest
from matching.engine import Demand, Screening, day_number
from matching.enums import OFFER_UNANSWERED
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import HelpCategory, daypart_bit, part_of_hour
from people.models import Volunteer
from places.cells import centre_of
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement

# The row of the table of weights for buddies, whatever they do together.
BUDDY = "buddy"
_SCREENING = {
    Requirement.TALK: Screening.TALK,
    Requirement.REFERENCES: Screening.REFERENCES,
    Requirement.CODE_OF_CONDUCT: Screening.CODE_OF_CONDUCT,
    Requirement.VOG: Screening.VOG,
    Requirement.ID_SEEN: Screening.ID_SEEN,
}


def demand_of(request: HelpRequest) -> Demand | None:
    """Return the question for volunteers, or ``None`` while the place of the request is unknown."""
    return next(iter(demands_of([request])), None)


def demands_of(requests: Iterable[HelpRequest]) -> list[Demand]:
    """Return the questions of requests with a known place: six queries, and two per centre."""
    placed = [request for request in requests if request.cell is not None]
    # Who was asked but never got to answer may be asked again.
    answered = Offer.objects.filter(request__in=placed).exclude(state__in=OFFER_UNANSWERED)
    asked = _volunteers_by(answered, "request_id")
    known = _volunteers_by(
        Assignment.objects.filter(
            WENT_WELL, request__resident__in={request.resident_id for request in placed}
        ),
        "request__resident_id",
    )
    residents = {request.resident_id for request in placed}
    blocked: dict[UUID, set[UUID]] = {}
    for volunteer_id, resident_id in safeguarding.blocked_pairs(residents) | _own_side(residents):
        blocked.setdefault(resident_id, set()).add(volunteer_id)
    centres = {request.centre_id for request in placed}
    screenings = {centre_id: safeguarding.requirements_by_category(centre_id) for centre_id in centres}
    trainings = {centre_id: academy.requirements_by_category(centre_id) for centre_id in centres}
    courses = _own_courses(placed)
    return [
        _demand(
            request,
            screenings=screenings[request.centre_id][request.category],
            trainings=trainings[request.centre_id][request.category] | courses.get(request.pk, 0),
            asked=frozenset(asked.get(request.pk, ())),
            known=frozenset(known.get(request.resident_id, ())),
            blocked=frozenset(blocked.get(request.resident_id, ())),
        )
        for request in placed
    ]


def asked_dayparts(request: HelpRequest) -> int:
    """Mask of the dayparts on which one helper is enough; 0 when any time is fine."""
    if request.on_date is None:
        return request.dayparts
    weekday = request.on_date.weekday()
    if request.start_time is not None:
        return 1 << daypart_bit(weekday, part_of_hour(request.start_time.hour))
    whole_day = 0b111 << daypart_bit(weekday, 0)
    return (request.dayparts & whole_day) or whole_day


def _demand(
    request: HelpRequest,
    *,
    screenings: int,
    trainings: int,
    asked: frozenset[UUID],
    known: frozenset[UUID],
    blocked: frozenset[UUID],
) -> Demand:
    latitude, longitude = centre_of(cast("int", request.cell))
    return Demand(
        id=request.pk,
        kind=BUDDY if request.kind == RequestKind.BUDDY else request.category,
        latitude=latitude,
        longitude=longitude,
        category=HelpCategory(request.category).bit,
        required_skills=request.required_skills,
        preferred_skills=request.preferred_skills,
        dayparts=asked_dayparts(request),
        required_languages=request.required_languages,
        preferred_languages=request.resident.languages,
        screenings=frozenset(_SCREENING[member] for member in Requirement.from_mask(screenings)),
        trainings=trainings,
        date=day_number(request.on_date) if request.on_date else 0,
        centres=frozenset({request.centre.code}),
        minimum_age=18 if request.adults_only else 16,
        blocked=blocked,
        asked=asked,
        known=known,
        dislikes=request.resident.dislikes,
        waiting_days=_waiting_days(request, clock.today()),
    )


def _own_courses(requests: Collection[HelpRequest]) -> dict[UUID, int]:
    """Masks of the living courses that single requests ask for, besides what their centre asks."""
    asked = HelpRequest.required_courses.through.objects.filter(
        helprequest__in=requests, course__retired_at=None
    )
    masks: dict[UUID, int] = {}
    for request_id, bit in asked.values_list("helprequest_id", "course__bit"):
        masks[request_id] = masks.get(request_id, 0) | 1 << bit
    return masks


def _own_side(residents: set[UUID]) -> set[tuple[UUID, UUID]]:
    """Volunteers who are the resident or act for them: nobody is asked to help themselves."""
    own = Volunteer.objects.filter(user__residents__in=residents).values_list("pk", "user__residents")
    acting = Volunteer.objects.filter(
        user__represents__resident__in=residents, user__represents__ended_at=None
    ).values_list("pk", "user__represents__resident")
    return {pair for pair in {*own, *acting} if pair[1] in residents}


def _waiting_days(request: HelpRequest, today: date) -> int:
    return max(0, (today - request.opened_at.date()).days) if request.opened_at else 0


def _volunteers_by(rows: QuerySet[Any], column: str) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for key, volunteer_id in rows.values_list(column, "volunteer_id"):
        found.setdefault(key, set()).add(volunteer_id)
    return found
