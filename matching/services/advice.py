"""The centre takes the conversation about what suits someone over."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.encryption import digest
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from matching import events
from matching.advice import sound
from matching.enums import TALK_TRANSITIONS, TalkState
from matching.models import AdviceTalk
from people.models import Centre, User
from people.services import normalise_email, normalise_phone

TalkEvent = TypeVar("TalkEvent", bound=events.TalkChanged)
LONGEST_NAME = 120
LONGEST_NOTE = 2000


@transaction.atomic
def ask_talk(
    centre: Centre,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    answers: Mapping[str, str],
    consented: bool,
    by: User | None = None,
) -> AdviceTalk:
    """Someone, with an account or without, leaves how to reach them: the centre calls or writes.

    Raises:
        InvalidInput: no name, no way to reach them, or no yes to keeping it.
    """
    called = name.strip()[:LONGEST_NAME]
    if not called:
        raise InvalidInput(_("Tell us what to call you."), field="name")
    if not consented:
        raise InvalidInput(_("We need your yes to keep this."), field="consent")
    if not email.strip() and not phone.strip():
        raise InvalidInput(_("Fill in an e-mail address or a phone number: one is enough."), field="email")
    address = normalise_email(email) if email.strip() else ""
    talk = AdviceTalk.objects.create(
        centre=centre,
        user=by,
        name=called,
        email=address,
        email_digest=digest(address) if address else "",
        phone=normalise_phone(phone) if phone.strip() else "",
        answers=sound(answers),
    )
    record(_event(events.TalkAsked, talk), actor=by)
    return talk


@transaction.atomic
def take_talk(talk: AdviceTalk, *, by: User) -> AdviceTalk:
    """A coordinator takes it on. Of two at once one has it.

    Raises:
        NotFound: not their centre's.
        InvalidTransition: someone else has it, or it is done.
    """
    require(by, "matching.hold_talk", talk, hide=True)
    return _move(talk, TalkState.TAKEN, events.TalkTaken, by, taken_by=by)


@transaction.atomic
def put_talk_back(talk: AdviceTalk, *, by: User) -> AdviceTalk:
    """It waits for a coordinator again; the note stays.

    Raises: as ``take_talk``.
    """
    require(by, "matching.hold_talk", talk, hide=True)
    return _move(talk, TalkState.WAITING, events.TalkPutBack, by, taken_by=None)


@transaction.atomic
def note_talk(talk: AdviceTalk, note: str, *, by: User) -> AdviceTalk:
    """Keep what was said, for who reads on; it replaces the note before.

    Raises:
        NotFound: not their centre's.
        InvalidInput: a citizen service number in it.
        InvalidTransition: it is done.
    """
    require(by, "matching.hold_talk", talk, hide=True)
    refuse_bsn(note, field="note")
    open_talks = AdviceTalk.objects.filter(pk=talk.pk).exclude(state=TalkState.DONE)
    if open_talks.update(note=note.strip()[:LONGEST_NOTE]) != 1:
        raise InvalidTransition
    talk.refresh_from_db()
    return talk


@transaction.atomic
def close_talk(talk: AdviceTalk, *, by: User) -> AdviceTalk:
    """The conversation is over.

    Raises:
        NotFound: not their centre's.
        InvalidTransition: it is done already.
    """
    require(by, "matching.hold_talk", talk, hide=True)
    return _move(talk, TalkState.DONE, events.TalkDone, by, done_at=clock.now())


def _move(talk: AdviceTalk, to: TalkState, event: type[TalkEvent], by: User, **changes: Any) -> AdviceTalk:
    before = [state for state, steps in TALK_TRANSITIONS.items() if to in steps]
    if AdviceTalk.objects.filter(pk=talk.pk, state__in=before).update(state=to, **changes) != 1:
        raise InvalidTransition
    talk.refresh_from_db()
    record(_event(event, talk), actor=by)
    return talk


def _event(event: type[TalkEvent], talk: AdviceTalk) -> TalkEvent:
    return event(talk_id=talk.pk, centre_id=talk.centre_id)
