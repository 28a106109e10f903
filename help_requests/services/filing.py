"""Verbs of those who ask for help: draft, edit, send, withdraw."""

from collections.abc import Callable
from datetime import date, time
from typing import Any, TypedDict, Unpack
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from events.services import record
from help_requests.enums import ENDED, HAS_BUDDIES, TRANSITIONS, FiledAs, RequestKind, RequestState
from help_requests.events import (
    RequestDrafted,
    RequestEdited,
    RequestStateChanged,
    RequestSubmitted,
    RequestWithdrawn,
)
from help_requests.models import HelpRequest
from help_requests.services.moving import lock_request, swap_state
from help_requests.services.place import place_of
from help_requests.services.wording import refuse_bsns, urgent_words
from people.errors import ConsentTakenBack
from people.models import Resident, User
from people.services import represent

EDITABLE = frozenset({RequestState.DRAFT, RequestState.SUBMITTED, RequestState.INTAKE})
# Approved, and nobody has said yes: a change brings it back to the desk, for somebody has to read it again.
RECALLED = frozenset({RequestState.OPEN, RequestState.OFFERED, RequestState.WAITLISTED})

_Recaller = Callable[[HelpRequest, User | None], None]
_recallers: list[_Recaller] = []


def on_recall(function: _Recaller) -> _Recaller:
    """Register what an app above does before a request goes back to the desk; it raises when it may not."""
    _recallers.append(function)
    return function


class Details(TypedDict, total=False):
    """What a resident tells about the help; see the fields of ``HelpRequest``."""

    kind: str
    category: str
    description: str
    destination: str
    rhythm: str
    until_date: date | None
    on_date: date | None
    start_time: time | None
    dayparts: int
    duration_minutes: int
    required_languages: int
    adults_only: bool


class Filer(TypedDict):
    """Who asks on behalf of a resident."""

    name: str
    phone: str
    email: str


@transaction.atomic
def draft_request(
    resident: Resident,
    *,
    by: User | None,
    filed_as: FiledAs = FiledAs.RESIDENT,
    filer: Filer | None = None,
    submission_key: UUID | None = None,
    **details: Unpack[Details],
) -> HelpRequest:
    """Make a draft for ``resident`` in the resident's centre, at the resident's cell.

    Args:
        resident: who needs help.
        by: the acting user; ``None`` for someone without an account who has just registered ``resident``.
        filed_as: in what capacity ``by`` acts.
        filer: who asks on behalf of the resident, where that is someone else without an account; their
            asking says that the resident agrees, which is kept with the moment.
        submission_key: made with a form, so that sending it twice makes one request.
        details: the help itself.

    Raises:
        Forbidden: ``by`` may not ask on behalf of this resident.
        InvalidInput: a BSN stands in a text, or something does not go with the kind.
    """
    require(by, "help_requests.file", resident)
    require_consent(resident)
    refuse_bsns(details)
    request = HelpRequest(
        centre_id=resident.centre_id,
        resident=resident,
        filed_by=by,
        filed_as=filed_as,
        filer=filer,
        filer_email_digest=digest(filer["email"]) if filer and filer["email"] else "",
        filer_consent_at=None if filed_as == FiledAs.RESIDENT else clock.now(),
        submission_key=submission_key,
        **place_of(resident),
        urgent=bool(urgent_words(details.get("description", ""))),
        **details,
    )
    fit_kind(request)
    request.save(force_insert=True)
    record(RequestDrafted(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


@transaction.atomic
def edit_request(request: HelpRequest, *, by: User | None, **details: Unpack[Details]) -> HelpRequest:
    """Change the details of a request to which nobody has said yes.

    One that has been approved goes back to the desk: somebody reads it again before volunteers are asked
    anew, and who was asked hears that it is no longer needed. What changes nothing leaves it as it is.

    Raises:
        Forbidden: not the resident's side nor staff of the centre.
        InvalidTransition: there is an agreement, or the request has ended.
        DomainError: an app above does not let it go.
        InvalidInput: a BSN stands in a text, a new day has passed, something does not go with the kind,
            or what has been sent would lack a description or a moment.
    """
    request = lock_request(request.pk)
    require(by, "help_requests.edit", request)
    if request.state not in EDITABLE | RECALLED:
        raise InvalidTransition()
    if request.state in RECALLED and not _differs(request, details):
        return request
    told = request.description
    changes = _apply(request, details)
    if request.state in RECALLED:
        _recall(request, by)
        changes["summary"] = request.summary = request.summary if request.description == told else ""
    request.save(update_fields=list(changes))
    record(RequestEdited(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


def _differs(request: HelpRequest, details: Details) -> bool:
    return any(getattr(request, name) != value for name, value in details.items())


def _apply(request: HelpRequest, details: Details) -> dict[str, Any]:
    """Put the details in the request, in memory, and check them; return which columns to write."""
    refuse_bsns(details)
    changes: dict[str, Any] = {**details}
    if "description" in details:
        changes["urgent"] = request.urgent or bool(urgent_words(details["description"]))
    for name, value in changes.items():
        setattr(request, name, value)
    changes |= fit_kind(request)
    if "on_date" in details:
        check_day(details["on_date"])
    if "until_date" in details:
        check_day(request.until_date, field="until_date")
    if request.state != RequestState.DRAFT:
        check_complete(request)
    return changes


def _recall(request: HelpRequest, by: User | None) -> None:
    """Bring a request back to the desk. What volunteers read is written anew from other words."""
    for recaller in _recallers:
        recaller(request, by)
    request.state = HelpRequest.objects.values_list("state", flat=True).get(pk=request.pk)
    swap_state(request, RequestState.INTAKE, opened_at=None)
    state = RequestState.INTAKE.value
    record(RequestStateChanged(request_id=request.pk, centre_id=request.centre_id, state=state), actor=by)


@transaction.atomic
def submit_request(request: HelpRequest, *, by: User | None) -> HelpRequest:
    """Send a draft to the centre. A note of the coordinator has then been answered and goes.

    Raises:
        Forbidden: not the resident's side nor staff of the centre.
        InvalidInput: there is no description, nothing says when, or the day has passed.
        InvalidTransition: it has been sent already, or has ended.
    """
    request = lock_request(request.pk)
    require(by, "help_requests.edit", request)
    require_consent(request.resident)
    check_complete(request)
    check_day(request.on_date)
    check_day(request.until_date, field="until_date")
    swap_state(request, RequestState.SUBMITTED, submitted_at=clock.now(), note_to_resident="")
    record(RequestSubmitted(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


@transaction.atomic
def file_request(
    resident: Resident,
    *,
    by: User | None,
    filed_as: FiledAs = FiledAs.RESIDENT,
    filer: Filer | None = None,
    submission_key: UUID | None = None,
    **details: Unpack[Details],
) -> HelpRequest:
    """Draft and send in one go.

    Raises:
        Forbidden, InvalidInput: as ``draft_request`` and ``submit_request``.
    """
    request = draft_request(
        resident, by=by, filed_as=filed_as, filer=filer, submission_key=submission_key, **details
    )
    return submit_request(request, by=by)


def file_once(submission_key: UUID, make: Callable[[], HelpRequest]) -> HelpRequest:
    """Return the request sent with ``submission_key``; if there is none, what ``make`` makes with that key.

    ``make`` (registering a resident and filing, say) happens whole or not at all, so a form that is sent
    twice, also at the same moment, makes one request and one resident.
    """
    try:
        with transaction.atomic():
            return _submission(submission_key) or make()
    except IntegrityError:
        # Another transaction with this key committed while ours waited for it.
        first = _submission(submission_key)
        if first is None:
            raise
        return first


@transaction.atomic
def withdraw(request: HelpRequest, *, by: User | None) -> HelpRequest:
    """Take a request back, by the resident's side or by the centre for them, any time before it is done.

    Raises:
        Forbidden: not the resident's side nor staff of the centre.
        InvalidTransition: it is done or has ended already.
    """
    request = lock_request(request.pk)
    require(by, "help_requests.withdraw", request)
    swap_state(request, RequestState.WITHDRAWN)
    record(RequestWithdrawn(request_id=request.pk, centre_id=request.centre_id), actor=by)
    return request


@transaction.atomic
def withdraw_all(resident_id: UUID) -> None:
    """Take back every request of a resident that help has not begun for; the others are matching's to end."""
    for request in HelpRequest.objects.filter(resident=resident_id).exclude(state__in=ENDED):
        if RequestState.WITHDRAWN in TRANSITIONS[RequestKind(request.kind)][RequestState(request.state)]:
            withdraw(request, by=None)


@transaction.atomic
def claim_filed_requests(user: User) -> list[HelpRequest]:
    """Give who filed requests on behalf of someone, without signing in, their place beside that resident.

    A *verified* e-mail address of ``user`` must be the one given with the request. Safe to call at every
    sign-in. Returns the requests linked now.
    """
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    digests = [digest(address) for address in verified]
    filed = HelpRequest.objects.select_related("resident__centre").exclude(filer_email_digest="")
    linked = list(filed.filter(filer_email_digest__in=digests, filed_by=None))
    for request in linked:
        request.filed_by = user
        request.save(update_fields=["filed_by"])
        represent(request.resident, user, by=None)
    return linked


def require_consent(resident: Resident) -> None:
    """Refuse what would use the data of a resident who has taken their consent back.

    Raises:
        ConsentTakenBack: there is no running consent.
    """
    if resident.consented_at is None:
        raise ConsentTakenBack


def check_complete(request: HelpRequest) -> None:
    """Refuse a request that nobody could answer.

    Raises:
        InvalidInput: there is no description, neither a day nor a daypart, or no rhythm in a series.
    """
    if not request.description.strip():
        raise InvalidInput(_("Tell in your own words what you would like help with."), field="description")
    if request.on_date is None and not request.dayparts:
        field = "dayparts" if request.lasts else "on_date"
        raise InvalidInput(_("Choose a day, or parts of the week that suit."), field=field)
    if request.kind == RequestKind.SERIES and not request.rhythm:
        raise InvalidInput(_("Choose how often you would like help."), field="rhythm")


def fit_kind(request: HelpRequest) -> dict[str, Any]:
    """Let a request tell only what goes with its kind; return the columns that the kind decides.

    A rhythm belongs to a series, a last day to help that goes on.

    Raises:
        InvalidInput: help that goes on has no single day and one helper; not every kind of help has buddies.
    """
    if request.kind == RequestKind.BUDDY and request.category not in HAS_BUDDIES:
        raise InvalidInput(_("For this kind of help there are no buddies. Choose how often."), field="kind")
    if request.lasts and (request.on_date or request.start_time):
        raise InvalidInput(
            _("Help that goes on has no single day. Choose parts of the week."), field="on_date"
        )
    if request.lasts and request.helpers_needed > 1:
        raise InvalidInput(
            _("Help that goes on is given by one volunteer. Make a request for each helper."),
            field="helpers_needed",
        )
    request.rhythm = request.rhythm if request.kind == RequestKind.SERIES else ""
    request.until_date = request.until_date if request.lasts else None
    return {"rhythm": request.rhythm, "until_date": request.until_date}


def check_day(day: date | None, *, field: str = "on_date") -> None:
    """Refuse a day on which nobody can help any more.

    Raises:
        InvalidInput: it lies before today.
    """
    if day is not None and day < clock.today():
        raise InvalidInput(_("This day has passed. Choose another day."), field=field)


def _submission(submission_key: UUID) -> HelpRequest | None:
    return HelpRequest.objects.filter(submission_key=submission_key).first()
