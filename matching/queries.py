"""Reads of offers and assignments; each starts from what the person may see."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from academy.models import Completion
from academy.queries import Effect
from common import clock
from common.permissions import require
from events.models import EventRecord
from events.services import record
from help_requests import queries as help_requests
from help_requests.enums import ASKABLE, RequestState
from help_requests.models import HelpRequest
from matching.enums import (
    ASSIGNMENT_BEGUN,
    ASSIGNMENT_RUNNING,
    CONTACT_OPEN,
    OFFER_OPEN,
    AssignmentState,
    CancelReason,
    DispatchState,
    OfferState,
    WideningState,
)
from matching.errors import ContactClosed
from matching.events import AskingHalted, AskingReleased, ContactRead, PolicyChanged
from matching.models import (
    AdviceTalk,
    Assignment,
    DailyProposal,
    Dispatch,
    DispatchPolicy,
    Offer,
    ProposedPair,
    Reveal,
    Review,
    Widening,
)
from matching.quiet import deadline
from people import queries as people
from people.enums import HelpCategory, VolunteerState, Why
from people.models import User, Volunteer
from people.services import note_read, note_reads
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement
from vacancies.models import Shift, Vacancy
from vacancies.queries.desk import desk_centres

EFFECT_SPAN = timedelta(days=91)
_DONE = ("course_id", "volunteer_id", "completed_on")
# Help that was given: a task that is done, or help that went on after its trial period. Who found that
# they do not click carries nothing of it along, for better or worse.
WENT_WELL = Q(state=AssignmentState.DONE) | (
    Q(active_since__isnull=False) & ~Q(cancel_reason=CancelReason.NO_CLICK)
)
# What a volunteer was shown of the list near by counts for so long (``services.revealing``).
READING_WINDOW = timedelta(days=1)
_REQUEST = ("request", "request__district", "request__centre", "volunteer", "volunteer__user")


def offers_to(user: User) -> QuerySet[Offer]:
    """Every question ever put to this person, newest first.

    Help that the person is not screened for (any more) does not reach them, also not once the question has
    been taken back; only what they said yes to stays.
    """
    hidden = Q(request__category__in=_closed_to(user)) & ~Q(state=OfferState.ACCEPTED)
    offers = Offer.objects.filter(volunteer__user=user).exclude(hidden)
    return offers.select_related(*_REQUEST).order_by("-sent_at", "-id")


def _closed_to(user: User) -> frozenset[str]:
    """The kinds of help that this person, as a volunteer, is not screened for today."""
    volunteer = Volunteer.objects.filter(user_id=user.pk).only("centre_id").first()
    return safeguarding.closed_categories(volunteer) if volunteer is not None else frozenset()


def open_offers_to(user: User) -> QuerySet[Offer]:
    """The questions this person has not answered, the most urgent first."""
    return offers_to(user).filter(state__in=OFFER_OPEN).order_by("due_at", "id")


def asked_of(user: User) -> QuerySet[Offer]:
    """The same to be counted only: also what is about to be taken back, of help they may no longer do."""
    return Offer.objects.filter(volunteer__user=user, state__in=OFFER_OPEN)


def offers_of(request: HelpRequest) -> QuerySet[Offer]:
    """Who has been asked for a request, in order of asking, with what came of it."""
    found = Offer.objects.filter(request=request).select_related("volunteer__user", "assignment")
    return found.order_by("sent_at", "id")


def assignments_of_volunteer(user: User) -> QuerySet[Assignment]:
    """The agreements of this person as a volunteer, the first to come first, those without a day last."""
    return (
        Assignment.objects.filter(volunteer__user=user)
        .select_related(*_REQUEST, "request__resident")
        .order_by(F("starts_at").asc(nulls_last=True), "id")
    )


def running_assignments(user: User) -> QuerySet[Assignment]:
    """The agreements of this person as a volunteer that are still to be done."""
    return assignments_of_volunteer(user).filter(state__in=ASSIGNMENT_RUNNING)


def assignments_visible_to(user: User) -> QuerySet[Assignment]:
    """All agreements this person takes part in or coordinates."""
    return (
        Assignment.objects.filter(
            Q(volunteer__user=user)
            | Q(request__resident__in=people.residents_of(user))
            | Q(request__centre_id__in=help_requests.desk_centres(user))
        )
        .select_related(*_REQUEST, "request__resident")
        .prefetch_related("reviews")
        .order_by("-id")
    )


def assignments_of(request: HelpRequest) -> QuerySet[Assignment]:
    """Every agreement there has been for a request, in order of slot."""
    found = Assignment.objects.filter(request=request).select_related(*_REQUEST, "request__resident")
    return found.order_by("slot", "id")


def assignments_for(request: HelpRequest) -> QuerySet[Assignment]:
    """The agreements of a request that count: running, done, or the last of ended help; by slot."""
    counting = Q(state__in=ASSIGNMENT_RUNNING | {AssignmentState.DONE})
    if request.state == RequestState.ENDED:
        ended = Assignment.objects.filter(request=request, state=AssignmentState.ENDED)
        counting |= Q(pk__in=ended.order_by("-ended_at").values("pk")[:1])
    return assignments_of(request).filter(counting)


def policy_of(centre_id: UUID) -> DispatchPolicy:
    """The centre's way of asking, or the usual one (unsaved)."""
    return DispatchPolicy.objects.filter(centre_id=centre_id).first() or DispatchPolicy(centre_id=centre_id)


def listed_until(dispatch: Dispatch, request: HelpRequest, policy: DispatchPolicy) -> datetime | None:
    """Until when a request only hangs on the list near by; ``None`` when asking need not wait for that.

    It waits only where asking started by itself and nobody was asked yet, and at the latest until the day
    before the help is needed begins.
    """
    by_itself = dispatch.started_by_id is None and dispatch.wave == 0
    if not policy.minutes_listed or request.opened_at is None or not by_itself:
        return None
    until = deadline(request.opened_at, policy.minutes_listed, policy.quiet_from, policy.quiet_until)
    if request.on_date is not None:
        eve = datetime.combine(request.on_date - timedelta(days=1), time.min)
        until = min(until, timezone.make_aware(eve))
    return until if until > clock.now() else None


def policies_for(user: User) -> QuerySet[DispatchPolicy]:
    """The policies of the centres at whose desk this person works; only those ever changed have a row."""
    return DispatchPolicy.objects.filter(centre_id__in=help_requests.desk_centres(user))


def light_categories(centre_id: UUID) -> int:
    """Mask of the kinds of help for which the centre asks no certificate of conduct."""
    required = safeguarding.requirements_by_category(centre_id)
    heavy = Requirement.to_mask([Requirement.VOG])
    return HelpCategory.to_mask(category for category in HelpCategory if not required[category] & heavy)


def policy_history(centre_id: UUID) -> QuerySet[EventRecord]:
    """Who changed what in the centre's way of asking, the newest first."""
    types = [PolicyChanged.type, AskingHalted.type, AskingReleased.type]
    return EventRecord.objects.filter(type__in=types, payload__centre_id=str(centre_id)).order_by("-pk")


def dispatches_at_desk_of(user: User) -> QuerySet[Dispatch]:
    """All asking for requests that look for volunteers now, at the desk of this person; oldest first."""
    found = Dispatch.objects.filter(
        request__centre_id__in=help_requests.desk_centres(user), request__state__in=ASKABLE
    ).exclude(state=DispatchState.FINISHED)
    return found.select_related("request__district", "request__resident", "request__centre").order_by(
        "started_at", "pk"
    )


def never_asked_for(user: User) -> QuerySet[HelpRequest]:
    """Approved requests at the desk of this person for which asking has not begun; oldest first."""
    found = help_requests.at_desk_of(user).filter(state__in=ASKABLE, dispatch=None)
    return found.order_by("opened_at", "pk")


def widenings_of(request: HelpRequest) -> QuerySet[Widening]:
    """What the resident has been asked about other parts of the day, in order of asking."""
    return Widening.objects.filter(request=request).order_by("asked_at", "pk")


def open_widenings(request: HelpRequest) -> QuerySet[Widening]:
    """The questions about the day that the resident has still to answer."""
    return widenings_of(request).filter(state=WideningState.ASKED)


def widenings_visible_to(user: User) -> QuerySet[Widening]:
    """The questions to residents this person may answer: their own, and those of their desk."""
    return (
        Widening.objects.filter(
            Q(request__resident__in=people.residents_of(user))
            | Q(request__centre_id__in=help_requests.desk_centres(user))
        )
        .select_related("request")
        .order_by("-asked_at", "-pk")
    )


def proposals_visible_to(user: User) -> QuerySet[DailyProposal]:
    """The daily proposals of the centres at whose desk this person works, newest first."""
    found = DailyProposal.objects.filter(centre_id__in=help_requests.desk_centres(user))
    return found.select_related("centre").order_by("-day", "centre__code")


def pairs_visible_to(user: User) -> QuerySet[ProposedPair]:
    """The pairs of those proposals in the order of the day: the soonest first, then who waits longest."""
    found = ProposedPair.objects.filter(proposal__centre_id__in=help_requests.desk_centres(user))
    return found.select_related(
        "proposal__centre",
        "request__district",
        "volunteer__user",
        "volunteer__district",
        "offer",
        "answered_by",
    ).order_by(F("request__on_date").asc(nulls_last=True), F("request__opened_at").asc(nulls_last=True), "pk")


def open_review(assignment: Assignment) -> Review | None:
    """The question both sides have still to answer, or will have to: whether they go on."""
    return Review.objects.filter(assignment=assignment, closed_at=None).first()


def reviews_of(assignment: Assignment) -> QuerySet[Review]:
    """What both sides said of how it goes, the newest first; for the centre only."""
    return Review.objects.filter(assignment=assignment).order_by("-asked_at", "-pk")


def contact_is_open(assignment: Assignment) -> bool:
    """Whether both sides may see each other's contact data at this moment.

    They close with the agreement, the request, the volunteer's standing or a block, and in any
    case some days after the visit, also when nobody ever said that it was done. Help that goes on
    keeps them open while it lasts. On days on which the volunteer's screening does not hold they are closed.
    """
    return assignment.pk in open_contacts([assignment])


def open_contacts(assignments: Collection[Assignment]) -> set[UUID]:
    """Return the ids of the agreements whose contact data are open: two queries, and one per centre."""
    running = [assignment for assignment in assignments if _keeps_contact(assignment)]
    if not running:
        return set()
    asked = {
        centre: safeguarding.requirements_by_category(centre)
        for centre in {assignment.request.centre_id for assignment in running}
    }
    held = safeguarding.held_requirements({assignment.volunteer_id for assignment in running})
    residents = {assignment.request.resident_id for assignment in running}
    blocked = set(safeguarding.running_blocks(residents).values_list("volunteer_id", "resident_id"))
    return {
        assignment.pk
        for assignment in running
        if (assignment.volunteer_id, assignment.request.resident_id) not in blocked
        and not asked[assignment.request.centre_id][assignment.request.category]
        & ~held.get(assignment.volunteer_id, 0)
    }


def _keeps_contact(assignment: Assignment) -> bool:
    """What the agreement itself and the volunteer's standing say, without a query."""
    volunteer, request = assignment.volunteer, assignment.request
    return (
        assignment.state in CONTACT_OPEN
        and request.state != RequestState.WITHDRAWN
        and (assignment.state in ASSIGNMENT_BEGUN or clock.now() < _contact_end(assignment))
        and volunteer.state != VolunteerState.LEFT
        and people.may_act(volunteer.user)
    )


def is_screened(assignment: Assignment) -> bool:
    """Whether the volunteer fulfils today what the centre asks for this help."""
    return safeguarding.meets(
        assignment.volunteer_id, assignment.request.category, assignment.request.centre_id
    )


def _contact_end(assignment: Assignment) -> datetime:
    if assignment.contact_until is not None:
        return assignment.contact_until
    visit = assignment.starts_at or clock.now()
    return visit + timedelta(days=settings.CONTACT_OPEN_AFTER_DONE_DAYS)


@dataclass(frozen=True)
class ContactCard:
    """Contact data of one side of an agreement."""

    name: str
    phone: str
    address: dict[str, str] | None = None
    point: tuple[float, float] | None = None
    destination: str = ""
    needs: int = 0
    pets: bool = False
    smokes: bool = False


@transaction.atomic
def resident_card(assignment: Assignment, *, reader: User) -> ContactCard:
    """What the volunteer needs for the visit. Each look leaves one row in the read log.

    Raises:
        NotFound: not the reader's agreement.
        ContactClosed: not agreed by both sides (any more).
    """
    require(reader, "matching.act_as_volunteer", assignment, hide=True)
    _require_open(assignment)
    resident = assignment.request.resident
    _log_read(assignment, "resident", reader)
    return ContactCard(
        name=resident.name,
        phone=resident.phone,
        address=resident.address,
        point=tuple(resident.point) if resident.point else None,
        destination=assignment.request.destination,
        needs=resident.needs,
        pets=resident.pets,
        smokes=resident.smokes,
    )


@transaction.atomic
def volunteer_card(assignment: Assignment, *, reader: User) -> ContactCard:
    """Who comes to help, for the resident. Each look leaves one row in the read log.

    Raises: as ``resident_card``.
    """
    require(reader, "matching.act_as_resident", assignment, hide=True)
    _require_open(assignment)
    _log_read(assignment, "volunteer", reader)
    return ContactCard(name=assignment.volunteer.user.name, phone=assignment.volunteer.phone)


def _require_open(assignment: Assignment) -> None:
    if not contact_is_open(assignment):
        raise ContactClosed()


def _log_read(assignment: Assignment, subject: str, reader: User) -> None:
    record(ContactRead(assignment_id=assignment.pk, subject=subject), actor=reader)
    person = assignment.request.resident if subject == "resident" else assignment.volunteer
    note_read(person, by=reader, why=Why.AGREEMENT)


def talks_at_desk_of(user: User) -> QuerySet[AdviceTalk]:
    """Who wants to talk about what suits them, at the desk of this person; who waits longest first."""
    found = AdviceTalk.objects.filter(centre_id__in=help_requests.desk_centres(user))
    return found.select_related("centre", "taken_by").order_by("created_at", "pk")


def note_talks_read(talks: Collection[AdviceTalk], *, by: User) -> None:
    """Leave a row in the read log for each: of the volunteer who asks, else of the question itself."""
    asking = [talk.user_id for talk in talks if talk.user_id]
    volunteers = {each.user_id: each for each in Volunteer.objects.filter(user_id__in=asking)}
    subjects = [volunteers.get(talk.user_id, talk) if talk.user_id else talk for talk in talks]
    note_reads(subjects, by=by, why=Why.LIST)


def vacancies_at_desk_of(user: User) -> QuerySet[Vacancy]:
    """Return the vacancies of the centres that ``user`` coordinates."""
    own = Vacancy.objects.filter(centre__in=desk_centres(user))
    return own.select_related("organisation", "centre", "district")


def shifts_at_desk_of(user: User) -> QuerySet[Shift]:
    """Return the dates of the vacancies of the centres that ``user`` coordinates."""
    own = Shift.objects.filter(vacancy__centre__in=desk_centres(user))
    return own.select_related("vacancy__organisation", "vacancy__centre", "vacancy__district")


def districts_asking(categories: Collection[str]) -> dict[str, list[str]]:
    """Per kind of help the districts in which someone waits for it now, by name. No request, no number."""
    rows = HelpRequest.objects.filter(state__in=ASKABLE, category__in=categories, district__isnull=False)
    found: dict[str, list[str]] = {}
    pairs = rows.order_by("category", "district__name").values_list("category", "district__name")
    for category, district in pairs.distinct():
        found.setdefault(category, []).append(district)
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """What a volunteer was shown of the list near by: how many requests in a day, and whether it closed."""

    shown: int
    canary: bool
    last: datetime | None
    known: frozenset[UUID]

    @property
    def left(self) -> int:
        """How many more may be shown."""
        quota: int = settings.REVEALS_A_DAY
        return max(quota - self.shown, 0)

    @property
    def closed(self) -> bool:
        """Whether the list is closed to them now."""
        return self.canary or self.left == 0

    @property
    def opens_at(self) -> datetime | None:
        """When it opens by itself at the latest; ``None`` while it is open."""
        return self.last + READING_WINDOW if self.closed and self.last else None


def reading_of(volunteer: Volunteer, request_ids: Collection[UUID] = ()) -> Reading:
    """Read, in one query, what was shown within a day, and which of ``request_ids`` ever was."""
    since = clock.now() - READING_WINDOW
    rows = Reveal.objects.filter(Q(request__in=request_ids) | Q(at__gt=since), volunteer=volunteer)
    seen = list(rows.values_list("request_id", "at"))
    recent = [(request_id, at) for request_id, at in seen if at > since]
    return Reading(
        shown=sum(request_id is not None for request_id, _at in recent),
        canary=any(request_id is None for request_id, _at in recent),
        last=max((at for _id, at in recent), default=None),
        known=frozenset(request_id for request_id, _at in seen if request_id is not None),
    )


def effect_of_courses(centre_ids: Collection[UUID]) -> dict[UUID, Effect]:
    """Return per course how much its volunteers in these centres did in the three months before and after it.

    Counted are those of whom both spans are known: their first time, at least three months ago. Two queries.
    """
    last = clock.today() - EFFECT_SPAN
    rows = Completion.objects.filter(
        volunteer__centre__in=centre_ids, revoked_at=None, completed_on__lte=last
    ).order_by("-completed_on")
    first = {(course, person): day for course, person, day in rows.values_list(*_DONE)}
    moments: dict[UUID, list[date]] = {}
    done = Assignment.objects.filter(WENT_WELL, volunteer__centre__in=centre_ids).exclude(ended_at=None)
    for person, ended_at in done.order_by("ended_at").values_list("volunteer_id", "ended_at"):
        moments.setdefault(person, []).append(timezone.localdate(ended_at))
    sums: dict[UUID, list[int]] = {}
    for (course, person), day in first.items():
        known = moments.get(person, [])
        at, total = bisect_left(known, day), sums.setdefault(course, [0, 0, 0])
        total[0] += 1
        total[1] += at - bisect_left(known, day - EFFECT_SPAN)
        total[2] += bisect_left(known, day + EFFECT_SPAN) - at
    return {course: Effect(*total) for course, total in sums.items()}
