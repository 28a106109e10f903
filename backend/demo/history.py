"""A year of requests in all states, with the questions and agreements that belong to them.

What lies in the past is written straight into the tables, with its events as audit trail. What
runs now is started through the services, so that deadlines and waves really tick.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from backend.demo.moments import by_day, to_meet
from common import clock
from common.bits import mask_of
from common.seating import Span, busy_with
from events.base import Event
from events.enums import State
from events.models import EventRecord
from help_requests import events as request_events
from help_requests.enums import FiledAs, Partner, RequestState, UnsuitableReason
from help_requests.models import HelpRequest
from matching import events as matching_events
from matching.enums import AssignmentState, CancelledBy, CancelReason, OfferOrigin, OfferState
from matching.models import Assignment, Offer
from people.enums import HelpCategory, Skill, daypart_bit
from people.models import Resident, User, Volunteer

S = RequestState
DAYS = 365
# How often each kind of help is asked for.
ASKED = {
    HelpCategory.TRANSPORT: 22,
    HelpCategory.GROCERIES: 14,
    HelpCategory.COMPANY: 10,
    HelpCategory.GARDEN: 9,
    HelpCategory.PAPERWORK: 8,
    HelpCategory.DIGITAL: 9,
    HelpCategory.LANGUAGE: 2,
    HelpCategory.REPAIRS: 9,
    HelpCategory.MOVING: 4,
    HelpCategory.PETS: 3,
    HelpCategory.TUTORING: 2,
    HelpCategory.RESPITE: 2,
    HelpCategory.OUTING: 5,
    HelpCategory.MEALS: 2,
    HelpCategory.HOUSEHOLD: 3,
    HelpCategory.PHONE_CIRCLE: 1,
}
# How requests end that are older than three weeks, and where younger ones stand.
PAST = {S.CLOSED: 84, S.WITHDRAWN: 7, S.REFERRED: 4, S.UNSUITABLE: 3}
RECENT = {
    S.CLOSED: 30,
    S.DONE: 14,
    S.PLANNED: 16,
    S.MATCHED: 8,
    S.REMATCHING: 2,
    S.NO_SHOW: 2,
    S.WAITLISTED: 6,
    S.OPEN: 14,
    S.WITHDRAWN: 4,
    S.REFERRED: 2,
    S.UNSUITABLE: 2,
}
NEWEST = {S.SUBMITTED: 40, S.INTAKE: 20, S.OPEN: 25, S.PLANNED: 10, S.WITHDRAWN: 5}
HELPED = frozenset({S.CLOSED, S.DONE, S.PLANNED, S.MATCHED, S.NO_SHOW})
OVER = frozenset({S.CLOSED, S.WITHDRAWN, S.REFERRED, S.UNSUITABLE})


@dataclass(frozen=True)
class Cast:
    """Who plays in the town."""

    residents: list[Resident]
    volunteers: list[Volunteer]
    coordinator: User
    texts: dict[str, list[dict[str, Any]]]


@dataclass
class Scene:
    """One request with everything that belongs to it, unsaved."""

    request: HelpRequest
    offers: list[Offer]
    assignments: list[Assignment]
    events: list[EventRecord]


def write_history(cast: Cast, per_year: int, chance: Random) -> list[HelpRequest]:
    """Write about ``per_year`` requests of the last year; return those that are open now."""
    # A small town has few recent requests: its first ones show every state once.
    unseen = list(RECENT)
    scenes = [_scene(cast, submitted, unseen, chance) for submitted in _moments(per_year, chance)]
    HelpRequest.objects.bulk_create([scene.request for scene in scenes], batch_size=300)
    Offer.objects.bulk_create([offer for scene in scenes for offer in scene.offers], batch_size=500)
    assignments = [assignment for scene in scenes for assignment in scene.assignments]
    Assignment.objects.bulk_create(assignments, batch_size=500)
    EventRecord.objects.bulk_create([record for scene in scenes for record in scene.events], batch_size=500)
    return [scene.request for scene in scenes if scene.request.state == S.OPEN]


def new_request(resident: Resident, text: dict[str, Any], **fields: Any) -> HelpRequest:
    """An unsaved request of a resident in the words of ``text``."""
    values: dict[str, Any] = {
        "centre_id": resident.centre_id,
        "resident": resident,
        "filed_by_id": resident.user_id,
        "filed_as": FiledAs.RESIDENT if resident.user_id else FiledAs.COORDINATOR,
        "category": text["category"],
        "description": text["description"],
        "summary": text["summary"],
        "destination": text.get("destination", ""),
        "duration_minutes": text["duration_minutes"],
        "required_skills": Skill.to_mask(text.get("required_skills", [])),
        "preferred_skills": Skill.to_mask(text.get("preferred_skills", [])),
        "cell": resident.cell,
        "district_id": resident.district_id,
    }
    return HelpRequest(**values | fields)


def _moments(per_year: int, chance: Random) -> Iterator[datetime]:
    """When requests come in: by day, fewer at weekends, between 8:30 and 20:00, oldest first."""
    now = clock.now()
    for days_ago in range(DAYS, -1, -1):
        day = timezone.localdate(now) - timedelta(days=days_ago)
        mean = per_year / DAYS * (1.15 if day.weekday() < 5 else 0.6)
        for _ in range(int(mean) + (chance.random() < mean % 1)):
            local = datetime.combine(day, time(8, 30), tzinfo=timezone.get_current_timezone())
            moment = local + timedelta(minutes=chance.randint(0, 690))
            if moment < now:
                yield moment


def _scene(cast: Cast, submitted: datetime, unseen: list[RequestState], chance: Random) -> Scene:
    category = chance.choices(list(ASKED), list(ASKED.values()))[0]
    text = chance.choice(
        cast.texts.get(category) or [each for group in cast.texts.values() for each in group]
    )
    resident = chance.choice(cast.residents)
    state = _state_after(clock.now() - submitted, unseen, chance)
    request = new_request(resident, text, state=state, created_at=submitted, submitted_at=submitted)
    _set_when(request, text["when"], submitted, chance)
    scene = Scene(
        request, [], [], [_event(request_events.RequestSubmitted, request, submitted, resident.user_id)]
    )
    if state not in {S.SUBMITTED}:
        request.coordinator = cast.coordinator
    if state in {S.SUBMITTED, S.INTAKE}:
        request.summary = ""
        return scene
    decided = by_day(_between(submitted, min(submitted + timedelta(hours=8), clock.now()), chance))
    _decide(scene, decided, cast, chance)
    if state in HELPED | {S.REMATCHING}:
        _help(scene, decided, cast, chance)
    return scene


def _state_after(age: timedelta, unseen: list[RequestState], chance: Random) -> RequestState:
    """Where a request of this age stands."""
    states = PAST if age > timedelta(days=21) else RECENT if age > timedelta(hours=30) else NEWEST
    if states is RECENT and unseen:
        return unseen.pop()
    return chance.choices(list(states), list(states.values()))[0]


def _set_when(request: HelpRequest, when: dict[str, Any], submitted: datetime, chance: Random) -> None:
    """The day and time of the text, or its dayparts; what is open now lies ahead of us."""
    if "dayparts" in when:
        request.dayparts = mask_of(daypart_bit(day, part) for day, part in when["dayparts"])
        return
    if "any" in when:
        return
    runs_now = request.state in {
        S.OPEN,
        S.WAITLISTED,
        S.REMATCHING,
        S.SUBMITTED,
        S.INTAKE,
        S.MATCHED,
        S.PLANNED,
    }
    ahead = timedelta(days=max(1, when.get("in_days", 3)) + chance.randint(0, 5))
    request.on_date = timezone.localdate((clock.now() if runs_now else submitted) + ahead)
    request.start_time = time.fromisoformat(when["time"]) if "time" in when else None


def _decide(scene: Scene, decided: datetime, cast: Cast, chance: Random) -> None:
    request = scene.request
    if request.state == S.REFERRED:
        request.partner, request.referral_consent = chance.choice(Partner.values), True
        request.note_to_resident = (
            "Wij hebben uw vraag met uw toestemming doorgegeven. Zij bellen u deze week."
        )
        kind: type[request_events.RequestChanged] = request_events.RequestReferred
    elif request.state == S.UNSUITABLE:
        request.unsuitable_reason = chance.choice([UnsuitableReason.CARE, UnsuitableReason.PAID_WORK])
        request.note_to_resident = "Dit is werk voor een vakman. Wij bellen u om mee te denken."
        kind = request_events.RequestUnsuitable
    elif request.state == S.WITHDRAWN:
        kind = request_events.RequestWithdrawn
    else:
        request.opened_at = decided
        kind = request_events.RequestOpened
    scene.events.append(_event(kind, request, decided, cast.coordinator.pk))
    if request.state in OVER and request.state != S.CLOSED:
        request.ended_at = decided


def _help(scene: Scene, decided: datetime, cast: Cast, chance: Random) -> None:
    """Some were asked, one said yes, and it was done (or is still to be)."""
    request = scene.request
    fitting = [each for each in cast.volunteers if each.skills >> HelpCategory(request.category).bit & 1]
    asked = chance.sample(
        fitting or cast.volunteers, min(chance.choice([1, 2, 3, 3, 4, 6]), len(fitting) or 1)
    )
    answered = by_day(_between(decided, min(decided + timedelta(hours=20), clock.now()), chance))
    for number, volunteer in enumerate(asked):
        won = number == len(asked) - 1
        state = (
            OfferState.ACCEPTED
            if won
            else chance.choice([OfferState.DECLINED, OfferState.EXPIRED, OfferState.SUPERSEDED])
        )
        scene.offers.append(
            Offer(
                request=request,
                volunteer=volunteer,
                state=state,
                origin=OfferOrigin.WAVE,
                wave=number // 3 + 1,
                score=round(chance.uniform(0.4, 0.95), 3),
                sent_at=decided,
                due_at=decided + timedelta(hours=24),
                answered_at=answered,
            )
        )
    accepted = scene.offers[-1]
    scene.events.append(
        _event(matching_events.OfferAccepted, request, answered, accepted.volunteer.user_id, offer=accepted)
    )
    request.matched_at = answered
    scene.assignments.append(_assignment(request, accepted, answered, chance))
    _finish(scene, answered)


def _assignment(request: HelpRequest, offer: Offer, agreed_at: datetime, chance: Random) -> Assignment:
    starts_at = _start_of(request)
    state = {
        S.MATCHED: AssignmentState.AGREED,
        S.PLANNED: AssignmentState.PLANNED,
        S.NO_SHOW: AssignmentState.NO_SHOW,
        S.REMATCHING: AssignmentState.CANCELLED,
    }.get(S(request.state), AssignmentState.DONE)
    if state == AssignmentState.AGREED:
        request.start_time = None
        starts_at = None
    elif starts_at is None:
        ahead = timedelta(days=chance.randint(1, 6))
        starts_at = to_meet((clock.now() if state == AssignmentState.PLANNED else agreed_at) + ahead)
    return Assignment(
        request=request,
        volunteer=offer.volunteer,
        offer=offer,
        state=state,
        starts_at=starts_at,
        created_at=agreed_at,
        agreed_at=agreed_at,
        cancelled_by=CancelledBy.VOLUNTEER if state == AssignmentState.CANCELLED else "",
        cancel_reason=CancelReason.ILL if state == AssignmentState.CANCELLED else "",
        minutes_spent=request.duration_minutes if state == AssignmentState.DONE else None,
    )


def _finish(scene: Scene, agreed_at: datetime) -> None:
    """Give what is over its last moments; a day that has not come yet ends now."""
    request, assignment = scene.request, scene.assignments[0]
    if assignment.state in {AssignmentState.AGREED, AssignmentState.PLANNED}:
        return
    ended = min(max(assignment.starts_at or agreed_at, agreed_at) + timedelta(hours=2), clock.now())
    assignment.ended_at = ended
    assignment.contact_until = ended
    if assignment.state != AssignmentState.DONE:
        return
    assignment.done_by_volunteer_at = assignment.done_by_resident_at = ended
    assignment.contact_until = ended + timedelta(days=14)
    request.done_at = ended
    if request.state == S.CLOSED:
        request.ended_at = ended
    scene.events.append(
        _event(
            matching_events.AssignmentDone,
            request,
            ended,
            assignment.volunteer.user_id,
            assignment=assignment,
        )
    )


def _start_of(request: HelpRequest) -> datetime | None:
    if request.on_date is None or request.start_time is None:
        return None
    return datetime.combine(request.on_date, request.start_time, tzinfo=timezone.get_current_timezone())


def _between(first: datetime, last: datetime, chance: Random) -> datetime:
    return first + (max(last, first) - first) * chance.random()


def _event(kind: type[Event], request: HelpRequest, at: datetime, actor: Any, **about: Any) -> EventRecord:
    """An audit record of the past; no handler runs for it any more."""
    ids: dict[str, Any] = {"request_id": request.pk, "centre_id": request.centre_id}
    for name, thing in about.items():
        ids |= {f"{name}_id": thing.pk, "volunteer_id": thing.volunteer_id}
    payload = kind(**ids).payload()
    return EventRecord(
        type=kind.type,
        payload=payload,
        actor_id=actor,
        at=at,
        due_at=at,
        ready_at=at,
        state=State.HANDLED,
        handled_at=at,
    )


def free_from(volunteer: Volunteer, earliest: datetime) -> datetime:
    """The first moment from ``earliest`` on, in steps of a day, with nothing else for half a day."""
    while busy_with(volunteer.user_id, Span(earliest, earliest + timedelta(hours=5))):
        earliest += timedelta(days=1)
    return earliest
