"""From a help request to the engine's question."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import IntegerField, Model, QuerySet, Value
from django.utils import timezone

from academy import queries as academy
from academy.enums import TrainedRole
from common import clock
from common.compiled import Compiled
from help_requests import queries as help_requests
from help_requests.enums import RequestKind
from help_requests.models import HelpRequest
from matching.engine import Demand, Screening, day_number
from matching.enums import OFFER_UNANSWERED
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import HelpCategory, daypart_bit, part_of_hour
from people.models import Centre, Representative, Resident
from places.cells import centre_of
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement

_Rows: TypeAlias = Iterable[tuple[Any, ...]]
_Model = TypeVar("_Model", bound=Model)

# How a volunteer stands to a request or its resident.
_ASKED, _KNOWN, _BLOCKED = range(3)
# The row of the table of weights for buddies, whatever they do together.
BUDDY = "buddy"
_FIELDS = (
    "id", "centre_id", "resident_id", "kind", "state", "category", "cell", "on_date", "start_time",
    "dayparts", "required_skills", "preferred_skills", "required_languages", "adults_only", "opened_at",
    "centre__code", "resident__languages", "resident__dislikes", "resident__consented_at",
)  # fmt: skip
# What a volunteer is to the resident; a task makes no more of them than a volunteer.
_ROLES: dict[str, TrainedRole] = {
    RequestKind.SERIES: TrainedRole.SERIES,
    RequestKind.BUDDY: TrainedRole.BUDDY,
}
_SCREENING = {
    Requirement.TALK: Screening.TALK,
    Requirement.REFERENCES: Screening.REFERENCES,
    Requirement.CODE_OF_CONDUCT: Screening.CODE_OF_CONDUCT,
    Requirement.VOG: Screening.VOG,
    Requirement.ID_SEEN: Screening.ID_SEEN,
}


def demand_of(request: HelpRequest) -> Demand | None:
    """Return the question for volunteers; ``None`` while the place is unknown, or consent was taken back."""
    if not _may_be_asked(request):
        return None
    related = _RELATED_TO_ONE.rows(request=request.pk, resident=request.resident_id)
    courses = _COURSES_OF_ONE.rows(request=request.pk)
    return next(iter(_demands([request], related, courses)), None)


def demands_of(requests: Iterable[HelpRequest]) -> list[Demand]:
    """Return the questions of requests that volunteers may be asked about: two queries, two per centre."""
    listed = list(requests)
    ids = {request.pk for request in listed}
    return _demands(listed, _related(ids, {request.resident_id for request in listed}), _own_courses(ids))


def demands_of_anybody(
    requests: Iterable[HelpRequest], asked: "Asked", courses: Mapping[UUID, int]
) -> list[Demand]:
    """Return the questions of requests of one centre, without who stands in which relation to them."""
    return [
        _demand(request, _wanted(request, asked, courses)) for request in requests if _may_be_asked(request)
    ]


def _demands(requests: Iterable[HelpRequest], related: _Rows, own_courses: _Rows) -> list[Demand]:
    placed = [request for request in requests if _may_be_asked(request)]
    volunteers, courses = _volunteers_by_relation(related), masks(own_courses)
    asked = {centre_id: asked_by(centre_id) for centre_id in {request.centre_id for request in placed}}
    return [
        _demand(
            request,
            _wanted(request, asked[request.centre_id], courses),
            asked=frozenset(volunteers.get((_ASKED, request.pk), ())),
            known=frozenset(volunteers.get((_KNOWN, request.resident_id), ())),
            blocked=frozenset(volunteers.get((_BLOCKED, request.resident_id), ())),
        )
        for request in placed
    ]


class Asked(NamedTuple):
    """What a centre asks of who helps: masks per kind of help; of trainings also per role."""

    screenings: Mapping[str, int]
    trainings: Mapping[str, int]

    def of(self, kind: str, category: str) -> tuple[int, int]:
        """Return the steps and the trainings for a kind of request; more of a buddy and who comes again."""
        role = _ROLES.get(kind)
        return self.screenings[category], self.trainings[category] | (self.trainings[role] if role else 0)


def asked_by(centre_id: UUID) -> Asked:
    """Read what a centre asks; two queries."""
    return Asked(
        safeguarding.requirements_by_category(centre_id), academy.requirements_by_category(centre_id)
    )


def _wanted(request: HelpRequest, asked: Asked, courses: Mapping[UUID, int]) -> tuple[int, int]:
    screenings, trainings = asked.of(request.kind, request.category)
    return screenings, trainings | courses.get(request.pk, 0)


def _may_be_asked(request: HelpRequest) -> bool:
    """Whether we know where it is, and the resident agrees that it is asked."""
    return request.cell is not None and request.resident.consented_at is not None


def request_at_desk_of(user: Any, request_id: UUID) -> HelpRequest | None:
    """Return a request of the desk where ``user`` works, with what a question is made of only."""
    for centre_id in help_requests.desk_centres(user):
        for row in _AT_DESK.rows(request=request_id, centre=centre_id):
            return _read_request(dict(zip(_FIELDS, row, strict=True)))
    return None


def _read_request(values: dict[str, Any]) -> HelpRequest:
    """Make a request of these fields and of those of its centre and its resident; all others are deferred."""
    request = _partly(HelpRequest, values)
    request.centre = _partly(Centre, {"id": request.centre_id, "code": values["centre__code"]})
    resident = {name: values[f"resident__{name}"] for name in ("languages", "dislikes", "consented_at")}
    request.resident = _partly(Resident, {"id": request.resident_id, **resident})
    return request


def _partly(model: type[_Model], values: dict[str, Any]) -> _Model:
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(DEFAULT_DB_ALIAS, names, [values[name] for name in names])


_AT_DESK = Compiled(
    lambda request, centre: help_requests.at_desks([centre]).filter(pk=request).values_list(*_FIELDS),
    "request",
    "centre",
)


class Moment(Protocol):
    """Of a request when help is asked: a day, a time, parts of the week."""

    @property
    def on_date(self) -> date | None:
        """The day."""

    @property
    def start_time(self) -> time | None:
        """The time of that day."""

    @property
    def dayparts(self) -> int:
        """The parts, a mask."""


def asked_dayparts(request: Moment) -> int:
    """Mask of the dayparts on which one helper is enough; 0 when any time is fine."""
    if request.on_date is None:
        return request.dayparts
    weekday = request.on_date.weekday()
    if request.start_time is not None:
        return 1 << daypart_bit(weekday, part_of_hour(request.start_time.hour))
    whole_day = 0b111 << daypart_bit(weekday, 0)
    return (request.dayparts & whole_day) or whole_day


def kind_for(kind: str, category: str) -> str:
    """Return the row of the table of weights for a kind of request and of help."""
    return BUDDY if kind == RequestKind.BUDDY else category


def minimum_age(adults_only: bool) -> int:
    """Return from what age one may help."""
    return 18 if adults_only else 16


def screenings_in(mask: int) -> frozenset[Screening]:
    """Return the steps of a mask as the engine knows them."""
    return frozenset(_SCREENING[member] for member in Requirement.from_mask(mask))


def _demand(
    request: HelpRequest,
    wanted: tuple[int, int],
    *,
    asked: frozenset[UUID] = frozenset(),
    known: frozenset[UUID] = frozenset(),
    blocked: frozenset[UUID] = frozenset(),
) -> Demand:
    latitude, longitude = centre_of(cast("int", request.cell))
    return Demand(
        id=request.pk,
        kind=kind_for(request.kind, request.category),
        latitude=latitude,
        longitude=longitude,
        category=HelpCategory(request.category).bit,
        required_skills=request.required_skills,
        preferred_skills=request.preferred_skills,
        dayparts=asked_dayparts(request),
        required_languages=request.required_languages,
        preferred_languages=request.resident.languages,
        screenings=screenings_in(wanted[0]),
        trainings=wanted[1],
        date=day_number(request.on_date) if request.on_date else 0,
        centres=frozenset({request.centre.code}),
        minimum_age=minimum_age(request.adults_only),
        blocked=blocked,
        asked=asked,
        known=known,
        dislikes=request.resident.dislikes,
        waiting_days=_waiting_days(request, clock.today()),
    )


def _own_courses(requests: Collection[UUID]) -> QuerySet[Any, tuple[Any, ...]]:
    return own_courses().filter(helprequest__in=requests)


def own_courses() -> QuerySet[Any, tuple[Any, ...]]:
    """Rows (id of a request, bit) of the living courses it asks for, besides what its centre asks."""
    asked = HelpRequest.required_courses.through.objects.filter(course__retired_at=None)
    return asked.values_list("helprequest_id", "course__bit")


_COURSES_OF_ONE = Compiled(lambda request: _own_courses([request]), "request")


def masks(rows: _Rows) -> dict[UUID, int]:
    """Return the mask of each request from rows (id of a request, bit)."""
    found: dict[UUID, int] = {}
    for request, bit in rows:
        found[request] = found.get(request, 0) | 1 << bit
    return found


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
        found.setdefault((relation, subject), set()).add(volunteer)
    return found


def _waiting_days(request: HelpRequest, today: date) -> int:
    if request.opened_at is None:
        return 0
    return max(0, (today - timezone.localdate(request.opened_at)).days)
