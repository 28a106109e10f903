"""Concerns: reporting one, reading it, and every step of the confidential officer.

What was told is decrypted in ``read_concern`` and nowhere else, and every call of it leaves a row in the
read log. Nothing of a concern enters an event but its own id, that of the centre and, once one coordinator
is named to read along, that of the coordinator.
"""

import secrets
from typing import Any, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, InvalidTransition, NotFound
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from people.enums import COORDINATING
from people.models import Centre, User
from people.queries import staff_of
from people.services import normalise_email, normalise_phone
from safeguarding.enums import (
    CONCERN_CLOSED,
    CONCERN_TRANSITIONS,
    ConcernState,
    ConcernSubject,
    Danger,
    NoteKind,
    Party,
    ReadVia,
)
from safeguarding.errors import ConcernClosed
from safeguarding.events import ConcernChanged, ConcernEntrusted, ConcernReported
from safeguarding.models import Concern, ConcernNote, ConcernRead
from safeguarding.queries import concerns_visible_to

LONGEST_STORY = 4000
LONGEST_ABOUT = 300
LONGEST_NAME = 120
# Letters and figures that cannot be taken for one another when read out on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DRAWS_AT_MOST = 5


class Told(TypedDict):
    """What was told, as it is kept (encrypted)."""

    subject: str
    danger: str
    about: str
    story: str
    name: str
    phone: str
    email: str
    postcode: str
    help_request: str


@transaction.atomic
def report_concern(
    centre: Centre,
    *,
    story: str,
    subject: ConcernSubject = ConcernSubject.OTHER,
    danger: Danger = Danger.UNSURE,
    about: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    postcode: str = "",
    help_request: UUID | None = None,
    submission_key: UUID | None = None,
) -> Concern:
    """Report a concern, by anyone and without a name if they like; the same submission again changes nothing.

    There is no ``by``: who reports is what they tell, and stands in no event.

    Raises:
        InvalidInput: the story is missing or a text is too long; a phone number or address cannot exist; a
            text holds a citizen service number. ``field`` names it.
    """
    told = Told(
        subject=ConcernSubject(subject),
        danger=Danger(danger),
        about=_checked(about, "about", LONGEST_ABOUT),
        story=_checked(story, "story", LONGEST_STORY, needed=True),
        name=_checked(name, "name", LONGEST_NAME),
        phone=normalise_phone(phone),
        email=normalise_email(email),
        postcode=postcode,
        help_request=str(help_request or ""),
    )
    concern, made = _once(submission_key, centre=centre, urgent=danger == Danger.YES, told=told)
    if made:
        record(ConcernReported(concern_id=concern.pk, centre_id=centre.pk))
    return concern


@transaction.atomic
def read_concern(concern_id: UUID, *, by: User, via: ReadVia) -> Concern:
    """Return a concern with what was told; this look is added to its read log.

    Raises:
        NotFound: absent, or not for ``by`` to read.
    """
    concern = concerns_visible_to(by).defer(None).filter(pk=concern_id).first()
    if concern is None:
        raise NotFound
    ConcernRead.objects.create(concern=concern, reader_id=by.pk, via=via)
    return concern


@transaction.atomic
def move_concern(concern: Concern, to: ConcernState, *, text: str = "", by: User) -> Concern:
    """Take the next step; closing (handled, passed on) says in ``text`` why.

    Raises:
        InvalidTransition: the step does not follow on where the concern stands now.
        InvalidInput: the reason for closing is missing, or the text is too long (field ``text``).
        NotFound: ``by`` is not the confidential officer of the centre.
    """
    require(by, "safeguarding.handle_concern", concern, hide=True)
    text = _checked(text, "text", LONGEST_STORY, needed=to in CONCERN_CLOSED)
    sources = [state for state, targets in CONCERN_TRANSITIONS.items() if to in targets]
    changes: dict[str, Any] = {"state": to}
    if to in CONCERN_CLOSED:
        changes["closed_at"] = clock.now()
    if Concern.objects.filter(pk=concern.pk, state__in=sources).update(**changes) != 1:
        raise InvalidTransition
    for name, value in changes.items():
        setattr(concern, name, value)
    _add_line(concern, NoteKind.STEP, by, text=text)
    return concern


@transaction.atomic
def add_note(concern: Concern, text: str, *, by: User) -> ConcernNote:
    """Add a line to the step record, also after closing. The officer and the named coordinator.

    Raises:
        InvalidInput: the text is missing or too long (field ``text``).
        NotFound: not for ``by`` to read.
    """
    concern = _locked(concern)
    require(by, "safeguarding.view_concern", concern, hide=True)
    return _add_line(concern, NoteKind.NOTE, by, text=_checked(text, "text", LONGEST_STORY, needed=True))


@transaction.atomic
def entrust_concern(concern: Concern, coordinator: User | None, *, by: User) -> Concern:
    """Let one coordinator of the centre read along, instead of who did before; ``None``: nobody.

    Raises:
        InvalidInput: the person does not coordinate the centre (field ``coordinator``).
        ConcernClosed: it has been handled or passed on.
        NotFound: ``by`` is not the confidential officer of the centre.
    """
    concern = _locked(concern)
    require(by, "safeguarding.handle_concern", concern, hide=True)
    _refuse_closed(concern)
    if coordinator is not None and not _coordinators(concern.centre_id).filter(pk=coordinator.pk).exists():
        raise InvalidInput(str(_("Choose a coordinator of this centre.")), field="coordinator")
    Concern.objects.filter(pk=concern.pk).update(coordinator=coordinator)
    concern.coordinator = coordinator
    named = coordinator.pk if coordinator else None
    _add_line(concern, NoteKind.ASSIGNED, by, to_id=named)
    record(
        ConcernEntrusted(concern_id=concern.pk, centre_id=concern.centre_id, coordinator_id=named), actor=by
    )
    return concern


@transaction.atomic
def hand_over_concern(
    concern: Concern, party: Party, *, consent: bool, text: str = "", by: User
) -> ConcernNote:
    """Record that it was handed over, with the consent of whom it is about or, with a reason, without.

    Handing over closes nothing: ``move_concern`` to passed on does.

    Raises:
        InvalidInput: without consent the reason is missing, or the text is too long (field ``text``).
        ConcernClosed: it has been handled or passed on.
        NotFound: ``by`` is not the confidential officer of the centre.
    """
    concern = _locked(concern)
    require(by, "safeguarding.handle_concern", concern, hide=True)
    _refuse_closed(concern)
    text = _checked(text, "text", LONGEST_STORY, needed=not consent)
    return _add_line(concern, NoteKind.HANDED_OVER, by, text=text, party=Party(party), consent=consent)


def _once(submission_key: UUID | None, *, draws: int = DRAWS_AT_MOST, **kept: Any) -> tuple[Concern, bool]:
    """The concern of this submission, and whether it is new. A reference that is taken is drawn again."""
    known = Concern.objects.filter(submission_key=submission_key).first() if submission_key else None
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            reference = _new_reference()
            return Concern.objects.create(submission_key=submission_key, reference=reference, **kept), True
    except IntegrityError:
        if draws == 1:
            raise
        return _once(submission_key, draws=draws - 1, **kept)


def _locked(concern: Concern) -> Concern:
    return Concern.objects.select_for_update(of=("self",)).defer("told").get(pk=concern.pk)


def _refuse_closed(concern: Concern) -> None:
    if concern.state in CONCERN_CLOSED:
        raise ConcernClosed


def _coordinators(centre_id: UUID) -> Any:
    return staff_of(centre_id, *COORDINATING)


def _add_line(concern: Concern, kind: NoteKind, by: User, **kept: Any) -> ConcernNote:
    line = ConcernNote.objects.create(concern=concern, kind=kind, state=concern.state, by_id=by.pk, **kept)
    record(ConcernChanged(concern_id=concern.pk, centre_id=concern.centre_id), actor=by)
    return line


def _checked(text: str, field: str, longest: int, *, needed: bool = False) -> str:
    text = text.strip()
    if needed and not text:
        raise InvalidInput(str(_("Please write down a few words.")), field=field)
    if len(text) > longest:
        raise InvalidInput(str(_("This text is too long.")), field=field)
    refuse_bsn(text, field=field)
    return text


def _new_reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"
