"""From a help request to the engine's question."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, TypeAlias, cast
from uuid import UUID

from django.db.models import IntegerField, QuerySet, Value

from academy import queries as academy
from common import clock
from common.compiled import Compiled, uuid_of
from help_requests.enums import RequestKind
from help_requests.models import HelpRequest
from matching.engine import Demand, Screening, day_number
from matching.enums import OFFER_UNANSWERED
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import HelpCategory, daypart_bit, part_of_hour
from people.models import Representative, Resident
from places.cells import centre_of
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement

_Rows: TypeAlias = Iterable[tuple[Any, ...]]

# How a volunteer stands to a request or its resident.
_ASKED, _KNOWN, _BLOCKED = range(3)
# The row of the table of weights for buddies, whatever they do together.
BUDDY = "buddy"
_FIELDS = (
    "centre_id", "resident_id", "kind", "state", "category", "cell", "on_date", "start_time", "dayparts",
    "required_skills", "preferred_skills", "required_languages", "adults_only", "opened_at", "centre__code",
    "resident__languages", "resident__dislikes",
)  # fmt: skip
_SCREENING = {
    Requirement.TALK: Screening.TALK,
    Requirement.REFERENCES: Screening.REFERENCES,
    Requirement.CODE_OF_CONDUCT: Screening.CODE_OF_CONDUCT,
    Requirement.VOG: Screening.VOG,
    Requirement.ID_SEEN: Screening.ID_SEEN,
}


def demand_of(request: HelpRequest) -> Demand | None:
    """Return the question for volunteers, or ``None`` while the place of the request is unknown."""
    if request.cell is None:
        return None
    related = _RELATED_TO_ONE.rows(request=request.pk, resident=request.resident_id)
    courses = _COURSES_OF_ONE.rows(request=request.pk)
    return next(iter(_demands([request], related, courses)), None)


def demands_of(requests: Iterable[HelpRequest]) -> list[Demand]:
    """Return the questions of requests with a known place: two queries, and two per centre."""
    listed = list(requests)
    ids = {request.pk for request in listed}
    return _demands(listed, _related(ids, {request.resident_id for request in listed}), _own_courses(ids))


def _demands(requests: Iterable[HelpRequest], related: _Rows, own_courses: _Rows) -> list[Demand]:
    placed = [request for request in requests if request.cell is not None]
    volunteers, courses = _volunteers_by_relation(related), _masks(own_courses)
    centres = {request.centre_id for request in placed}
    screenings = {centre_id: safeguarding.requirements_by_category(centre_id) for centre_id in centres}
    trainings = {centre_id: academy.requirements_by_category(centre_id) for centre_id in centres}
    return [
        _demand(
            request,
            screenings=screenings[request.centre_id][request.category],
            trainings=trainings[request.centre_id][request.category] | courses.get(request.pk, 0),
            asked=frozenset(volunteers.get((_ASKED, request.pk), ())),
            known=frozenset(volunteers.get((_KNOWN, request.resident_id), ())),
            blocked=frozenset(volunteers.get((_BLOCKED, request.resident_id), ())),
        )
        for request in placed
    ]


def as_asked(requests: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """The same requests with what a question is made of only: nothing that is long or slow to decrypt."""
    return requests.select_related(None).select_related("resident", "centre").only(*_FIELDS)


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


def _own_courses(requests: Collection[UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows (id of a request, bit) of the living courses it asks for, besides what its centre asks."""
    asked = HelpRequest.required_courses.through.objects.filter(
        helprequest__in=requests, course__retired_at=None
    )
    return asked.values_list("helprequest_id", "course__bit")


_COURSES_OF_ONE = Compiled(lambda request: _own_courses([request]), "request")


def _masks(rows: _Rows) -> dict[UUID, int]:
    masks: dict[UUID, int] = {}
    for request, bit in rows:
        masks[uuid_of(request)] = masks.get(uuid_of(request), 0) | 1 << bit
    return masks


def _related(requests: Collection[UUID], residents: Collection[UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows (relation, id of a request or resident, id of a volunteer), in one query."""
    # Who was asked but never got to answer may be asked again.
    answered = Offer.objects.filter(request__in=requests).exclude(state__in=OFFER_UNANSWERED)
    known = Assignment.objects.filter(WENT_WELL, request__resident__in=residents)
    # Nobody is asked to help themselves: neither the resident nor who acts for them.
    own = Resident.objects.filter(pk__in=residents, user__volunteer__isnull=False)
    acting = Representative.objects.filter(
        resident__in=residents, ended_at=None, user__volunteer__isnull=False
    )
    return _pairs(answered, _ASKED, "request_id", "volunteer_id").union(
        _pairs(known, _KNOWN, "request__resident_id", "volunteer_id"),
        _pairs(safeguarding.running_blocks(residents), _BLOCKED, "resident_id", "volunteer_id"),
        _pairs(own, _BLOCKED, "pk", "user__volunteer__pk"),
        _pairs(acting, _BLOCKED, "resident_id", "user__volunteer__pk"),
        all=True,
    )


def _pairs(rows: QuerySet[Any], relation: int, subject: str, volunteer: str) -> QuerySet[Any, Any]:
    return rows.order_by().values_list(Value(relation, IntegerField()), subject, volunteer)


_RELATED_TO_ONE = Compiled(lambda request, resident: _related([request], [resident]), "request", "resident")


def _volunteers_by_relation(rows: _Rows) -> dict[tuple[int, UUID], set[UUID]]:
    found: dict[tuple[int, UUID], set[UUID]] = {}
    for relation, subject, volunteer in rows:
        found.setdefault((relation, uuid_of(subject)), set()).add(uuid_of(volunteer))
    return found


def _waiting_days(request: HelpRequest, today: date) -> int:
    return max(0, (today - request.opened_at.date()).days) if request.opened_at else 0
