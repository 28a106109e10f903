"""Reads of help requests that more than one caller needs. Every one starts from what the person may see."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, When
from rapidfuzz.distance import OSA

from common import clock
from common.errors import NotFound
from events.models import EventRecord
from help_requests.enums import ASKABLE, ENDED, TO_TRIAGE, FiledAs, RequestState, Urgency
from help_requests.events import RequestChanged
from help_requests.models import HelpRequest
from people.enums import Role
from people.errors import InvalidPhone
from people.models import Resident
from people.queries import residents_in_scope, residents_of, residents_reached_by, standing_of
from people.services import normalise_phone

DESK_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# Where a browser session keeps the ids of what was sent from it without signing in.
SESSION_KEY = "sent_requests"
# For how long: whoever uses the same computer tomorrow does not read them.
KNOWN_IN_SESSION = timedelta(hours=24)
MOST_SEARCHED = 2000
MOST_SHOWN = 8
PHONE_DIGITS = 8
# Letters of a word from where one, and from where two typing errors are forgiven.
SHORTEST_FORGIVEN, LONG_WORD = 4, 8
_WORD = re.compile(r"\w+")

Found = TypeVar("Found")


def desk_centres(user: Any) -> frozenset[UUID]:
    """Ids of the centres at whose desk ``user`` works; none for who may not act."""
    return standing_of(user).centres(DESK_ROLES)


def owned_by(user: Any) -> QuerySet[HelpRequest]:
    """The requests of ``user`` and of those they represent, newest first."""
    return _with_relations().filter(resident__in=residents_of(user)).order_by("-created_at")


def at_desk_of(user: Any) -> QuerySet[HelpRequest]:
    """The requests of the centres at whose desk ``user`` works; drafts only once they have been sent."""
    return at_desks(desk_centres(user))


def at_desks(centre_ids: Collection[UUID]) -> QuerySet[HelpRequest]:
    """The requests at the desks of these centres; drafts only once they have been sent."""
    return (
        _with_relations()
        .filter(centre_id__in=centre_ids)
        .exclude(state=RequestState.DRAFT, submitted_at=None)
    )


def visible_to(user: Any) -> QuerySet[HelpRequest]:
    """All that ``user`` may see: their own, those of people they represent, those of their desk."""
    at_desk = Q(centre_id__in=desk_centres(user)) & ~Q(state=RequestState.DRAFT, submitted_at=None)
    return _with_relations().filter(at_desk | Q(resident__in=residents_of(user)))


def sent_in_session(session: Any) -> QuerySet[HelpRequest]:
    """The requests sent from this browser session without signing in, for ``KNOWN_IN_SESSION``.

    Shorter when the resident is claimed, or when someone signs in or lets this computer forget them.
    """
    ids = [UUID(text) for text in session.get(SESSION_KEY, [])]
    recent = _with_relations().filter(pk__in=ids, created_at__gt=clock.now() - KNOWN_IN_SESSION)
    return recent.filter(filed_by=None, resident__user=None).order_by("-created_at")


def forget_sent(session: Any) -> None:
    """Let this browser session know nothing any more of what was sent from it."""
    session.pop(SESSION_KEY, None)


def requests_of(user: Any, session: Any) -> list[HelpRequest]:
    """All that is on "my requests": of ``user`` and of this browser session, each once, newest first."""
    found = {mine.pk: mine for mine in (*owned_by(user), *sent_in_session(session))}
    return sorted(found.values(), key=lambda mine: mine.created_at, reverse=True)


def own_request(user: Any, session: Any, request_id: UUID) -> HelpRequest:
    """The request for its own page: of ``user``, or sent from this session.

    Raises:
        NotFound: absent, or not theirs.
    """
    for mine in (owned_by(user), sent_in_session(session)):
        found = mine.filter(pk=request_id).first()
        if found is not None:
            return found
    raise NotFound


def own_submission(user: Any, session: Any, submission_key: str) -> HelpRequest | None:
    """The request that was sent with this key, when it is one of ``user`` or of this session."""
    try:
        key = UUID(submission_key)
    except ValueError:
        return None
    found = (mine.filter(submission_key=key).first() for mine in (owned_by(user), sent_in_session(session)))
    return next((request for request in found if request), None)


def in_states(user: Any, states: Collection[RequestState]) -> QuerySet[HelpRequest]:
    """Those at the desk of ``user`` in these states: urgent first, then the soonest day, then the oldest."""
    soonest = F("on_date").asc(nulls_last=True)
    return at_desk_of(user).filter(state__in=states).order_by("-urgent", soonest, "submitted_at", "pk")


def count_by_state(user: Any) -> Counter[str]:
    """How many requests stand in each state at the desk of ``user``."""
    rows = at_desk_of(user).order_by().values_list("state").annotate(count=Count("pk"))
    return Counter(dict(rows))


def search_desk(user: Any, text: str) -> list[HelpRequest]:
    """Those at the desk of ``user`` that hold every word of ``text``; running ones first, newest first.

    Names and phone numbers are encrypted, so they are compared here: at most ``MOST_SEARCHED`` requests.
    Where no request holds every word, those come that do so with a typing error.
    """
    words = _folded(text).split()
    latest = at_desk_of(user).order_by(Case(When(state__in=ENDED, then=1), default=0), "-submitted_at", "-pk")
    lean = latest.defer("resident__address", "resident__point", "resident__email", "filer")
    texts = [(found, _folded(" ".join(_searchable(found)))) for found in lean[:MOST_SEARCHED]]
    return _holding(words, texts)


def find_residents(user: Any, text: str) -> list[Resident]:
    """Residents of the user's desk by phone number, postcode or part of a name, newest first.

    At most ``MOST_SHOWN``. Where nobody is called so, those come whose name differs by a typing error.
    """
    scope = residents_in_scope(user).filter(centre_id__in=desk_centres(user))
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= PHONE_DIGITS:
        reached = scope.filter(pk__in=residents_reached_by(user, phone=_phone_in(text)))
        return list(reached.order_by("-created_at", "-pk")[:MOST_SHOWN])
    words = _folded(text).split()
    if not words:
        return []
    known = scope.order_by("-created_at").values_list("pk", "name", "address")[:MOST_SEARCHED]
    texts = [(pk, _folded(f"{name} {(address or {}).get('postcode', '')}")) for pk, name, address in known]
    hits = _holding(words, texts)
    return list(scope.filter(pk__in=hits[:MOST_SHOWN]).order_by("-created_at", "-pk"))


def same_resident(request: HelpRequest) -> QuerySet[HelpRequest]:
    """Other running requests of the same person: of this record, or one with the same phone or e-mail."""
    resident = request.resident
    same = Q(resident=resident)
    if resident.phone_digest:
        same |= Q(resident__phone_digest=resident.phone_digest)
    if resident.email_digest:
        same |= Q(resident__email_digest=resident.email_digest)
    others = _with_relations().filter(same, centre_id=request.centre_id).exclude(pk=request.pk)
    return others.exclude(state__in=ENDED | {RequestState.DRAFT}).order_by("-submitted_at", "-pk")


def history_of(request: HelpRequest) -> list[EventRecord]:
    """What happened to a request, newest first, from the event table."""
    types = [event.type for event in RequestChanged.__subclasses__()]
    records = EventRecord.objects.filter(
        type__in=types, at__gte=request.created_at, payload__request_id=str(request.pk)
    )
    return list(records.order_by("-pk"))


def resident_for(user: Any, resident_id: UUID | None) -> Resident:
    """The resident on whose behalf ``user`` may file a request; without an id their own record.

    Raises:
        NotFound: absent, or not one they may act for.
    """
    own = residents_of(user).select_related("centre", "district")
    if resident_id is None:
        found = own.filter(user_id=user.pk).order_by("created_at").first()
    else:
        at_desk = residents_in_scope(user).filter(centre_id__in=desk_centres(user))
        found = own.filter(pk=resident_id).first() or at_desk.filter(pk=resident_id).first()
    if found is None:
        raise NotFound
    return found


def filing_as(user: Any, resident: Resident) -> FiledAs:
    """In what capacity ``user`` files a request for ``resident``."""
    if resident.user_id == user.pk:
        return FiledAs.RESIDENT
    represents = residents_of(user).filter(pk=resident.pk).exists()
    return FiledAs.REPRESENTATIVE if represents else FiledAs.COORDINATOR


def triage_queue(centre_ids: Collection[UUID]) -> QuerySet[HelpRequest]:
    """What waits for a coordinator of these centres: urgent first, then the longest waiting."""
    waiting = _with_relations().filter(centre_id__in=centre_ids, state__in=TO_TRIAGE)
    return waiting.order_by("-urgent", "submitted_at", "pk")


def to_triage(centre_ids: Collection[UUID]) -> QuerySet[HelpRequest]:
    """The same for who only counts them."""
    return HelpRequest.objects.filter(centre_id__in=centre_ids, state__in=TO_TRIAGE)


def urgency(request: HelpRequest, today: date) -> Urgency:
    """How soon help is needed: on the day itself, within seven days, or later (also without a day)."""
    if request.on_date is None:
        return Urgency.LATER
    if request.on_date <= today:
        return Urgency.TODAY
    return Urgency.THIS_WEEK if request.on_date <= today + timedelta(days=7) else Urgency.LATER


def awaits_new_day(request: HelpRequest, today: date) -> bool:
    """Whether someone may be looked for again: it did not take place, or its day passed without anybody."""
    return request.state == RequestState.NO_SHOW or (
        request.state in ASKABLE and day_has_passed(request, today)
    )


def day_has_passed(request: HelpRequest, today: date) -> bool:
    """Whether help was asked for a day that is over, or until one."""
    day = request.until_date if request.lasts else request.on_date
    return day is not None and day < today


def with_passed_day(today: date) -> QuerySet[HelpRequest]:
    """The requests of which the day, or the last day, is over while volunteers may still be asked."""
    return HelpRequest.objects.filter(Q(on_date__lt=today) | Q(until_date__lt=today), state__in=ASKABLE)


def _phone_in(text: str) -> str:
    """The number in E.164, or nothing when it is none."""
    try:
        return normalise_phone(text)
    except InvalidPhone:
        return ""


def _folded(text: str) -> str:
    """Lower case without accents, so that Cöcq finds cocq."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).lower()


def _holding(words: list[str], texts: list[tuple[Found, str]]) -> list[Found]:
    """Those whose folded text holds every word, also as part of a longer one; else those that nearly do."""
    exact = [found for found, text in texts if all(word in text for word in words)]
    return exact or [found for found, text in texts if _nearly_holds(words, text)]


def _nearly_holds(words: list[str], text: str) -> bool:
    """Whether every word stands in ``text``, or one that is a typing error away.

    One letter more, less, other or in another place is a typing error; a long word may have two, a short
    one or a number none.
    """
    there = set(_WORD.findall(text))
    return all(
        word in text or any(OSA.distance(word, other, score_cutoff=most) <= most for other in there)
        for word, most in ((word, _errors_in(word)) for word in words)
    )


def _errors_in(word: str) -> int:
    if not word.isalpha() or len(word) < SHORTEST_FORGIVEN:
        return 0
    return 2 if len(word) >= LONG_WORD else 1


def _searchable(request: HelpRequest) -> tuple[str, ...]:
    resident, district = request.resident, request.district
    phone = resident.phone.replace("+31", "0")
    where = district.name if district else ""
    words = (request.description, request.summary, request.destination)
    return (resident.name, phone, where, str(request.get_category_display()), *words)


def _with_relations() -> QuerySet[HelpRequest]:
    return HelpRequest.objects.select_related("resident", "district", "centre", "coordinator")
