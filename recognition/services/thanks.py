"""Saying thank you, and keeping anniversaries."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.personal_data import describe, find_personal_data
from events.services import record
from matching.models import Assignment
from people.models import Organisation, User
from recognition.enums import HOURS, Giver, MilestoneKind, Warmth
from recognition.errors import AlreadyThanked
from recognition.events import MilestoneReached, Thanked
from recognition.models import Milestone, Thanks
from recognition.queries import due_anniversaries, minutes_given, signing_organisations
from recognition.queries.thanks import THANKABLE

LONGEST = 200
# An anniversary that passed longer ago, before it could be told, is kept without a word.
STILL_NEWS = timedelta(days=31)


@transaction.atomic
def thank_for_help(assignment: Assignment, sentence: Warmth, *, by: User | None, words: str = "") -> Thanks:
    """The resident's side says thank you for help that was given; a coordinator may pass it on for them.

    Raises:
        NotFound: not their agreement.
        InvalidTransition: the help has not been given.
        AlreadyThanked: said before.
        InvalidInput: too long, or personal data in ``words``.
    """
    require(by, "recognition.thank_for", assignment, hide=True)
    if assignment.state not in THANKABLE:
        raise InvalidTransition
    return _thank(assignment.volunteer.user, Giver.RESIDENT, sentence, words, by, source_id=assignment.pk)


@transaction.atomic
def thank_volunteer(volunteer: User, sentence: Warmth, *, by: User, words: str = "") -> Thanks:
    """An organisation that signed hours of a volunteer, or the centre, says thank you.

    Raises:
        NotFound: neither of these.
        InvalidInput: as ``thank_for_help``.
    """
    require(by, "recognition.thank_volunteer", volunteer, hide=True)
    organisation: Organisation | None = signing_organisations(by).first()
    giver = Giver.ORGANISATION if organisation else Giver.CENTRE
    return _thank(volunteer, giver, sentence, words, by, organisation=organisation)


def _thank(
    volunteer: User,
    giver: Giver,
    sentence: Warmth,
    words: str,
    by: User | None,
    *,
    source_id: UUID | None = None,
    organisation: Organisation | None = None,
) -> Thanks:
    try:
        with transaction.atomic():
            thanks = Thanks.objects.create(
                user=volunteer,
                giver=giver,
                given_by=by,
                organisation=organisation,
                source_id=source_id,
                sentence=sentence,
                words=_checked(words),
            )
    except IntegrityError as error:
        raise AlreadyThanked from error
    record(Thanked(thanks_id=thanks.pk, user_id=volunteer.pk), actor=by)
    return thanks


def _checked(words: str) -> str:
    said = words.strip()
    if len(said) > LONGEST:
        raise InvalidInput(_("This is a little long. At most 200 letters."), field="words")
    findings = find_personal_data(said)
    if findings:
        raise InvalidInput(describe(findings)[0], field="words")
    return said


@transaction.atomic
def mark_thanks_seen(*, by: User) -> None:
    """The volunteer has read what was said."""
    Thanks.objects.filter(user=by, seen_at=None).update(seen_at=clock.now())


@transaction.atomic
def keep_hours_milestone(user_id: UUID) -> list[Milestone]:
    """Keep the numbers of hours that a volunteer has reached since; return the new ones.

    The highest of several is told; a milestone stays when a signature is taken back.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    hours = minutes_given(user) / 60
    reached = [kind for kind, number in HOURS.items() if hours >= number]
    today = clock.today()
    return [
        kept
        for kind in reached
        if (kept := _keep(user.pk, kind, today, told=kind == reached[-1])) is not None
    ]


@transaction.atomic
def keep_anniversaries() -> list[Milestone]:
    """Keep the years that volunteers have helped for since the last round; return the new ones."""
    today = clock.today()
    return [
        kept
        for user_id, kind, day in due_anniversaries(today)
        if (kept := _keep(user_id, kind, day, told=today - day <= STILL_NEWS)) is not None
    ]


def _keep(user_id: UUID, kind: MilestoneKind, day: date, *, told: bool) -> Milestone | None:
    milestone, made = Milestone.objects.get_or_create(
        user_id=user_id, kind=kind, defaults={"reached_on": day}
    )
    if not made:
        return None
    if told:
        reached = MilestoneReached(milestone_id=milestone.pk, user_id=user_id, kind=kind.value)
        record(reached)
    return milestone
